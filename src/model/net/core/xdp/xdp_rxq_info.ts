import { EINVAL, ENOMEM, EOPNOTSUPP } from '../../../lib/errno';
import { pagePoolDestroy } from '../page_pool/page_pool_destroy';
import type { PagePool } from '../../../structs/page_pool';
import { MEM_TYPE_MAX, MEM_TYPE_PAGE_POOL, MEM_TYPE_XSK_BUFF_POOL, NO_MEM_INFO } from '../../../structs/xdp_mem_info';
import type { World } from '../../../world/world';
import { xskBuffPoolCreate, xskBuffPoolDestroy } from '../../xdp/xsk_buff_pool';
import { XdpRxqInfo } from '../../../structs/xdp_rxq_info';

export const REG_STATE_REGISTERED = 1;
export const REG_STATE_UNREGISTERED = 2;

/**
 * __xdp_rxq_info_reg() of a new queue. (A missing device and a second registration are WARNs that no program triggers.)
 */
export function xdpRxqInfoReg(world: World, fragSize: number): XdpRxqInfo {
  const rxq = new XdpRxqInfo();
  rxq.id = world.newId();
  rxq.fragSize = fragSize;
  rxq.regState = REG_STATE_REGISTERED;
  return world.addSystem(world.systems.rxqs, rxq);
}

/**
 * xdp_rxq_info_reg_mem_model(), __xdp_reg_mem_model(). They store the type before anything can fail.
 *
 * @param chunks - of the AF_XDP pool that the socket creates
 */
export function xdpRxqInfoRegMemModel(
  world: World,
  rxq: XdpRxqInfo,
  type: number,
  allocator: PagePool | null,
  chunks: number,
): number {
  if (type >= MEM_TYPE_MAX) return -EOPNOTSUPP;
  // Drivers register MEM_TYPE_XSK_BUFF_POOL without an allocator:
  // the buffers know their pool, which the socket creates.
  const xsk = type === MEM_TYPE_XSK_BUFF_POOL ? xskBuffPoolCreate(world, chunks) : null;
  rxq.mem = { type, id: 0, pool: null, xsk };
  if (allocator === null) return type === MEM_TYPE_PAGE_POOL ? -EINVAL : 0;
  if (world.allocFails()) return -ENOMEM;
  rxq.mem = { type, id: world.newId(), pool: allocator, xsk: null };
  // page_pool_use_xdp_mem()
  if (type === MEM_TYPE_PAGE_POOL) allocator.userCnt++;
  return 0;
}

/** xdp_unreg_mem_model(): drops the queue's use of the pool. Frames in flight still find the pool by its id. */
export function xdpUnregMemModel(world: World, rxq: XdpRxqInfo): void {
  const mem = rxq.mem;
  rxq.mem = NO_MEM_INFO;
  // The socket's side of AF_XDP: its pool is destroyed with the queue.
  if (mem.xsk !== null) xskBuffPoolDestroy(world, mem.xsk);
  if (mem.id === 0) return;
  if (mem.type === MEM_TYPE_PAGE_POOL) pagePoolDestroy(world, mem.pool as PagePool);
}

/** xdp_rxq_info_unreg(). */
export function xdpRxqInfoUnreg(world: World, rxq: XdpRxqInfo): void {
  xdpUnregMemModel(world, rxq);
  rxq.regState = REG_STATE_UNREGISTERED;
  rxq.freed = true;
  world.removeSystem(world.systems.rxqs, rxq);
}
