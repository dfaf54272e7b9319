import { randomInt } from 'node:crypto';
import { SEARCH_SEED_MAX } from '../../generate/seed';
import { UsageError } from '../../session/errors';
import { parseCount } from './options';

/** A seed as the user gave it, to be printed back, and its number. */
export interface SearchSeed {
  readonly given: number | string;
  /** From 0 to SEARCH_SEED_MAX. */
  readonly number: number;
}

/** An abbreviated hash has at least this number of digits. The first HASH_DIGITS of each hash are its number. */
const HASH_DIGITS = 7;
/** Hex digits of which one is a letter: plain digits are a number. */
const HASH = /^(?=[0-9]*[a-f])[0-9a-f]{7,40}$/i;
const FULL_HASH = /^[0-9]{40}$/;

/**
 * Reads the seed of a search: a number, or the hash of a git commit, as a CI system has it. A hash counts by its first
 * seven digits, so that it is the same seed abbreviated and in full.
 *
 * @param text - absent: a seed is drawn
 * @param max - the largest number
 * @throws UsageError when it is neither
 */
export function searchSeed(text: string | undefined, max = SEARCH_SEED_MAX): SearchSeed {
  if (text === undefined) {
    const number = randomInt(max + 1);
    return { given: number, number };
  }
  if (HASH.test(text) || FULL_HASH.test(text)) return { given: text, number: parseInt(text.slice(0, HASH_DIGITS), 16) };
  try {
    const number = parseCount('--seed', text, 0, max);
    return { given: number, number };
  } catch {
    throw new UsageError(`--seed takes a whole number from 0 to ${max}, or a git hash, not '${text}'`);
  }
}
