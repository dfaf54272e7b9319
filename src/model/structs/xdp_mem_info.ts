import type { ForMemory } from '../../rules/xdp_rules';
import type { PagePool } from './page_pool';
import type { XskBuffPool } from './xsk_buff_pool';

/** Names of enum xdp_mem_type, in its order; the last is MEM_TYPE_MAX. */
export const MEM_TYPES = ['page_shared', 'page_order0', 'page_pool', 'xsk_buff_pool', 'unknown'] as const;

function memType(name: (typeof MEM_TYPES)[number]): number {
  return MEM_TYPES.indexOf(name);
}

/** enum xdp_mem_type: the way in which the memory behind a frame is returned. */
export const MEM_TYPE_PAGE_SHARED = memType('page_shared');
export const MEM_TYPE_PAGE_ORDER0 = memType('page_order0');
export const MEM_TYPE_PAGE_POOL = memType('page_pool');
export const MEM_TYPE_XSK_BUFF_POOL = memType('xsk_buff_pool');
export const MEM_TYPE_MAX = memType('unknown');

/** Returns whether a rule holds for this memory model. */
export function holdsFor(rule: ForMemory, mem: XdpMemInfo): boolean {
  return typeof rule === 'boolean' ? rule : (mem.type === MEM_TYPE_PAGE_POOL) === (rule === 'pools');
}

/** struct xdp_mem_info, together with the struct xdp_mem_allocator that mem_id_ht has for its id. */
export interface XdpMemInfo {
  readonly type: number;
  /** 0: no allocator was registered. */
  readonly id: number;
  /** xa->page_pool. */
  readonly pool: PagePool | null;
  /** The pool behind MEM_TYPE_XSK_BUFF_POOL; the kernel reaches it through the buffer, never by the id. */
  readonly xsk: XskBuffPool | null;
}

/** The meaning of a cleared struct xdp_mem_info: type 0 is MEM_TYPE_PAGE_SHARED. */
export const NO_MEM_INFO: XdpMemInfo = { type: MEM_TYPE_PAGE_SHARED, id: 0, pool: null, xsk: null };
/** The memory of frames that xdpf_clone and xdp_convert_zc_to_xdp_frame make: a page of their own. */
export const ORDER0_MEM_INFO: XdpMemInfo = { type: MEM_TYPE_PAGE_ORDER0, id: 0, pool: null, xsk: null };
