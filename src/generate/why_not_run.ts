import type { Profile } from '../rules/profiles';
import { isSearchedWith, type Scenario } from './scenario';

/** Why the kernel cannot run a scenario, as half a sentence; undefined: it can. */
export function whyNotRun(scenario: Scenario, profile: Profile): string | undefined {
  const { name } = scenario;
  if (scenario.modelOnly !== undefined) return `scenario ${name} runs on the model only: ${scenario.modelOnly}`;
  if (!isSearchedWith(scenario, profile)) return `scenario ${name} is of later releases`;
  const command = scenario.commands.find(({ modelOnly }) => modelOnly !== undefined);
  return command === undefined ? undefined : `${command.name} runs on the model only: ${command.modelOnly}`;
}
