import { parseSeed, type SeedToken } from '../generate/seed';

/** Program numbers are whole and below this, where doubles are exact. */
const NUMBERS = 2 ** 53;
/** Numbers from the first program of a search to the first of a search with the next seed. */
const PROGRAMS_PER_SEED = 2 ** 24;
/** The largest seed of a search. */
export const SEARCH_SEED_MAX = NUMBERS / PROGRAMS_PER_SEED - 1;

const TWO_32 = 2 ** 32;
const GOLDEN_RATIO = 0x9e3779b9;

/** Number of the program with which a search begins. A search of more than 2^24 programs goes on with those of the next seed. */
export function firstProgram(seed: number): number {
  return seed * PROGRAMS_PER_SEED;
}

/** Number of the program that comes so many after another; the last is followed by 0. */
export function programAfter(first: number, programs: number): number {
  return programs < NUMBERS - first ? first + programs : programs - (NUMBERS - first);
}

/**
 * The 32 bits that a generator and settle draw the program of a number from. Below 2^32 it is the number. Above, the numbers
 * of a seed are scattered: two seeds have single programs in common, one in 2^32 pairs, but no stretch of them.
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

/** The parts of `v1:core:3094828417024`; undefined when it is no token, or of another version. */
export function parseProgramToken(token: string): SeedToken | undefined {
  const match = /^(.+:)(\d{1,16})$/.exec(token);
  const named = match === null ? undefined : parseSeed(`${match[1]}0`);
  const number = match === null ? NaN : Number(match[2]);
  return named === undefined || number >= NUMBERS ? undefined : { ...named, number };
}
