import { exploreScenario } from '../explore/explore_scenario';
import { SmallScope } from '../generate/small_scope';
import type { SearchTask, Strategy } from './strategy';

/** More states than a search of a million commands can meet. */
const STATES_MAX = 2_000_000;

/**
 * Explores deeper and deeper until the search is over. Commands that only lead back to a state count towards the
 * budget.
 */
function search({ scenario, profile, session, onExecuted, done }: SearchTask): void {
  const limits = { depth: Infinity, states: STATES_MAX };
  exploreScenario(new SmallScope(scenario, profile.name), session, limits, { onExecuted, onProgram: done });
}

export const EXHAUSTIVE: Strategy = {
  name: 'exhaustive',
  title: 'every program of a small scope, the shortest first; skips worlds that were met before',
  // Programs grow by one call at a time, so that mutants that need many commands are out of reach.
  stateAware: false,
  deterministic: true,
  search,
};
