/** Mails to netdev have at most this many columns, except in quoted logs. */
const COLUMNS = 75;

/**
 * Breaks a text at its spaces into lines for a mail; longer words stay whole.
 *
 * @param indent - before the first line
 * @param further - before the others
 */
export function mailLines(text: string, indent = '', further = indent): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.trim().split(/\s+/)) {
    if (line !== '' && line.length + 1 + word.length > COLUMNS) {
      lines.push(line);
      line = `${further}${word}`;
    } else line = line === '' ? `${indent}${word}` : `${line} ${word}`;
  }
  return [...lines, line];
}

/** The comment lines of a program as paragraphs for a mail, without `#`. */
export function mailComment(comments: readonly string[]): string[] {
  const text = comments.map((line) => line.replace(/^#\s?/, '').trimEnd()).join('\n');
  return text.split(/\n{2,}/).flatMap((paragraph, at) => [...(at === 0 ? [] : ['']), ...mailLines(paragraph)]);
}

/** A text with `?` for characters that are not ASCII, which mails may lose. */
export function asciiText(text: string): string {
  return text.replace(/[^\x20-\x7e\n]/g, '?');
}
