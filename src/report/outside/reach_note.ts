import type { ReachResult } from '../../reach/reach_result';
import { reachSentence } from './reach_text';

const NOTE = '# reach: ';
const LINE_MAX = 120;

/**
 * The text of a program with the answer as a comment before its first line, in the place of an older answer.
 * @param text - of a program
 */
export function withReachNote(text: string, result: ReachResult): string {
  const lines = text.split('\n').filter((line) => !line.startsWith(NOTE));
  return [...wrapped(reachSentence(result)), ...lines].join('\n');
}

function wrapped(sentence: string): string[] {
  const lines = [NOTE.trimEnd()];
  for (const word of sentence.split(' ')) {
    const last = lines[lines.length - 1];
    if (last.length + 1 + word.length <= LINE_MAX) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(`${NOTE}${word}`);
  }
  return lines;
}
