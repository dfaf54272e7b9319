import type { Scenario } from '../scenario';
import { CORE } from './core';
import { CPUMAP, CPUMAP_2017 } from './cpumap';
import { XDP, XDP_2016 } from './xdp';

export const SCENARIOS: readonly Scenario[] = [CORE, XDP, XDP_2016, CPUMAP, CPUMAP_2017];

export function findScenario(name: string): Scenario | undefined {
  return SCENARIOS.find((scenario) => scenario.name === name);
}
