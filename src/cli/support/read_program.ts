import { INVARIANTS } from '../../invariants/registry';
import { didYouMean } from '../../program/did_you_mean';
import { ParseError, parseProgram } from '../../program/parse';
import type { Program } from '../../program/program';
import { readNamed } from './files';

const FILE_BYTES_MAX = 1 << 20;
const CLEAN = 'clean';

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
  const content = readNamed(file, FILE_BYTES_MAX);
  if (isUtf16(content)) throw new ParseError(file, 1, 1, 'a program is UTF-8, this file is UTF-16: save it as UTF-8');
  const text = content.toString('utf8');
  const program = parseProgram(text, file);
  checkExpected(file, text, program);
  return { text, program };
}

/** The byte order marks of UTF-16, which editors of Windows write. */
function isUtf16([first, second]: Buffer): boolean {
  return (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
}

/**
 * The parser knows the form of an expectation, but not the invariants.
 *
 * @throws ParseError when a program expects something that cannot happen
 */
function checkExpected(file: string, text: string, { expect }: Program): void {
  if (expect === undefined || expect === CLEAN || INVARIANTS.some(({ name }) => name === expect)) return;
  const { line, column } = placeOfExpected(text);
  const near = didYouMean(expect, [CLEAN, ...INVARIANTS.map(({ name }) => name)]);
  throw new ParseError(
    file,
    line,
    column,
    `no invariant '${expect}'${near}; a program expects 'clean' or an invariant`,
  );
}

/** The place of the word behind `expect`, from 1. */
export function placeOfExpected(text: string): { readonly line: number; readonly column: number } {
  const lines = text.split(/\r?\n/);
  const line = lines.findIndex((one) => /^\s*expect\s+[^=(\s]/.test(one));
  return { line: line + 1, column: (/^\s*expect\s+/.exec(lines[line])?.[0].length ?? 0) + 1 };
}
