import type { Scenario } from '../scenario';
import { CORE } from './core';
import { SEGMENT } from './segment';

export const SCENARIOS: readonly Scenario[] = [CORE, SEGMENT];

export function findScenario(name: string): Scenario | undefined {
  return SCENARIOS.find((scenario) => scenario.name === name);
}
