/** The width of pages, less a margin. */
const WIDTH = 118;

/**
 * A paragraph or an item of a list as lines that fit.
 *
 * @param text - words with single spaces; an item begins with `- `, and its further lines stand under its first word
 */
export function wrapped(text: string): string[] {
  const indent = text.startsWith('- ') ? '  ' : '';
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = `${indent}${word}`;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
