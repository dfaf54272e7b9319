/**
 * A bug of real kernels that the model follows, because it must do as the kernel does. Searches list it as known where
 * they meet it, and do not report it as new: docs/reference/kernel_findings.md is made of these records.
 */

/** Ids of the findings. */
export const FINDING_IDS = [
  'xsk-completes-what-is-not-sent',
  'xsk-close-takes-the-slot-of-another',
  'xsk-drop-forgets-descriptors',
  'cpumap-drop-ends-the-batch',
  'zerocopy-keeps-the-head',
  'segment-list-forgets-members',
  'mvneta-short-ring',
] as const;
export type FindingId = (typeof FINDING_IDS)[number];

/** The kernels that a state is written down for: the newest releases that the project has. */
export const FINDING_KERNELS = ['6.1.192', '6.12.117', '7.3.4'] as const;
export type FindingKernel = (typeof FINDING_KERNELS)[number];

/**
 * - has: the release has the bug
 * - mended: it has the fix
 * - never: it never had the code
 */
export const FINDING_STATES = ['has', 'mended', 'never'] as const;
export type FindingState = (typeof FINDING_STATES)[number];

/** The fix of a finding. */
export interface FindingFix {
  /** The first release of the mainline with it. */
  readonly release: string;
  /** Its commit; absent where no text that we have names it. */
  readonly commit?: string;
  /** Its number as a vulnerability. */
  readonly cve?: string;
}

export interface KernelFinding {
  readonly id: FindingId;
  readonly title: string;
  /** The guilty function, and its file. */
  readonly function: string;
  readonly file: string;
  /** The effect, in some sentences. */
  readonly effect: string;
  /** Functions from the packet or the system call to the guilty one, the caller first. */
  readonly chain: readonly string[];
  readonly states: Readonly<Record<FindingKernel, FindingState>>;
  /** Absent: nothing mends it yet. */
  readonly fix?: FindingFix;
  /** Reports and patches that were there before. */
  readonly priorArt: string;
  /** One sentence: the fix that mainline has, or one that would do. */
  readonly suggestedFix: string;
  /** The program that shows it, in regressions/. */
  readonly program: string;
  /** The invariants that fail on the model after it; with `--provoke` where they forgive it. */
  readonly invariants: readonly string[];
  /** Invariants forgive it, so that a program goes on behind it. */
  readonly forgiven: boolean;
}
