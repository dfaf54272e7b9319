import type { Scenario } from '../scenario';
import { CORE } from './core';
import { CPUMAP, CPUMAP_2017 } from './cpumap';
import { DRIVER } from './driver';
import { FORWARDING } from './forwarding';
import { GRO } from './gro';
import { MULTICAST } from './multicast';
import { RFC_2018 } from './rfc_2018';
import { SEGMENT } from './segment';
import { SPLICE } from './splice';
import { STRUCT_PAGE } from './struct_page';
import { TCP_STREAM } from './tcp_stream';
import { XDP, XDP_2016 } from './xdp';
import { XSK, XSK_DRIVER } from './xsk';

export const SCENARIOS: readonly Scenario[] = [
  // What stands here first is listed first.
  CORE,
  MULTICAST,
  TCP_STREAM,
  FORWARDING,
  SEGMENT,
  GRO,
  SPLICE,
  XDP,
  XDP_2016,
  CPUMAP,
  CPUMAP_2017,
  DRIVER,
  XSK,
  XSK_DRIVER,
  RFC_2018,
  STRUCT_PAGE,
];

export function findScenario(name: string): Scenario | undefined {
  return SCENARIOS.find((scenario) => scenario.name === name);
}
