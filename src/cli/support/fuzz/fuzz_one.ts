import type { FuzzRun } from '../../../report/fuzz_run';
import { chooseTarget } from '../../../targets/choose_target';
import type { FuzzEvents, FuzzPlan } from './fuzz_search';
import { LinkFuzz } from './link_fuzz';
import { ModelFuzz } from './model_fuzz';
import { OutsideFuzz } from './outside_fuzz';

/** Searches on one target, and saves, reports and reduces each finding. */
export async function fuzzOne(plan: FuzzPlan, events: FuzzEvents): Promise<FuzzRun> {
  if (plan.scenario.levels !== undefined) return new OutsideFuzz(plan, events).run();
  const choice = chooseTarget(plan.target, plan.profileName, events.say);
  return choice.kind === 'model' ? new ModelFuzz(plan, events).run() : new LinkFuzz(plan, events, choice).run();
}
