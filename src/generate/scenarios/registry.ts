import type { Scenario } from '../scenario';
import { CORE } from './core';

export const SCENARIOS: readonly Scenario[] = [CORE];

export function findScenario(name: string): Scenario | undefined {
  return SCENARIOS.find((scenario) => scenario.name === name);
}
