import type { Rules } from '../rules';

/** A patch on a profile: one rule broken the way a real bug broke it. profileWith() makes the broken profile. */
export interface Mutant {
  /**
   * The entry of the bug list: `A2`. If a rule can be broken in several ways, a word for the way follows: `A2-twice`.
   */
  readonly id: string;
  readonly title: string;
  /** Commit that fixed the real bug, or the text that tells of it. */
  readonly source: string;
  readonly profile: string;
  /** Name of the scenario that finds it; absent: core. */
  readonly scenario?: string;
  /**
   * The condition that triggers it besides the calls: an allocation or a transmission that fails, or two CPUs. Absent:
   * none.
   */
  readonly needs?: 'fault' | 'schedule';
  readonly changes: Partial<Rules>;
  /** Invariants that may name the finding; the mutant's own program shows the first. */
  readonly expected: readonly string[];
  /**
   * The minimal program, checked by hand: it fails on the mutant and is clean on the profile. Its `profile` line is
   * left out.
   */
  readonly program: string;
}

/** Most programs of mutants begin with these calls. */
export const POOL_SKB = `pool1 = page_pool_create(order: 0, pool_size: 16)
page1 = page_pool_alloc_pages(pool: pool1)
skb1 = build_skb(page: page1, frag_size: 4096)
`;
