import type { Scenario } from '../scenario';
import { CORE } from './core';
import { XDP } from './xdp';

export const SCENARIOS: readonly Scenario[] = [CORE, XDP];

export function findScenario(name: string): Scenario | undefined {
  return SCENARIOS.find((scenario) => scenario.name === name);
}
