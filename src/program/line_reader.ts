import { ParseError } from './parse_error';

const SHOWN_MAX = 24;

/** Reads one line of a program from left to right, and says where it stopped making sense. */
export class LineReader {
  at = 0;

  constructor(
    private readonly file: string,
    private readonly line: number,
    private readonly text: string,
  ) {}

  skipSpace(): void {
    while (this.at < this.text.length && (this.text[this.at] === ' ' || this.text[this.at] === '\t')) this.at++;
  }

  /** At the end of the line, or where a comment starts. */
  atEnd(): boolean {
    this.skipSpace();
    return this.at >= this.text.length || this.text[this.at] === '#';
  }

  peek(): string {
    this.skipSpace();
    return this.at < this.text.length ? this.text[this.at] : '';
  }

  take(character: string, expected: string): void {
    if (this.peek() !== character) throw this.expected(expected);
    this.at++;
  }

  /** A run of letters, digits, and `extra` characters; empty when there is none. */
  word(extra: string): string {
    this.skipSpace();
    const from = this.at;
    while (this.at < this.text.length && isWordCharacter(this.text[this.at], extra)) this.at++;
    return this.text.slice(from, this.at);
  }

  /** What stands between two quotes on the line; null when there is no such thing here. */
  quoted(): string | null {
    if (this.peek() !== "'") return null;
    const end = this.text.indexOf("'", this.at + 1);
    if (end < 0) return null;
    const inside = this.text.slice(this.at + 1, end);
    this.at = end + 1;
    return inside;
  }

  expected(what: string): ParseError {
    return this.error(`expected ${what}, found ${this.found()}`);
  }

  /** @param at - where the mistake starts; default: here. */
  error(problem: string, at = this.at): ParseError {
    return new ParseError(this.file, this.line, at + 1, problem);
  }

  private found(): string {
    this.skipSpace();
    if (this.at >= this.text.length) return 'the end of the line';
    const rest = this.text.slice(this.at, this.at + SHOWN_MAX).replace(/[^\x20-\x7e]/g, '?');
    return `'${/^[\w.|-]+/.exec(rest)?.[0] ?? rest[0]}'`;
  }
}

function isWordCharacter(character: string, extra: string): boolean {
  return (
    (character >= 'a' && character <= 'z') ||
    (character >= 'A' && character <= 'Z') ||
    (character >= '0' && character <= '9') ||
    character === '_' ||
    extra.includes(character)
  );
}
