import type { Scenario } from '../scenario';
import { CORE } from './core';
import { SPLICE } from './splice';

export const SCENARIOS: readonly Scenario[] = [CORE, SPLICE];

export function findScenario(name: string): Scenario | undefined {
  return SCENARIOS.find((scenario) => scenario.name === name);
}
