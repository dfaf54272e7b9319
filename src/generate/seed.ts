import { wholeNumber } from '../program/number';

/** Version of seed tokens: it is raised when the same number comes to mean another program. */
export const SEED_VERSION = 1;

/** Program numbers are integers below this, where doubles are exact. */
const NUMBERS = 2 ** 53;
/** Numbers from the first program of a search to the first of a search with the next seed. */
const PROGRAMS_PER_SEED = 2 ** 24;
/** The largest seed of a search. */
export const SEARCH_SEED_MAX = NUMBERS / PROGRAMS_PER_SEED - 1;

const TWO_32 = 2 ** 32;
const GOLDEN_RATIO = 0x9e3779b9;

/** Number of the first program of a search. A search of more than 2^24 programs goes on with those of the next seed. */
export function firstProgram(seed: number): number {
  return seed * PROGRAMS_PER_SEED;
}

/** Number of the program that is `programs` after `first`; 0 follows the last. */
export function programAfter(first: number, programs: number): number {
  return programs < NUMBERS - first ? first + programs : programs - (NUMBERS - first);
}

/**
 * The 32 bits that seed the generator and settle for a program number. Below 2^32 they are the number. Above, the
 * numbers of a seed are scattered: two seeds share single programs, one in 2^32 pairs, but no sequence of them.
 */
export function generatorSeed(number: number): number {
  const high = Math.floor(number / TWO_32);
  const low = number >>> 0;
  return high === 0 ? low : scattered(scattered(low) ^ scattered(high + GOLDEN_RATIO));
}

/** The finalizer of MurmurHash3 (Austin Appleby): 32 bits to 32 bits, one to one. */
function scattered(bits: number): number {
  let x = bits ^ (bits >>> 16);
  x = Math.imul(x, 0x85ebca6b);
  x ^= x >>> 13;
  x = Math.imul(x, 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}

export interface SeedToken {
  readonly scenario: string;
  readonly number: number;
}

/** `v1:core:184467`. */
export function formatSeed(scenario: string, number: number): string {
  return `v${SEED_VERSION}:${scenario}:${number}`;
}

/** The parts of `v1:core:3094828417024`; undefined when it is no token, or of another version. */
export function parseSeed(token: string): SeedToken | undefined {
  const match = /^v(\d+):([a-z][\w-]*):(\w+)$/.exec(token);
  if (match === null || Number(match[1]) !== SEED_VERSION) return undefined;
  const number = wholeNumber(match[3]);
  return number === undefined ? undefined : { scenario: match[2], number };
}
