import type { Scenario } from '../scenario';
import { CORE } from './core';
import { CPUMAP, CPUMAP_2017, CPUMAP_REDIRECT } from './cpumap';
import { DRIVER } from './driver';
import { ESP } from './esp';
import { FORWARDING } from './forwarding';
import { GATEWAY } from './gateway';
import { GRO, GRO_FRAGLIST } from './gro';
import { MULTICAST } from './multicast';
import { NETMEM } from './netmem';
import { OUTSIDE_SCENARIOS } from './outside';
import { RACES, RACES_COALESCE, RACES_XSK } from './races';
import { RFC_2018 } from './rfc_2018';
import { RX_BUFFERS } from './rx_buffers';
import { SEGMENT } from './segment';
import { SPLICE } from './splice';
import { REASSEMBLY, STACK, STACK_SOCK } from './stack';
import { STRUCT_PAGE } from './struct_page';
import { TCP_STREAM } from './tcp_stream';
import { GENERIC_XDP, VETH } from './veth';
import { XDP, XDP_2016 } from './xdp';
import { XDP_PASS } from './xdp_pass';
import { ZEROCOPY, ZEROCOPY_SOCKETS } from './zerocopy';
import { XSK, XSK_DRIVER } from './xsk';

export const SCENARIOS: readonly Scenario[] = [
  // Scenarios are listed in this order.
  CORE,
  MULTICAST,
  TCP_STREAM,
  FORWARDING,
  SEGMENT,
  GRO,
  GATEWAY,
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
  RX_BUFFERS,
  STACK,
  STACK_SOCK,
  VETH,
  ZEROCOPY,
  ZEROCOPY_SOCKETS,
  RACES,
  RACES_COALESCE,
  RACES_XSK,
  XDP_PASS,
  NETMEM,
  REASSEMBLY,
  GRO_FRAGLIST,
  ESP,
  CPUMAP_REDIRECT,
  GENERIC_XDP,
];

export function findScenario(name: string): Scenario | undefined {
  return [...SCENARIOS, ...OUTSIDE_SCENARIOS].find((scenario) => scenario.name === name);
}
