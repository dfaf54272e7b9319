import { createHash } from 'node:crypto';
import { programAfter } from '../generate/seed';
import type { Lane, Lease } from './campaign_types';

/** One program in CANARY_EVERY runs a second time, with a rule broken on purpose. */
const CANARY_EVERY = 100;
/** If CANARIES_ENOUGH canaries are hidden and none is found, the search does not work. */
export const CANARIES_ENOUGH = 40;

/** The broken rule in the canaries of each lane: the id of a mutant, whose base profile does not matter. */
export interface CanaryPlan {
  readonly every: number;
  readonly mutants: Readonly<Record<string, string>>;
}

/** The canaries of one lease. */
export interface CanaryOfLease {
  readonly seed: number;
  readonly every: number;
  readonly mutant: string;
}

/** The mutant for scenarios that CANARY_OF does not name. */
const CANARY_USUAL = 'F3-never';
/** By scenario: a mutant that many of its programs find. */
const CANARY_OF: Readonly<Record<string, string>> = {
  'tcp-stream': 'F6',
  gro: 'G4',
  gateway: 'F6',
  'gro-fraglist': 'F6',
  'generic-xdp': 'F6',
  'xdp-pass': 'A13',
  xdp: 'A13',
  'xdp-2016': 'A13',
  cpumap: 'A13',
  'cpumap-2017': 'A13',
  driver: 'A13',
  xsk: 'X12-skb',
  'xsk-driver': 'X12-skb',
  stack: 'F6',
  'stack-sock': 'F6',
  veth: 'F6',
  zerocopy: 'E1-carve-pages',
  'zerocopy-sockets': 'E14',
  races: 'A13',
  'races-coalesce': 'A13',
  'races-xsk': 'X12-skb',
};

/** Only lanes on the model have canaries. A kernel does not follow the broken rule, so every command would differ. */
export function canaryPlan(lanes: readonly Lane[]): CanaryPlan {
  const searched = lanes.filter(({ target }) => target === 'model');
  return {
    every: CANARY_EVERY,
    mutants: Object.fromEntries(searched.map(({ id, scenario }) => [id, CANARY_OF[scenario] ?? CANARY_USUAL])),
  };
}

/** The canaries of a lease; undefined for a lease on a kernel, and for a `mutated` one. */
export function canaryOf(plan: CanaryPlan, seed: number, lease: Lease): CanaryOfLease | undefined {
  const mutant = plan.mutants[lease.lane.id];
  if (mutant === undefined || lease.kind !== 'generated') return undefined;
  return { seed: hashOf(`${seed} ${lease.id}`), every: plan.every, mutant };
}

/** Positions of the canaries in the lease, one in each stretch of `every` programs. */
export function canaryPositions({ programs, id }: Lease, { seed, every }: CanaryOfLease): number[] {
  const positions: number[] = [];
  for (let start = 0; start < programs; start += every) {
    const position = start + (hashOf(`${seed} ${id} ${start}`) % every);
    if (position < programs) positions.push(position);
  }
  return positions;
}

/** The number of the program at a position of a lease. */
export function numberAt(lease: Lease, position: number): number {
  return programAfter(lease.first, position);
}

function hashOf(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32LE(0);
}
