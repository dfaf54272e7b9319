import { createHash } from 'node:crypto';
import type { CampaignPlan } from '../campaign/plan';

/** The prefix of every key in Redis. */
export const PREFIX = 'skbcheck';
/** The format of all data in Redis. Machines of another format do not take part. */
export const QUEUE_FORMAT = 2;
/** A lease that ends its worker, or is lost with it, LOSSES_MAX times is given up. */
export const LOSSES_MAX = 3;
/** Results and failures for each target that Redis keeps at most until the coordinator has read them. */
export const KEPT_MAX = 10_000;

/** The times of a queue. Tests use shorter ones. */
export interface QueueTimes {
  /** A worker that is silent for this time has lost its lease. */
  readonly lock_ms: number;
  /** Time between two checks for lost leases. */
  readonly stalled_ms: number;
  /** Time between two reads of results by the coordinator. */
  readonly poll_ms: number;
  /** Time that a worker has to end its leases when it shall end. */
  readonly grace_ms: number;
}

export const USUAL_TIMES: QueueTimes = { lock_ms: 30_000, stalled_ms: 30_000, poll_ms: 250, grace_ms: 10_000 };

/** The campaign that workers search now, in one key. */
export interface Order {
  readonly format: typeof QUEUE_FORMAT;
  readonly version: string;
  /** True when the campaign has ended, and workers must give up its leases. */
  readonly over: boolean;
  readonly plan: CampaignPlan;
}

export const ORDER_KEY = `${PREFIX}:campaign`;
export const COORDINATOR_KEY = `${PREFIX}:coordinator`;

/** The id of a campaign. It is part of the names of its queues, so different campaigns never share one. */
export function planId(plan: CampaignPlan): string {
  return createHash('sha256').update(JSON.stringify(plan)).digest('hex').slice(0, 12);
}

/** Findings on their way to the coordinator: a stream. */
export function findingsKey(plan: string): string {
  return `${PREFIX}:${plan}:findings`;
}

/** Kept programs on their way to the coordinator: a stream of its own, which Redis cuts when it is not read. */
export function keptKey(plan: string): string {
  return `${PREFIX}:${plan}:kept`;
}

/** Approximate limit of entries of that stream. */
export const KEPT_STREAM_MAX = 1_000;
/** Redis removes that stream when nothing was added for this time. */
export const KEPT_STREAM_MS = 3_600_000;

/** The workers of a campaign: a hash of the last beat of each machine. */
export function workersKey(plan: string): string {
  return `${PREFIX}:${plan}:workers`;
}

/** Each target has a queue of its own, because not every machine has every target. */
export function queueName(plan: string, target: string): string {
  return `${plan}-${withoutColons(target)}`;
}

/** The job id of a lease: the same on every machine, and different for different leases. */
export function jobId(lease: string): string {
  return withoutColons(lease);
}

/** BullMQ allows no colon in its names. */
function withoutColons(text: string): string {
  return text.replace(/[%:]/g, (character) => (character === '%' ? '%25' : '%3A'));
}

export function targetsOf(plan: CampaignPlan): string[] {
  return [...new Set(plan.lanes.map(({ target }) => target))];
}

/** Time between two tries of a failed command. */
export const RETRY_MS = 1_000;
/** After this time a killed worker has ended, and its lease is back in the queue. */
export const KILLED_MS = 2_000;
/** Time until a command that Redis refused is tried again. */
export const REFUSED_MS = 10_000;
