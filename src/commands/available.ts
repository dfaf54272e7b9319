import { isSince, releaseOf } from '../rules/history/release';
import { ALL_PROFILES, findProfile, type Profile } from '../rules/profiles';
import type { Rules } from '../rules/rules';
import type { Command } from './command';

type Facts = Pick<Command, 'name' | 'system' | 'since' | 'before' | 'design'>;

/**
 * Returns whether the kernel of the profile has the function. A profile that nobody knows has the commands of every
 * release.
 */
export function isAvailable(command: Facts, profileName: string): boolean {
  const { name, system, since, before, design } = command;
  const profile = findProfile(profileName);
  if (design !== undefined) return design === profile?.design;
  if (profile === undefined) return since === undefined && before === undefined;
  if (profile.lacks?.includes(name) === true || profile.systems?.includes(system) === false) return false;
  const release = releaseOf(profile.release);
  return (since === undefined || isSince(release, since)) && !(before !== undefined && isSince(release, before));
}

/** Returns whether the kernel of the profile runs the call: it has the function, and the module makes the call. */
export function runsOnKernel(command: Command, profileName: string): boolean {
  const { modelOnly, kernelSince } = command;
  if (modelOnly !== undefined || !isAvailable(command, profileName)) return false;
  const profile = findProfile(profileName);
  return kernelSince === undefined || profile === undefined || isSince(releaseOf(profile.release), kernelSince);
}

/** Returns whether the call can end in this way with the profile. */
export function canEndSo({ outcomesOf }: Pick<Command, 'outcomesOf'>, outcome: string, profileName: string): boolean {
  const needed = outcomesOf?.[outcome];
  if (needed === undefined) return true;
  const profile = findProfile(profileName);
  return profile !== undefined && hasRules(profile, needed);
}

/** The listed profiles with which the call can end in this way; null: all. */
export function profilesOfOutcome({ outcomesOf }: Pick<Command, 'outcomesOf'>, outcome: string): string[] | null {
  const needed = outcomesOf?.[outcome];
  if (needed === undefined) return null;
  return ALL_PROFILES.filter((profile) => hasRules(profile, needed)).map(({ name }) => name);
}

/** The listed profiles whose kernel has the function. */
export function profilesWith(command: Facts): string[] {
  return ALL_PROFILES.map(({ name }) => name).filter((name) => isAvailable(command, name));
}

function hasRules({ rules }: Profile, needed: Partial<Rules>): boolean {
  return Object.entries(needed).every(([name, value]) => rules[name as keyof Rules] === value);
}

/** Remembers the answers of isAvailable by opcode, for one profile at a time: every call of every program asks. */
class AvailabilityTable {
  private profileName = '';
  private known: (boolean | undefined)[] = [];

  has(command: Command, profileName: string): boolean {
    if (profileName !== this.profileName) {
      this.profileName = profileName;
      this.known = [];
    }
    return (this.known[command.opcode] ??= isAvailable(command, profileName));
  }
}

const TABLE = new AvailabilityTable();

/** The same as isAvailable, remembered. */
export function isAvailableNow(command: Command, profileName: string): boolean {
  return TABLE.has(command, profileName);
}
