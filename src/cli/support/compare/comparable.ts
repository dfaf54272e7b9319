import { runsOnKernel } from '../../../commands/available';
import type { Pair } from '../../../compare/pair';
import { isSearchedWith, type Scenario } from '../../../generate/scenario';
import type { Profile } from '../../../rules/profiles';
import { whyNoKernel } from '../kernel_runs';

/** The part of a scenario that both targets can run, or why there is none. */
export interface ComparablePart {
  readonly scenario: Scenario;
  readonly why?: string;
  /** Commands that one profile lacks, with that profile. */
  readonly lacking: readonly { readonly command: string; readonly profile: string }[];
}

/** Leaves out of a scenario the commands that a profile lacks. A scenario that keeps all is the same object. */
export function comparablePart(scenario: Scenario, profiles: Pair<Profile>): ComparablePart {
  const why = scenario.modelOnly ?? whyNoKernel(scenario.commands) ?? notAbout(scenario, profiles);
  if (why !== undefined) return { scenario, why, lacking: [] };
  const lacking = scenario.commands.flatMap((command) => {
    const has = profiles.map(({ name }) => runsOnKernel(command, name));
    if (has[0] === has[1]) return [];
    return [{ command: command.name, profile: profiles[has[0] ? 1 : 0].name }];
  });
  if (lacking.length === 0) return { scenario, lacking };
  const names = new Set(lacking.map(({ command }) => command));
  const commands = scenario.commands.filter(({ name }) => !names.has(name));
  return { scenario: { ...scenario, commands }, lacking };
}

function notAbout(scenario: Scenario, profiles: Pair<Profile>): string | undefined {
  const other = profiles.find((profile) => !isSearchedWith(scenario, profile));
  return other === undefined ? undefined : `it is not about ${other.name}`;
}
