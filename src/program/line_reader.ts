import { characterText } from './character';
import { ParseError } from './parse_error';

const SHOWN_MAX = 24;

/** Reads one line of a program from left to right. Its errors name the column of the mistake. */
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

  /** True at the end of the line, and where a comment starts. */
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

  /** A run of letters, digits and the characters of `extra`; empty when there is none. */
  word(extra: string): string {
    this.skipSpace();
    const from = this.at;
    while (this.at < this.text.length && isWordCharacter(this.text[this.at], extra)) this.at++;
    return this.text.slice(from, this.at);
  }

  /** The text between two quotes; null when no quoted text starts here. */
  quoted(): string | null {
    if (this.peek() !== "'") return null;
    const end = this.text.indexOf("'", this.at + 1);
    if (end < 0) return null;
    const inside = this.text.slice(this.at + 1, end);
    this.at = end + 1;
    return inside;
  }

  expected(expected: string): ParseError {
    return this.error(`expected ${expected}, found ${this.found()}`);
  }

  /** @param at - position where the mistake starts; default: the current one */
  error(problem: string, at = this.at): ParseError {
    return new ParseError(this.file, this.line, at + 1, problem);
  }

  /** The error for a character that no program has. */
  strange(at: number): ParseError {
    const character = String.fromCodePoint(this.text.codePointAt(at) ?? 0);
    return this.error(`a program has no character ${characterText(character)}`, at);
  }

  private found(): string {
    this.skipSpace();
    if (this.at >= this.text.length) return 'the end of the line';
    const rest = this.text.slice(this.at, this.at + SHOWN_MAX);
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
