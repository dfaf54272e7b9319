import { exploreScenario } from '../explore/explore_scenario';
import { SmallScope } from '../generate/small_scope';
import type { SearchTask, Strategy } from './strategy';

/** More than a search of a million commands can meet. */
const STATES_MAX = 2_000_000;

/** Deeper and deeper, until the search is over: its budget is in commands, and running a program again to get to a state counts. */
function search({ scenario, profile, session, onExecuted, done }: SearchTask): void {
  const limits = { depth: Infinity, states: STATES_MAX };
  exploreScenario(new SmallScope(scenario, profile.name), session, limits, { onExecuted, onProgram: done });
}

export const EXHAUSTIVE: Strategy = {
  name: 'exhaustive',
  title: 'every program of a small scope, the shortest first, worlds that were met before not again',
  // It grows by one call at a time: what takes many commands is out of its reach.
  stateAware: false,
  deterministic: true,
  search,
};
