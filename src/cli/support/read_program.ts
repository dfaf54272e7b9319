import { readFileSync, statSync } from 'node:fs';
import { parseProgram } from '../../program/parse';
import type { Program } from '../../program/program';
import { firstLine, UsageError } from '../../session/errors';

const FILE_BYTES_MAX = 1 << 20;

/**
 * Reads and parses a program.
 *
 * @throws UsageError when the file cannot be read
 * @throws ParseError with file:line:column when it is no program
 */
export function readProgram(file: string): Program {
  return readProgramText(file).program;
}

/** Reads and parses a program, and returns its text too. */
export function readProgramText(file: string): { readonly text: string; readonly program: Program } {
  let text: string;
  try {
    const size = statSync(file).size;
    if (size > FILE_BYTES_MAX)
      throw new UsageError(`${file} has ${size} bytes, a program has at most ${FILE_BYTES_MAX}`);
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`cannot read ${file}: ${firstLine(error)}`);
  }
  return { text, program: parseProgram(text, file) };
}
