import { canEndSo, isAvailable } from '../../src/commands/available';
import { searchModel } from '../../src/search/search_model';
import type { Scenario } from '../../src/generate/scenario';
import type { Profile } from '../../src/rules/profiles';
import { sessionOf } from './model';

const SEED = 184467;

/** The outcomes of a system's commands that a search of `commands` commands does not meet, as `command: outcome`. */
export function unseen(scenario: Scenario, profile: Profile, system: string, commands: number): string[] {
  const session = sessionOf(profile, { checks: false });
  searchModel(scenario, profile, session, SEED, { commands, findings: 1, stop: () => false });
  return scenario.commands
    .filter((command) => command.system === system && isAvailable(command, profile.name))
    .flatMap((command) =>
      command.outcomes
        .filter((_, i) => (session.counts.get(command.name)?.outcomes[i] ?? 0) === 0)
        .filter((outcome) => canEndSo(command, outcome, profile.name))
        .map((outcome) => `${command.name}: ${outcome}`),
    );
}
