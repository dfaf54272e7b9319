import type { Scenario } from '../scenario';
import { CORE } from './core';
import { XDP, XDP_2016 } from './xdp';

export const SCENARIOS: readonly Scenario[] = [CORE, XDP, XDP_2016];

export function findScenario(name: string): Scenario | undefined {
  return SCENARIOS.find((scenario) => scenario.name === name);
}
