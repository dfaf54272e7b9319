import type { CommandCounts } from '../search/command_counts';
import type { MetFinding } from '../search/met_finding';

/** One search that a campaign makes: a scenario with the rules of a profile, on a target. */
export interface Lane {
  /** `core/linux-6.12/model`; with `/F3` for a mutant. */
  readonly id: string;
  readonly scenario: string;
  readonly profile: string;
  /** `model`, or a Linux target. */
  readonly target: string;
  readonly mutant?: string;
}

/**
 * The origin of a lease's programs: `generated` from the program numbers alone, or `mutated` from the corpus. Mutated
 * programs also depend on the corpus, so findings carry their program.
 */
export type LeaseKind = 'generated' | 'mutated';

/** A range of program numbers of a lane that is searched once. */
export interface Lease {
  /** `core/linux-6.12/model#17`. It follows from the plan alone, on every machine. */
  readonly id: string;
  readonly lane: Lane;
  readonly kind: LeaseKind;
  /** Number of the range in its lane, from 0. */
  readonly position: number;
  /** Number of the first program. */
  readonly first: number;
  readonly programs: number;
}

/** The result of a lease. It is counted once, when it is recorded as done. */
export interface LeaseResult {
  readonly lease: string;
  readonly programs: number;
  /** Commands executed. */
  readonly commands: number;
  /** Processor time, seconds. */
  readonly cpuSeconds: number;
  readonly commandCounts: Readonly<Record<string, CommandCounts>>;
  /** The number of evaluations of each invariant on a world in which it could fail. */
  readonly invariants: Readonly<Record<string, number>>;
  /** Programs with a hidden canary, and those of them that were reported. */
  readonly canaries: { readonly hidden: number; readonly found: number };
  /** The number of reports during the lease, by id of the finding. */
  readonly reports?: Readonly<Record<string, number>>;
  /** Known bugs of the kernel that its programs met; absent in ledgers of older versions. */
  readonly met?: readonly MetFinding[];
}

/**
 * `flaky`: not all of STABLE_RUNS runs showed it. `known`: the list of known findings has an entry that has not
 * expired.
 */
export type FindingState = 'new' | 'known' | 'flaky';

/** The cause of a finding: a program that fails, or a range that ends the workers which search it. */
export type FindingCause = 'program' | 'worker';

/** A finding as the store keeps it (`findings/ID/finding.json`): the first report with its signature. */
export interface CampaignFinding {
  /** 12 hex digits of the SHA-256 of lane profile, target, mutant and signature: the folder's name. */
  readonly id: string;
  readonly cause: FindingCause;
  readonly signature: string;
  /** The verdict as a sentence with the program's own numbers. */
  readonly sentence: string;
  readonly invariant?: string;
  readonly lane: Lane;
  /** The lease that found it first. */
  readonly lease: string;
  /** Token of the program, `v1:core:184467`; absent when the program was mutated from the corpus. */
  readonly token?: string;
  /** skbcheck's own version. */
  readonly version: string;
  /** ISO 8601. */
  readonly firstSeenAt: string;
  /** Commands of the campaign that were recorded as done when it was reported. */
  readonly afterCommands: number;
  /** The number of reports so far, the first included. */
  readonly reports: number;
  readonly state: FindingState;
  /** Why it is known. */
  readonly why?: string;
  /** Text of the program as it was found. */
  readonly program: string;
  /** Text of the reduced program; absent until it is reduced. */
  readonly reduced?: string;
  /** The number of STABLE_RUNS runs of the reduced program that showed the signature. */
  readonly shownOf10?: number;
  /** The output of `skbcheck run` for the reduced program. */
  readonly report?: string;
}

export interface WorkerStatus {
  readonly id: string;
  /** Absent while it has no process. */
  readonly pid?: number;
  readonly state: 'starts' | 'searches' | 'reduces' | 'waits' | 'restarts';
  /** The lease, or the finding, that it works on. */
  readonly lease?: string;
  readonly commands: number;
  /** Those of `commands` that it executed for the lease or finding at hand. */
  readonly commandsOfTask: number;
  readonly rssBytes: number;
  readonly restarts: number;
}

/** One line of stats.jsonl. Counts are of the whole campaign, earlier processes included. */
export interface StatsLine {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Seconds that the campaign has run, without the pauses between its processes. */
  readonly seconds: number;
  readonly programs: number;
  readonly commands: number;
  readonly commandsPerSecond: number;
  readonly corpus: number;
  readonly features: number;
  readonly branches: { readonly covered: number; readonly total: number };
  readonly findings: { readonly new: number; readonly known: number; readonly flaky: number };
  /** Seconds since the last new feature, branch or finding. */
  readonly sinceNewSeconds: number;
  readonly workers: readonly WorkerStatus[];
}

/** Limits of a whole campaign; null: no limit. */
export interface CampaignLimits {
  readonly time_ms: number | null;
  readonly commands: number | null;
}

/** A campaign as plain data: the contents of report.json, and the source of report.html. */
export interface CampaignReport {
  readonly format: 1;
  readonly version: string;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly seed: number;
  /** The reason for its end: a limit of time or commands, an interrupt, or a failure. */
  readonly end: 'time' | 'commands' | 'interrupted' | 'failed';
  /** The limits of the campaign, earlier processes included. */
  readonly limits: CampaignLimits;
  /** True when a limit was reached before its last process began, which therefore searched nothing. */
  readonly overBefore: boolean;
  /** Ids of the lanes of which no command was executed. Nothing is known about them. */
  readonly unsearched: readonly string[];
  /** Problems of the campaign itself, such as missed canaries or dead workers. One line each. */
  readonly problems: readonly string[];
  readonly totals: Omit<StatsLine, 'at' | 'workers' | 'sinceNewSeconds' | 'commandsPerSecond'>;
  /** At most 500 points, first and last included. */
  readonly series: readonly Omit<StatsLine, 'workers'>[];
  readonly lanes: readonly LaneReport[];
  readonly findings: readonly CampaignFinding[];
  readonly canaries: { readonly hidden: number; readonly found: number };
  /** Known bugs of the kernel that programs met, of all lanes together. They are no findings. */
  readonly met: readonly MetFinding[];
}

export interface LaneReport {
  readonly lane: Lane;
  readonly leases: number;
  readonly programs: number;
  readonly commands: number;
  readonly cpuSeconds: number;
  readonly commandCounts: Readonly<Record<string, CommandCounts>>;
  readonly invariants: Readonly<Record<string, number>>;
  readonly met: readonly MetFinding[];
}

/** Runs of a reduced program that show whether its finding is flaky. */
export const STABLE_RUNS = 10;
