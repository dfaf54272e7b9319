import type { CampaignLimits } from '../campaign_types';

/** The plan of a new campaign, as far as it decides the size of its first leases. */
interface Planned extends CampaignLimits {
  readonly lanes: number;
  readonly workers: number;
}

/**
 * Programs that a worker executes in a second on a lane that it has just begun. A search that runs for a while is ten
 * times as fast, but the first programs run in cold code, and the first of a kernel wait until it has booted.
 */
const PROGRAMS_PER_SECOND = 25;
/** Commands of an average program, its settle included. */
const COMMANDS_PER_PROGRAM = 65;
/** The first leases may use one part in SHARE of the time, so that a machine with other work to do still ends them. */
const SHARE = 4;
/** A campaign of a night that is stopped after some minutes has searched every lane as well. */
const FIRST_MAX = 100;

/**
 * The number of programs of the first lease of each lane, at least 1.
 *
 * Workers take the first lease of every lane before the second of any. If first leases were as long as the later ones,
 * a campaign of a minute would search the first dozen of some ninety lanes, and know nothing about the others. Later
 * leases double in length (see leaseAt): so none is longer than its lane was searched until then, and handing out
 * leases costs a long campaign nothing.
 */
export function firstLeasePrograms({ time_ms, commands, lanes, workers }: Planned): number {
  const ofTime = time_ms === null ? Infinity : ((time_ms / 1000) * workers * PROGRAMS_PER_SECOND) / lanes / SHARE;
  const ofCommands = commands === null ? Infinity : commands / COMMANDS_PER_PROGRAM / lanes / SHARE;
  return Math.max(1, Math.min(FIRST_MAX, Math.floor(Math.min(ofTime, ofCommands))));
}
