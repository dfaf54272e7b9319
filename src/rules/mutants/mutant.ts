import type { Rules } from '../rules';

/** A patch on a profile: one rule broken the way a real bug broke it. profileWith() makes the broken profile. */
export interface Mutant {
  /** The entry of the bug list; of several ways to break it, with a word for the way: `A2`, `A2-twice`. */
  readonly id: string;
  readonly title: string;
  /** Commit that fixed the real bug, or the text that tells of it. */
  readonly source: string;
  readonly profile: string;
  /** Name of the scenario that finds it; absent: core. */
  readonly scenario?: string;
  /** What else is needed to trigger it: an allocation or a transmission that fails, or two CPUs; absent: nothing. */
  readonly needs?: 'fault' | 'schedule';
  readonly changes: Partial<Rules>;
  /** Invariants that may name the finding; the first is the one its own program shows. */
  readonly expected: readonly string[];
  /** Minimal program, checked by hand: fails on the mutant, clean on the profile. Without its `profile` line. */
  readonly program: string;
}

/** How most programs of mutants begin. */
export const POOL_SKB = `pool1 = page_pool_create(order: 0, pool_size: 16)
page1 = page_pool_alloc_pages(pool: pool1)
skb1 = build_skb(page: page1, frag_size: 4096)
`;
