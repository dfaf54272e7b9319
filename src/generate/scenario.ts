import type { CommandName } from '../commands/command_name';
import type { Follows, Weights, Points } from './usual';
import type { Command } from '../commands/command';
import { COMMANDS } from '../commands/registry';
import { ALL_PROFILES, NEWER_PROFILES, PROFILES, type Profile } from '../rules/profiles';

/** A named choice of commands, weights and lengths to search with. */
export interface Scenario {
  readonly name: string;
  readonly title: string;
  readonly commands: readonly Command[];
  /** Relative weight of commands by name; 8 where absent. */
  readonly weights: Weights;
  /** By name of a command: the usual next commands, so that long constructions are completed. */
  readonly follows: Follows;
  /** Schedules calls of a second CPU into calls of the first; absent: there is one CPU. */
  readonly schedules?: Schedules;
  /** Profiles that the scenario is about, the default first; absent: the kernels. */
  readonly profiles?: readonly string[];
  /** Why no kernel can run it; absent: kernels can. */
  readonly modelOnly?: string;
  /** Commands of a program before settle: most have from `min` to `usual`, a few up to `max`. */
  readonly length: { readonly min: number; readonly usual: number; readonly max: number };
}

/** Parameters for drawing schedules. */
export interface Schedules {
  /** Eighths of the calls with preemption points into which calls are scheduled. */
  readonly eighths: number;
  /** By command: the points that a call of it can pass. An absent command passes none. */
  readonly points: Points;
  /** Names of the commands that the second CPU calls half of the time. */
  readonly often: readonly CommandName[];
}

/** The profiles that the scenario is about; by default those of the kernels. */
export function profilesOf({ profiles }: Pick<Scenario, 'profiles'>): readonly Profile[] {
  if (profiles === undefined) return PROFILES;
  return profiles.flatMap((name) => ALL_PROFILES.filter((profile) => profile.name === name));
}

/** Returns whether the scenario can be searched with the profile: also with a newer kernel than those that it names. */
export function isSearchedWith(scenario: Pick<Scenario, 'profiles'>, profile: Profile): boolean {
  const series = NEWER_PROFILES.includes(profile) ? profile.series : undefined;
  return profilesOf(scenario).some(({ name }) => name === profile.name || name === series);
}

/** Every command of these systems except abuse, in the order of the registry: the order is part of a seed's meaning. */
export function commandsOf(systems: readonly string[]): readonly Command[] {
  return COMMANDS.filter((command) => command.abuse !== true && systems.includes(command.system));
}

/** The commands of these names, in the order of the registry. */
export function commandsNamed(names: readonly CommandName[]): readonly Command[] {
  return COMMANDS.filter(({ name }) => names.includes(name));
}
