import type { Scenario } from '../scenario';
import { CORE } from './core';
import { FORWARDING } from './forwarding';
import { MULTICAST } from './multicast';
import { TCP_STREAM } from './tcp_stream';

export const SCENARIOS: readonly Scenario[] = [CORE, MULTICAST, TCP_STREAM, FORWARDING];

export function findScenario(name: string): Scenario | undefined {
  return SCENARIOS.find((scenario) => scenario.name === name);
}
