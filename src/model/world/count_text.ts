import { BIAS_MAX } from '../structs/page_pool';

/** PAGE_FRAG_CACHE_MAX_SIZE (6.1 and 6.12), with which page_frag_cache raises the count of a page ahead. */
const PAGE_FRAG_CACHE_MAX_SIZE = 32768;
/** A count that is further away from a constant has nothing to do with it. */
const NEAR = 4096;

/**
 * A count of references as it is meant. Pools and page_frag caches take a constant number ahead, and give back what is
 * left over: `BIAS_MAX - 1`.
 */
export function countText(count: number): string {
  return (
    near(count, BIAS_MAX, 'BIAS_MAX') ??
    near(count, PAGE_FRAG_CACHE_MAX_SIZE, 'PAGE_FRAG_CACHE_MAX_SIZE') ??
    String(count)
  );
}

function near(count: number, constant: number, name: string): string | null {
  const difference = count - constant;
  if (Math.abs(difference) > NEAR) return null;
  if (difference === 0) return name;
  return `${name} ${difference < 0 ? '-' : '+'} ${Math.abs(difference)}`;
}
