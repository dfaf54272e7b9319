import { createHash } from 'node:crypto';
import type { CampaignPlan } from '../campaign/plan';

/** What every key in Redis begins with. */
export const PREFIX = 'skbcheck';
/** Of what is put into Redis: machines that do not speak it do not take part. */
export const QUEUE_FORMAT = 2;
/** Times that a lease may end its worker, or be lost with it. */
export const LOSSES_MAX = 3;
/** Results and failures that Redis keeps at most until the coordinator has read them, for each target. */
export const KEPT_MAX = 10_000;

/** The times of a queue: tests have shorter ones. */
export interface QueueTimes {
  /** A worker that says nothing for so long has lost its lease. */
  readonly lock_ms: number;
  /** Between two looks for leases that were lost. */
  readonly stalled_ms: number;
  /** Between two looks of the coordinator at what came in. */
  readonly poll_ms: number;
  /** A worker that is to end has so long to end its leases. */
  readonly grace_ms: number;
}

export const USUAL_TIMES: QueueTimes = { lock_ms: 30_000, stalled_ms: 30_000, poll_ms: 250, grace_ms: 10_000 };

/** What workers search now: all that they need to know, in one key. */
export interface Order {
  readonly format: typeof QUEUE_FORMAT;
  readonly version: string;
  /** The campaign has ended: its leases are to be let go of. */
  readonly over: boolean;
  readonly plan: CampaignPlan;
}

export const ORDER_KEY = `${PREFIX}:campaign`;
export const COORDINATOR_KEY = `${PREFIX}:coordinator`;

/** Different campaigns never meet in one queue. */
export function planId(plan: CampaignPlan): string {
  return createHash('sha256').update(JSON.stringify(plan)).digest('hex').slice(0, 12);
}

/** Findings on their way to the coordinator: a stream. */
export function findingsKey(plan: string): string {
  return `${PREFIX}:${plan}:findings`;
}

/** Kept programs on their way to the coordinator: a stream of its own, which Redis cuts where nobody reads it. */
export function keptKey(plan: string): string {
  return `${PREFIX}:${plan}:kept`;
}

/** Entries of that stream, about. */
export const KEPT_STREAM_MAX = 1_000;
/** Redis forgets what nobody has read or written for so long. */
export const KEPT_STREAM_MS = 3_600_000;

/** The workers of a campaign: a hash of what each machine said last. */
export function workersKey(plan: string): string {
  return `${PREFIX}:${plan}:workers`;
}

/** Each target has its queue: not every machine has every target. */
export function queueName(plan: string, target: string): string {
  return `${plan}-${withoutColons(target)}`;
}

/** The same on every machine, and different for different leases. */
export function jobId(lease: string): string {
  return withoutColons(lease);
}

/** BullMQ wants no colon in its names. */
function withoutColons(text: string): string {
  return text.replace(/[%:]/g, (character) => (character === '%' ? '%25' : '%3A'));
}

export function targetsOf(plan: CampaignPlan): string[] {
  return [...new Set(plan.lanes.map(({ target }) => target))];
}

/** Between two tries of what Redis did not do. */
export const RETRY_MS = 1_000;
/** A worker that was killed has ended by then, and its lease is back in the queue. */
export const KILLED_MS = 2_000;
/** Until something that Redis refused is tried again. */
export const REFUSED_MS = 10_000;
