import { distance } from 'fastest-levenshtein';

/** `, did you mean 'skb_clone'?` for a message, or nothing when no word is near. */
export function didYouMean(word: string, words: readonly string[]): string {
  const best = nearest(word, words);
  return best === undefined ? '' : `, did you mean '${best}'?`;
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
