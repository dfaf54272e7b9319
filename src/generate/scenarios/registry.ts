import type { Scenario } from '../scenario';
import { CORE } from './core';
import { RFC_2018 } from './rfc_2018';
import { STRUCT_PAGE } from './struct_page';

export const SCENARIOS: readonly Scenario[] = [CORE, RFC_2018, STRUCT_PAGE];

export function findScenario(name: string): Scenario | undefined {
  return SCENARIOS.find((scenario) => scenario.name === name);
}
