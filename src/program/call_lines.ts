import { DIRECTIVES } from './parse_directives';

const DIRECTIVE = new RegExp(`^\\s*(${DIRECTIVES.join('|')})(?!\\w)\\s*([^=(\\s]|$)`);

/** The line number, from 1, of each call in the text of a program that parses. */
export function callLines(text: string): number[] {
  const lines: number[] = [];
  text.split(/\r?\n/).forEach((line, i) => {
    if (!/^\s*(#|$)/.test(line) && !DIRECTIVE.test(line)) lines.push(i + 1);
  });
  return lines;
}
