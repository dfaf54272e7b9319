import type { KernelCommandName } from '../command_name';
import { ABUSE_CALLERS } from './abuse_callers';
import type { Caller } from './caller';
import { GRO_CALLERS } from './gro_callers';
import { MVNETA_CALLERS } from './mvneta_callers';
import { NETMEM_CALLERS } from './netmem_callers';
import { PAGE_CALLERS } from './page_callers';
import { PAGE_POOL_CALLERS } from './page_pool_callers';
import { SEGMENT_CALLERS } from './segment_callers';
import { SKB_CALLERS } from './skb_callers';
import { SOCK_CALLERS } from './sock_callers';
import { SPLICE_CALLERS } from './splice_callers';
import { XDP_CALLERS } from './xdp_callers';
import { XSK_CALLERS } from './xsk_callers';
import { ZEROCOPY_CALLERS } from './zerocopy_callers';

/** The caller of each command. A command that is forgotten here does not compile. */
export const CALLERS: Readonly<Record<KernelCommandName, Caller>> = {
  ...PAGE_CALLERS,
  ...PAGE_POOL_CALLERS,
  ...NETMEM_CALLERS,
  ...SKB_CALLERS,
  ...SOCK_CALLERS,
  ...XDP_CALLERS,
  ...XSK_CALLERS,
  ...GRO_CALLERS,
  ...SEGMENT_CALLERS,
  ...SPLICE_CALLERS,
  ...ZEROCOPY_CALLERS,
  ...MVNETA_CALLERS,
  ...ABUSE_CALLERS,
};
