import type { Scenario } from '../scenario';
import { CORE } from './core';
import { RFC_2018 } from './rfc_2018';

export const SCENARIOS: readonly Scenario[] = [CORE, RFC_2018];

export function findScenario(name: string): Scenario | undefined {
  return SCENARIOS.find((scenario) => scenario.name === name);
}
