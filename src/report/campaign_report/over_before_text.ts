import type { CampaignReport } from '../../campaign/campaign_types';
import { plural } from '../figures';

/** Milliseconds, the unit as `--time` takes it, and as people read it. */
const UNITS = [
  [3_600_000, 'h', 'h'],
  [60_000, 'm', 'min'],
  [1000, 's', 's'],
  [1, 'ms', 'ms'],
] as const;
/** A time is shown in the largest unit in which it is whole and no less than this: 60 s, 90 min, 8 h. */
const UNITS_MIN = 2;

/** Why a campaign that was continued after its end searched nothing, and what to do about that. */
export function overBeforeText({ totals, limits: { time_ms, commands } }: CampaignReport): string {
  const [limit, more] =
    time_ms !== null && totals.seconds * 1000 >= time_ms
      ? [inWords(time_ms), `--time ${asOption(2 * time_ms)}`]
      : [plural(commands ?? 0, 'command'), `--commands ${2 * (commands ?? 0)}`];
  return `its ${limit} were over before: nothing was searched; ${more} goes on, --dir DIR begins anew`;
}

/** As people read it: `60 s`. */
function inWords(ms: number): string {
  const [size, , word] = unitOf(ms);
  return `${ms / size} ${word}`;
}

/** As `--time` takes it: `2m`. */
function asOption(ms: number): string {
  const [size, letter] = unitOf(ms);
  return `${ms / size}${letter}`;
}

function unitOf(ms: number): (typeof UNITS)[number] {
  return UNITS.find(([size]) => ms % size === 0 && ms / size >= UNITS_MIN) ?? UNITS[UNITS.length - 1];
}
