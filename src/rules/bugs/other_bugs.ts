import type { RuleName } from '../history/histories';
import type { Rules } from '../rules';

/** A bug of releases that no mutant has as the kernels had it: rules whose old value is the bug. */
export interface OtherBug {
  /** That of the mutant that breaks the rule in another way, of the known finding, or its own. */
  readonly id: string;
  readonly title: string;
  readonly scenario: string;
  readonly rules: readonly RuleName[];
  /** Invariants that it breaks on the model. */
  readonly expected: readonly string[];
}

export const OTHER_BUGS: readonly OtherBug[] = [
  {
    id: 'J3-gro',
    title: 'GRO forgets that frags are shared with user space or the page cache',
    scenario: 'gro',
    rules: ['groPropagatesSharedFrag'],
    expected: ['no-shared-write'],
  },
  {
    id: 'H4',
    title: 'xdpf_clone fills the page up to its end: skb_shared_info overwrites the next page',
    scenario: 'xdp',
    rules: ['xdpfCloneReservesSharedInfo'],
    expected: ['geometry'],
  },
  {
    id: 'zerocopy-keeps-the-head',
    title: 'skb_zerocopy keeps a reference to the head when it fails',
    scenario: 'splice',
    rules: ['skbZerocopyPutsItsHead'],
    expected: ['page-refcount', 'dataref', 'no-leak'],
  },
  {
    id: 'cpumap-drop-ends-the-batch',
    title: 'a cpumap program that drops one skb lets up to seven others through',
    scenario: 'cpumap',
    rules: ['cpumapSkbProgStopsAtFirst'],
    expected: [],
  },
  {
    id: 'udp-partial-length',
    title: 'the last segment of UDP states the length of all that devices segment',
    scenario: 'segment',
    rules: ['udpPartialStatesWhole'],
    expected: [],
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

/** Rules without which a release does not have the code of a bug, by the bug's id. */
export const CODE_OF: Readonly<Record<string, Partial<Rules>>> = {
  R10: { groTcpFraglist: true },
  X17: { xskMultiBuffer: true },
  X19: { xskMultiBuffer: true },
  X22: { xskZerocopyChecksMetadata: true },
};

/** Rules without which a companion asks for more than the release has: packets of several descriptors. */
export const COMPANION_OF: Readonly<Partial<Record<RuleName, Partial<Rules>>>> = {
  xskKeepsPromises: { xskMultiBuffer: true },
};
