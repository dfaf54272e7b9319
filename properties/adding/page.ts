import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../support/cli';

/** The page whose code blocks are the edits. */
export const PAGE = 'docs/how-to/adding.md';

/** One code block: lines that a file gets at some place. */
export interface Edit {
  /** The heading that it is under: `A command`. */
  readonly adds: string;
  readonly file: string;
  /** Where in the file; absent: the file is new. */
  readonly place?: Place;
  readonly text: string;
}

interface Place {
  readonly how: 'before' | 'after' | 'in place of';
  /** A whole line of the file, without indentation. */
  readonly line: string;
}

/** The text of each file before and after edits. A new file was undefined before. */
export type Sources = ReadonlyMap<string, string>;

const BLOCK = /^```(?:ts|c)\n(.*)\n([\s\S]*?)^```$/gm;
/** `// FILE, before `LINE``, or `// FILE, a new file`. */
const FIRST_LINE =
  /^(?:\/\/|\/\*) (?<file>\S+), (?:a new file|(?<how>before|after|in place of) `(?<line>.+)`)(?: \*\/)?$/;

/**
 * The edits of the page, in its order.
 * @throws Error when the first line of a block does not say file and place
 */
export function editsOfPage(): Edit[] {
  const text = readFileSync(path.join(ROOT, PAGE), 'utf8');
  return text.split(/^##+ /m).flatMap((section) => {
    const adds = section.slice(0, section.indexOf('\n'));
    return [...section.matchAll(BLOCK)].map(([, first, code]) => editOf(adds, first, code));
  });
}

function editOf(adds: string, first: string, text: string): Edit {
  const { file, how, line } = FIRST_LINE.exec(first)?.groups ?? {};
  if (file === undefined) throw new Error(`${PAGE}: the block '${first}' does not begin with its file and place`);
  return how === undefined ? { adds, file, text } : { adds, file, text, place: { how: how as Place['how'], line } };
}

/** The files that edits change or make, each once. */
export function filesOf(edits: readonly Edit[]): string[] {
  return [...new Set(edits.map(({ file }) => file))];
}

/**
 * The changed and new files of a tree.
 * @throws Error when a place is not in its file, or is there more than once
 */
export function applied(edits: readonly Edit[]): Sources {
  const sources = new Map<string, string>();
  for (const edit of edits) {
    const before =
      sources.get(edit.file) ?? (edit.place === undefined ? '' : readFileSync(path.join(ROOT, edit.file), 'utf8'));
    sources.set(edit.file, editedText(edit, before));
  }
  return sources;
}

function editedText({ file, place, text }: Edit, before: string): string {
  if (place === undefined) return text;
  const lines = before.split('\n');
  const matching = lines.flatMap((line, at) => (line.trim() === place.line ? [at] : []));
  if (matching.length !== 1) throw new Error(`${file} has the line '${place.line}' ${matching.length} times, not once`);
  const [at] = matching;
  lines.splice(place.how === 'after' ? at + 1 : at, place.how === 'in place of' ? 1 : 0, text.replace(/\n$/, ''));
  return lines.join('\n');
}
