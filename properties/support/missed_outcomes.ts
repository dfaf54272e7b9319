import type { Scenario } from '../../src/generate/scenario';
import type { Session } from '../../src/session/session';

/** Programs between two looks at the outcomes. */
const LOOK_EVERY = 100;

/** The outcomes of a system's commands that a session has not met, as `command: outcome`. */
export function missedOutcomes(session: Session, scenario: Scenario, system: string): string[] {
  return scenario.commands
    .filter((command) => command.system === system)
    .flatMap(({ name, outcomes }) => {
      const counts = session.counts.get(name)?.outcomes;
      return outcomes.filter((_, i) => (counts?.[i] ?? 0) === 0).map((outcome) => `${name}: ${outcome}`);
    });
}

/** Ends a search that has met them all, and has executed at least `commandsMin` commands. */
export function whenAllAreMet(
  session: Session,
  scenario: Scenario,
  system: string,
  commandsMin: number,
): () => boolean {
  let asked = 0;
  return () =>
    asked++ % LOOK_EVERY === 0 &&
    session.executed >= commandsMin &&
    missedOutcomes(session, scenario, system).length === 0;
}
