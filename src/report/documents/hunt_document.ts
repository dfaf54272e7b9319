import type { HuntedFinding, HuntedScenario } from '../../search/hunt/hunted';

/** `hunt`. */
export interface HuntDocument {
  readonly seed: number;
  /** For each scenario of each kernel. */
  readonly seconds: number;
  readonly releases: readonly HuntOnRelease[];
}

/** What was searched and found on one release. */
export interface HuntOnRelease {
  readonly target: string;
  /** As `uname -r` prints it. */
  readonly release: string;
  readonly scenarios: readonly HuntScenarioDocument[];
}

export interface HuntScenarioDocument extends Omit<HuntedScenario, 'findings'> {
  readonly findings: readonly HuntFindingDocument[];
}

export interface HuntFindingDocument extends Omit<HuntedFinding, 'program'> {
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
