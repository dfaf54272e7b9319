import { findProfile } from '../rules/profiles';
import type { Command } from './command';

type Named = Pick<Command, 'name' | 'system' | 'profiles'>;

/**
 * Returns whether the kernel of the profile has the function. A profile that PROFILES does not list has the commands
 * that name no profiles, and those that name it.
 */
export function isAvailable({ name, system, profiles }: Named, profileName: string): boolean {
  const profile = findProfile(profileName);
  if (profile?.lacks?.includes(name) === true || profile?.systems?.includes(system) === false) return false;
  return profiles === undefined || isNamed(profiles, profileName);
}

/** Returns whether the call can end in this way with the profile. */
export function canEndSo({ outcomesOf }: Pick<Command, 'outcomesOf'>, outcome: string, profileName: string): boolean {
  const profiles = outcomesOf?.[outcome];
  return profiles === undefined || isNamed(profiles, profileName);
}

/** Returns whether the list has the profile, or the profile whose kernel it shares. */
function isNamed(profiles: readonly string[], profileName: string): boolean {
  const series = findProfile(profileName)?.series;
  return profiles.includes(profileName) || (series !== undefined && profiles.includes(series));
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
