import { findProfile } from '../rules/profiles';
import type { Command } from './command';

type Named = Pick<Command, 'name' | 'system' | 'profiles'>;

/** Has the kernel of the profile the function? A profile that only the caller knows has what names no profiles, or names it. */
export function isAvailable({ name, system, profiles }: Named, profileName: string): boolean {
  const profile = findProfile(profileName);
  if (profile?.lacks?.includes(name) === true || profile?.systems?.includes(system) === false) return false;
  return profiles === undefined || isNamed(profiles, profileName);
}

/** Can the call end in this way there? */
export function canEndSo({ outcomesOf }: Pick<Command, 'outcomesOf'>, outcome: string, profileName: string): boolean {
  const profiles = outcomesOf?.[outcome];
  return profiles === undefined || isNamed(profiles, profileName);
}

/** The profile is named, or the one whose kernel it shares. */
function isNamed(profiles: readonly string[], profileName: string): boolean {
  const series = findProfile(profileName)?.series;
  return profiles.includes(profileName) || (series !== undefined && profiles.includes(series));
}

/** By opcode, for one profile at a time: every call of every program asks. */
let tableOf = '';
let known: (boolean | undefined)[] = [];

/** The same, remembered. */
export function isAvailableNow(command: Command, profileName: string): boolean {
  if (profileName !== tableOf) {
    tableOf = profileName;
    known = [];
  }
  return (known[command.opcode] ??= isAvailable(command, profileName));
}
