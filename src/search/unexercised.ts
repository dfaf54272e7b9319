import { isAvailable } from '../commands/available';
import type { Scenario } from '../generate/scenario';
import { INVARIANTS } from '../invariants/registry';
import type { Profile } from '../rules/profiles';
import { commandCountsOf, type CommandCounts } from './command_counts';
import type { Session } from '../session/session';

/** The commands and invariants of which a search says nothing. */
export interface Unexercised {
  /** Commands of the scenario that the profile has, and that no program executed. */
  readonly neverExecuted: readonly string[];
  /** Invariants of the profile for which no program made a world in which they could fail. */
  readonly neverEvaluated: readonly string[];
}

/** @param session - that ran all programs of the search */
export function unexercisedIn(session: Session, scenario: Scenario, profile: Profile): Unexercised {
  const executed = commandCountsOf(session);
  const evaluated = session.checker.counts();
  return {
    neverExecuted: scenario.commands
      .filter((command) => isAvailable(command, profile.name) && (executed[command.name]?.executed ?? 0) === 0)
      .map(({ name }) => name),
    neverEvaluated: INVARIANTS.filter(
      ({ name, belongsTo }) => belongsTo?.(profile.rules) !== false && evaluated[name] === 0,
    ).map(({ name }) => name),
  };
}

/** By command of the scenario: the outcomes that no call had. Commands that had all are left out. */
export function neverSeenIn(
  { commands }: Scenario,
  counts: Readonly<Record<string, CommandCounts>>,
): Record<string, readonly string[]> {
  const missing = commands.map(({ name, outcomes }) => {
    const seen = counts[name]?.outcomes ?? {};
    return [name, outcomes.filter((outcome) => (seen[outcome] ?? 0) === 0)] as const;
  });
  return Object.fromEntries(missing.filter(([, outcomes]) => outcomes.length > 0));
}
