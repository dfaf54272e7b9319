import type { Scenario } from '../scenario';
import { OUTSIDE } from './outside/base';
import {
  OUTSIDE_DRIVER,
  OUTSIDE_GRO,
  OUTSIDE_LINK,
  OUTSIDE_PATH,
  OUTSIDE_RING,
  OUTSIDE_TC,
  OUTSIDE_TUNNEL,
  OUTSIDE_XDP,
  OUTSIDE_XSK,
} from './outside/links';
import {
  OUTSIDE_BIND,
  OUTSIDE_GROUP,
  OUTSIDE_MAP,
  OUTSIDE_MPTCP,
  OUTSIDE_PRIVILEGE,
  OUTSIDE_SOCKMAP,
  OUTSIDE_TCP,
  OUTSIDE_TLS,
  OUTSIDE_UDP,
  OUTSIDE_UNIX,
  OUTSIDE_URING,
  OUTSIDE_VSOCK,
} from './outside/sockets';

/** Those that any kernel runs. A program of a driver only waits where a machine has no devices with a wire. */
export const DRIVERLESS_SCENARIOS: readonly Scenario[] = [
  OUTSIDE,
  OUTSIDE_UNIX,
  OUTSIDE_UDP,
  OUTSIDE_GROUP,
  OUTSIDE_BIND,
  OUTSIDE_TCP,
  OUTSIDE_URING,
  OUTSIDE_MAP,
  OUTSIDE_SOCKMAP,
  OUTSIDE_RING,
  OUTSIDE_XSK,
  OUTSIDE_TLS,
  OUTSIDE_VSOCK,
  OUTSIDE_MPTCP,
  OUTSIDE_PRIVILEGE,
  OUTSIDE_LINK,
  OUTSIDE_TC,
  OUTSIDE_GRO,
  OUTSIDE_PATH,
  OUTSIDE_TUNNEL,
  OUTSIDE_XDP,
];

export const OUTSIDE_SCENARIOS: readonly Scenario[] = [...DRIVERLESS_SCENARIOS, OUTSIDE_DRIVER];
