/** A mistake in a program's text. The message is one line: `file:line:column: error: …`. */
export class ParseError extends Error {
  override readonly name = 'ParseError';

  /**
   * @param file - the file's name, as the user gave it
   * @param line - from 1
   * @param column - from 1
   */
  constructor(
    readonly file: string,
    readonly line: number,
    readonly column: number,
    readonly problem: string,
  ) {
    super(`${file}:${line}:${column}: error: ${problem}`);
  }
}
