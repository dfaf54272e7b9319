import type { RuleName } from '../history/histories';

/** A bug of releases that no mutant has as the kernels had it: rules whose old value is the bug. */
export interface OtherBug {
  /** That of the mutant that breaks the rule in another way, of the known finding, or its own. */
  readonly id: string;
  readonly title: string;
  readonly scenario: string;
  readonly rules: readonly RuleName[];
}

export const OTHER_BUGS: readonly OtherBug[] = [
  {
    id: 'J3-gro',
    title: 'GRO forgets that frags are shared with user space or the page cache',
    scenario: 'gro',
    rules: ['groPropagatesSharedFrag'],
  },
  {
    id: 'H4',
    title: 'xdpf_clone fills the page up to its end: skb_shared_info overwrites the next page',
    scenario: 'xdp',
    rules: ['xdpfCloneReservesSharedInfo'],
  },
  {
    id: 'zerocopy-keeps-the-head',
    title: 'skb_zerocopy keeps a reference to the head when it fails',
    scenario: 'splice',
    rules: ['skbZerocopyPutsItsHead'],
  },
  {
    id: 'cpumap-drop-ends-the-batch',
    title: 'a cpumap program that drops one skb lets up to seven others through',
    scenario: 'cpumap',
    rules: ['cpumapSkbProgStopsAtFirst'],
  },
  {
    id: 'udp-partial-length',
    title: 'the last segment of UDP states the length of all that devices segment',
    scenario: 'segment',
    rules: ['udpPartialStatesWhole'],
  },
];

/**
 * Mutants with a value that kernels had before they were built as they are today. There it was no bug: something else
 * kept the memory right.
 */
export const NO_BUGS_BEFORE: Readonly<Record<string, string>> = {
  B4: 'before f7dc3248dcfb (6.8) no clone with pages of a pool is coalesced from',
  'A2-twice': 'before ee62ce7a1d90 (6.16) page_pool_destroy unmaps nothing that a later return could unmap again',
  'A6-shifted': 'it is of machines with words of 32 bits and DMA addresses of 64',
  'B10-frame': 'before 9c94bbf9a87b (6.3) the page leaves its pool with the frame',
};

/**
 * Rules that came with the fix of a bug, by its id: what a caller may do then, what an invariant asks, and what the fix
 * cannot do without.
 */
export const COMPANIONS: Readonly<Record<string, readonly RuleName[]>> = {
  A2: ['tracksDmaMappings', 'destroyStopsSync', 'deviceMayGoAfterDestroy'],
  R1: ['xskReservesForAll', 'xskKeepsPromises'],
  X17: ['xskKeepsPromises'],
  X18: ['xskKeepsPromises'],
};
