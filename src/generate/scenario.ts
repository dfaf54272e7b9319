import type { CommandName } from '../commands/command_name';
import type { Follows, Weights, Points } from './usual';
import type { Command } from '../commands/command';
import type { Level } from '../commands/outside/step';
import { COMMANDS } from '../commands/registry';
import { isSince, releaseOf } from '../rules/history/release';
import { ALL_PROFILES, PROFILES, type Profile } from '../rules/profiles';

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
  /** The first release that has what it is about; absent: all have. */
  readonly since?: string;
  /** Why no kernel can run it; absent: kernels can. */
  readonly modelOnly?: string;
  /** Its programs are of user space, with one of these rights each; absent: they are of the kernel. */
  readonly levels?: readonly Level[];
  /** Programs of a user also make calls that only root can make, and are refused. */
  readonly isRefused?: true;
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
export function profilesOf({ profiles, since }: Pick<Scenario, 'profiles' | 'since'>): readonly Profile[] {
  if (profiles === undefined) return PROFILES.filter((profile) => hasIt(profile, since));
  return profiles.flatMap((name) => ALL_PROFILES.filter((profile) => profile.name === name));
}

/** Returns whether the scenario can be searched with the profile: with any kernel if it names one. */
export function isSearchedWith(scenario: Pick<Scenario, 'profiles' | 'since'>, profile: Profile): boolean {
  return (
    hasIt(profile, scenario.since) &&
    profilesOf(scenario).some(({ name, modelOnly }) =>
      isOfKernel(profile) ? modelOnly === undefined : name === profile.name,
    )
  );
}

function hasIt({ release }: Profile, since: string | undefined): boolean {
  return since === undefined || isSince(releaseOf(release), since);
}

function isOfKernel({ modelOnly }: Profile): boolean {
  return modelOnly === undefined;
}

/** Every command of these systems except abuse, in the order of the registry: the order is part of a seed's meaning. */
export function commandsOf(systems: readonly string[]): readonly Command[] {
  return COMMANDS.filter((command) => command.abuse !== true && systems.includes(command.system));
}

/** The commands of these names, in the order of the registry. */
export function commandsNamed(names: readonly CommandName[]): readonly Command[] {
  return COMMANDS.filter(({ name }) => names.includes(name));
}
