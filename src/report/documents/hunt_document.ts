import type { HuntedFacts, HuntedFigures } from '../../search/hunt/hunted';

/** `hunt`. */
export interface HuntDocument {
  readonly seed: number;
  /** For each scenario of each kernel. */
  readonly seconds: number;
  readonly releases: readonly HuntOnRelease[];
}

/** The search on one release, and its findings. */
export interface HuntOnRelease {
  readonly target: string;
  /** As `uname -r` prints it. */
  readonly release: string;
  readonly scenarios: readonly HuntScenarioDocument[];
  /** With --known: the bugs of the table. */
  readonly known?: readonly KnownShown[];
}

/** How often a kernel shows a bug of the table. */
export interface KnownShown {
  /** Its program is regressions/outside/NAME.skb. */
  readonly name: string;
  readonly shown: number;
  readonly runs: number;
  /** The signature on this kernel, where it is not that of the bug. */
  readonly signature?: string;
}

export interface HuntScenarioDocument extends HuntedFigures {
  readonly findings: readonly HuntFindingDocument[];
}

export interface HuntFindingDocument extends HuntedFacts {
  /** The reduced program, as text. */
  readonly program: string;
  /** Of the kernels that were asked whether they show it, too. */
  readonly on: readonly ShownOn[];
}

/** How often a kernel shows a finding. */
export interface ShownOn {
  readonly target: string;
  readonly shown: number;
  readonly runs: number;
  /** The signature there, where it is another one than on the kernel of the hunt; absent: it is the same, or silent. */
  readonly signature?: string;
}
