import { distance } from 'fastest-levenshtein';

/** In an id of this length, another letter is another id: `F4` is no slip for `B4`. */
const SHORT = 3;

/** `, did you mean 'skb_clone'?` for a message, or nothing when no word is near. */
export function didYouMean(word: string, words: readonly string[]): string {
  const best = nearest(word, words);
  return best === undefined ? '' : `, did you mean '${best}'?`;
}

/**
 * The same for ids and versions. `linux-6.13` is no slip for `linux-6.1`, nor `ZZ` for `B1`: a slip leaves the digits
 * as they are.
 */
export function didYouMeanId(id: string, ids: readonly string[]): string {
  return didYouMean(
    id,
    ids.filter((known) => digitsOf(known) === digitsOf(id) && (id.length > SHORT || sameLetters(known, id))),
  );
}

function sameLetters(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function digitsOf(word: string): string {
  return word.replace(/\D/g, '');
}

/** The word of the list that is nearest to a misspelt one; undefined when none is near. */
function nearest(word: string, words: readonly string[]): string | undefined {
  let best: string | undefined;
  let least = Math.max(2, Math.floor(word.length / 3)) + 1;
  const folded = word.slice(0, 128).toLowerCase();
  for (const candidate of words) {
    const d = distance(folded, candidate.toLowerCase());
    if (d < least) {
      least = d;
      best = candidate;
    }
  }
  return best;
}
