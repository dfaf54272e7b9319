import type { Scenario } from '../scenario';
import { CORE } from './core';
import { DRIVER } from './driver';
import { FORWARDING } from './forwarding';
import { MULTICAST } from './multicast';
import { TCP_STREAM } from './tcp_stream';
import { XDP } from './xdp';

export const SCENARIOS: readonly Scenario[] = [
  // What stands here first is listed first.
  CORE,
  MULTICAST,
  TCP_STREAM,
  FORWARDING,
  XDP,
  DRIVER,
];
import { XDP, XDP_2016 } from './xdp';

export const SCENARIOS: readonly Scenario[] = [CORE, XDP, XDP_2016];

export function findScenario(name: string): Scenario | undefined {
  return SCENARIOS.find((scenario) => scenario.name === name);
}
