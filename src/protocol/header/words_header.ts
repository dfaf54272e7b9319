import type { Row } from '../words/grammar';
import { ROWS } from '../words/rows';
import { cEnum, cHeader, cName, xList } from './c_text';

function rowText({ name, words }: Row): string {
  const names = words.map(cName);
  const positions = names.map((word, at): [string, number] => [`${name}_${word}`, at]);
  return [
    cEnum('', [...positions, [`${name}_WORDS`, names.length]]),
    xList(
      `${name}_EACH`,
      names.map((word) => `${name}, ${word}`),
    ),
  ].join('\n');
}

/** `made/words.h`: for each row of an observation an enum of its words, and a list of them; see kernel/core/words.h. */
export function wordsHeader(): string {
  return cHeader('words', ROWS.map(rowText));
}
