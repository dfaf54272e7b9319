import type { Scenario } from '../scenario';
import { CORE } from './core';
import { GRO } from './gro';

export const SCENARIOS: readonly Scenario[] = [CORE, GRO];

export function findScenario(name: string): Scenario | undefined {
  return SCENARIOS.find((scenario) => scenario.name === name);
}
