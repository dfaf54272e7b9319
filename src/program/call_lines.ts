/** The line number, from 1, of each call in the text of a program that parses. */
export function callLines(text: string): number[] {
  const lines: number[] = [];
  text.split(/\r?\n/).forEach((line, i) => {
    if (!/^\s*(#|$)/.test(line) && !/^\s*(profile|seed|expect)\s+[^=(\s]/.test(line)) lines.push(i + 1);
  });
  return lines;
}
