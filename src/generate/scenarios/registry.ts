import type { Scenario } from '../scenario';
import { CORE } from './core';
import { DRIVER } from './driver';
import { FORWARDING } from './forwarding';
import { GRO } from './gro';
import { MULTICAST } from './multicast';
import { SEGMENT } from './segment';
import { TCP_STREAM } from './tcp_stream';
import { XDP, XDP_2016 } from './xdp';

export const SCENARIOS: readonly Scenario[] = [
  // What stands here first is listed first.
  CORE,
  MULTICAST,
  TCP_STREAM,
  FORWARDING,
  SEGMENT,
  GRO,
  XDP,
  XDP_2016,
  DRIVER,
];

export function findScenario(name: string): Scenario | undefined {
  return SCENARIOS.find((scenario) => scenario.name === name);
}
