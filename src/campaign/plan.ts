import { isSearchedWith, profilesOf, type Scenario } from '../generate/scenario';
import type { Mutant } from '../rules/mutants';
import { findProfile } from '../rules/profiles';
import { plural } from '../program/counts';
import { UsageError } from '../session/errors';
import { firstProgram, programAfter } from '../generate/seed';
import type { Lane, Lease, LeaseKind } from './campaign_types';
import type { CanaryPlan } from './canary';

/** The plan of a campaign, written once (campaign.json). Every lease follows from it. */
export interface CampaignPlan {
  readonly format: 1;
  readonly version: string;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly seed: number;
  readonly lanes: readonly Lane[];
  readonly programsPerLease: number;
  /**
   * Programs of the first lease of each lane. Each later lease of the lane has twice as many, up to programsPerLease.
   * Absent: all leases have programsPerLease.
   */
  readonly programsPerFirstLease?: number;
  readonly canary: CanaryPlan;
}

/** A target of a campaign. */
export interface LaneTarget {
  readonly name: string;
  /** The profile that it is compared with; absent for the model, which follows the rules of each lane's profile. */
  readonly profile?: string;
}

/** The lanes of all scenarios with their profiles, target after target, so that workers rarely change their target. */
export function lanesOf(scenarios: readonly Scenario[], targets: readonly LaneTarget[], mutant?: Mutant): Lane[] {
  return targets.flatMap(({ name, profile }) =>
    scenarios.flatMap((scenario) =>
      profilesOn(scenario, profile, mutant).map((ofLane) => ({
        id: `${scenario.name}/${ofLane}/${name}${mutant === undefined ? '' : `/${mutant.id}`}`,
        scenario: scenario.name,
        profile: ofLane,
        target: name,
        ...(mutant === undefined ? {} : { mutant: mutant.id }),
      })),
    ),
  );
}

function profilesOn(scenario: Scenario, compared: string | undefined, mutant: Mutant | undefined): string[] {
  const isOfMutant = (name: string): boolean => mutant === undefined || name === mutant.profile;
  if (compared === undefined && scenario.levels !== undefined) return [];
  if (compared === undefined)
    return profilesOf(scenario)
      .map(({ name }) => name)
      .filter(isOfMutant);
  if (scenario.modelOnly ?? scenario.commands.find(({ modelOnly }) => modelOnly !== undefined)) return [];
  // A kernel has the profile of its very release.
  const profile = findProfile(compared);
  return profile !== undefined && isSearchedWith(scenario, profile) && isOfMutant(compared) ? [compared] : [];
}

/** The lease at a position of a lane. It is the same on every machine. */
export function leaseAt(plan: CampaignPlan, lane: Lane, position: number, kind: LeaseKind = 'generated'): Lease {
  const { before, programs } = rangeAt(plan, position);
  const first = programAfter(firstProgram(plan.seed), before);
  return { id: `${lane.id}#${position}`, lane, kind, position, first, programs };
}

type LeaseSizes = Pick<CampaignPlan, 'programsPerLease' | 'programsPerFirstLease'>;

/** The programs of the lease at a position, and of all leases of the lane before it. */
function rangeAt({ programsPerLease: most, programsPerFirstLease: first = most }: LeaseSizes, position: number) {
  let before = 0;
  let programs = Math.min(first, most);
  let at = 0;
  for (; at < position && programs < most; at++) {
    before += programs;
    programs = Math.min(2 * programs, most);
  }
  return { before: before + (position - at) * most, programs };
}

/** The kind of the lease at a position: on the model every second lease is `mutated`. */
export function kindAt(lane: Lane, position: number): LeaseKind {
  return lane.target === 'model' && position % 2 === 1 ? 'mutated' : 'generated';
}

/** The lease of an id, as the plan has it; undefined when the plan has no such lease. */
export function leaseNamed(plan: CampaignPlan, id: string): Lease | undefined {
  const { lane: laneId, position } = partsOf(id);
  const lane = plan.lanes.find((one) => one.id === laneId);
  if (lane === undefined || !Number.isSafeInteger(position) || position < 0) return undefined;
  return leaseAt(plan, lane, position, kindAt(lane, position));
}

/** The lane and the position in the id of a lease. */
export function partsOf(lease: string): { readonly lane: string; readonly position: number } {
  const at = lease.lastIndexOf('#');
  return { lane: lease.slice(0, at), position: Number(lease.slice(at + 1)) };
}

/**
 * The lane whose kept programs a lane of this scenario and profile begins with. The mutant of a lane does not matter.
 */
export function laneOfEntries({ scenario, profile }: Pick<Lane, 'scenario' | 'profile'>): string {
  return `${scenario}/${profile}/model`;
}

/** The plan that the command line asks for. An absent value agrees with every directory. */
export interface AskedPlan {
  readonly seed?: number;
  readonly lanes: readonly Lane[];
  readonly programsPerLease?: number;
}

/**
 * Checks that a directory continues with the plan that it began with.
 * @throws UsageError that names the difference
 */
export function assertSamePlan(directory: string, { seed, lanes, programsPerLease }: CampaignPlan, asked: AskedPlan) {
  const differ = (difference: string): never => {
    throw new UsageError(
      `${directory} holds another campaign: ${difference}; continue as it began, or choose another --dir`,
    );
  };
  if (asked.seed !== undefined && asked.seed !== seed) differ(`its seed is ${seed}, not ${asked.seed}`);
  if (asked.programsPerLease !== undefined && asked.programsPerLease !== programsPerLease)
    differ(`its leases have ${plural(programsPerLease, 'program')}, not ${asked.programsPerLease}`);
  const ids = new Set(lanes.map(({ id }) => id));
  const wanted = new Set(asked.lanes.map(({ id }) => id));
  const added = [...wanted].find((id) => !ids.has(id));
  if (added !== undefined) differ(`it does not search ${added}`);
  const dropped = [...ids].find((id) => !wanted.has(id));
  if (dropped !== undefined) differ(`it searches ${dropped} as well`);
}
