import { CORE_HARMS } from './harms/core';
import type { Harm } from './harms/harm';
import { LINEAR_HARMS } from './harms/linear';
import { NAPI_HARMS } from './harms/napi';
import { PAGED_HARMS } from './harms/paged';
import { POOL_HARMS } from './harms/pools';
import { SETTLED_HARMS } from './harms/settled';
import { SOCK_HARMS } from './harms/socks';
import { SPLICE_HARMS } from './harms/splice';
import { XDP_HARMS } from './harms/xdp';
import { XSK_HARMS } from './harms/xsk';

export type { Harm } from './harms/harm';

/** The harms that the invariants must see; those with `invariant` '' look odd, but are right. */
export const HARMS: readonly Harm[] = [
  ...CORE_HARMS,
  ...LINEAR_HARMS,
  ...PAGED_HARMS,
  ...POOL_HARMS,
  ...SOCK_HARMS,
  ...NAPI_HARMS,
  ...SPLICE_HARMS,
  ...XDP_HARMS,
  ...XSK_HARMS,
  ...SETTLED_HARMS,
];
