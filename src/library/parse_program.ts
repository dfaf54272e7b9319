import { parseProgram as parse } from '../program/parse';
import { printProgram as print } from '../program/print';
import { printable } from '../generate/printable';
import { ownProgram } from './own_program';
import type { Program } from './types';

/**
 * Parses a program.
 *
 * @param text - at most 1 MiB, 10,000 calls and 1,024 names
 * @param file - its name in messages; default: program
 * @throws ParseError with `line` and `column`, both from 1. Its message is one line: the place, the mistake, the
 *   nearest valid name
 */
export function parseProgram(text: string, file = 'program'): Program {
  return printable(parse(text, file));
}

/**
 * A program as text, one command per line. `parseProgram` of the text gives the same program.
 *
 * @throws UsageError when `program` is no program
 */
export function printProgram(program: Program): string {
  return print(ownProgram(program));
}
