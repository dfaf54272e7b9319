import type { CommandCounts } from '../search/command_counts';

/** One search that a campaign makes: a scenario with the rules of a profile, on a target. */
export interface Lane {
  /** `core/linux-6.12/model`, with `/F3` where a mutant is searched. */
  readonly id: string;
  readonly scenario: string;
  readonly profile: string;
  /** `model`, or a Linux target. */
  readonly target: string;
  readonly mutant?: string;
}

/**
 * How the programs of a lease come about: `generated` by the program numbers alone, or `mutated` from the corpus (what comes out then
 * also depends on the corpus; findings carry their program, so that nothing is lost).
 */
export type LeaseKind = 'generated' | 'mutated';

/** A range of program numbers of a lane, to be searched once. */
export interface Lease {
  /** `core/linux-6.12/model#17`: it follows from the plan alone, on every machine. */
  readonly id: string;
  readonly lane: Lane;
  readonly kind: LeaseKind;
  /** Which range of its lane: 0, 1, … */
  readonly position: number;
  /** Number of the first program. */
  readonly first: number;
  readonly programs: number;
}

/** What came of a lease, counted once, when it is recorded as done. */
export interface LeaseResult {
  readonly lease: string;
  readonly programs: number;
  /** Commands executed. */
  readonly commands: number;
  /** Processor time, seconds. */
  readonly cpuSeconds: number;
  readonly commandCounts: Readonly<Record<string, CommandCounts>>;
  /** How often each invariant was evaluated on a world in which it could fail. */
  readonly invariants: Readonly<Record<string, number>>;
  /** Programs into which the canary was put, and those of them that were reported. */
  readonly canaries: { readonly hidden: number; readonly found: number };
  /** Findings that were reported while it was searched, by their ids: how often. */
  readonly reports?: Readonly<Record<string, number>>;
}

/** `flaky`: it did not show in 10 of 10 runs. `known`: the list of known findings names it, and that entry has not expired. */
export type FindingState = 'new' | 'known' | 'flaky';

/** Why there is a finding: a program that does not hold, or a range that ends the workers which search it. */
export type FindingCause = 'program' | 'worker';

/** A finding as the store keeps it (`findings/ID/finding.json`): the first that was reported with its signature. */
export interface CampaignFinding {
  /** 12 hex digits of the SHA-256 of lane profile, target, mutant and signature: the folder's name. */
  readonly id: string;
  readonly cause: FindingCause;
  readonly signature: string;
  /** What does not hold, with the numbers in it. */
  readonly sentence: string;
  readonly invariant?: string;
  readonly lane: Lane;
  /** The lease that found it first, and the token of the program (`v1:core:184467`; absent when it was mutated from the corpus). */
  readonly lease: string;
  readonly token?: string;
  /** skbcheck's own version. */
  readonly version: string;
  /** ISO 8601. */
  readonly firstSeenAt: string;
  /** Commands of the campaign that were recorded as done when it was reported. */
  readonly afterCommands: number;
  /** How often it was reported so far, the first time included. */
  readonly reports: number;
  readonly state: FindingState;
  /** Why it is known. */
  readonly why?: string;
  /** As it was found, and reduced (absent until it was): text of programs. */
  readonly program: string;
  readonly reduced?: string;
  /** Of 10 runs of the reduced program, those that showed the signature. */
  readonly shownOf10?: number;
  /** What `skbcheck run` prints of the reduced program. */
  readonly report?: string;
}

export interface WorkerStatus {
  readonly id: string;
  /** Of its process; absent while it has none. */
  readonly pid?: number;
  readonly state: 'starts' | 'searches' | 'reduces' | 'waits' | 'restarts';
  /** What it is at. */
  readonly lease?: string;
  readonly commands: number;
  readonly rssBytes: number;
  readonly restarts: number;
}

/** One line of stats.jsonl. Counts are of the whole campaign, whatever process it was that counted. */
export interface StatsLine {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Seconds that the campaign has run, pauses between its processes left out. */
  readonly seconds: number;
  readonly programs: number;
  readonly commands: number;
  readonly commandsPerSecond: number;
  readonly corpus: number;
  readonly features: number;
  readonly branches: { readonly covered: number; readonly total: number };
  readonly findings: { readonly new: number; readonly known: number; readonly flaky: number };
  /** Since a new feature, branch or finding. */
  readonly sinceNewSeconds: number;
  readonly workers: readonly WorkerStatus[];
}

/** What a campaign did, as plain data: report.json, and what report.html shows. */
export interface CampaignReport {
  readonly format: 1;
  readonly version: string;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly seed: number;
  /** Why it ended: its time or commands were over, it was interrupted, or it failed. */
  readonly end: 'time' | 'commands' | 'interrupted' | 'failed';
  /** What was wrong with the campaign itself: a canary that was missed, workers that died. One line each. */
  readonly problems: readonly string[];
  readonly totals: Omit<StatsLine, 'at' | 'workers' | 'sinceNewSeconds' | 'commandsPerSecond'>;
  /** At most 500 points, first and last included. */
  readonly series: readonly Omit<StatsLine, 'workers'>[];
  readonly lanes: readonly LaneReport[];
  readonly findings: readonly CampaignFinding[];
  readonly canaries: { readonly hidden: number; readonly found: number };
}

export interface LaneReport {
  readonly lane: Lane;
  readonly leases: number;
  readonly programs: number;
  readonly commands: number;
  readonly cpuSeconds: number;
  readonly commandCounts: Readonly<Record<string, CommandCounts>>;
  readonly invariants: Readonly<Record<string, number>>;
}

export const STABLE_RUNS = 10;
