import type { Scenario } from '../scenario';
import { CORE } from './core';
import { XSK } from './xsk';

export const SCENARIOS: readonly Scenario[] = [CORE, XSK];

export function findScenario(name: string): Scenario | undefined {
  return SCENARIOS.find((scenario) => scenario.name === name);
}
