import { EINVAL } from '../../lib/errno';
import { newPage, pageAddress } from '../../mm/page_alloc';
import { Umem } from '../../structs/umem';
import type { World } from '../../world/world';
import { CompletionQueue } from '../../structs/xsk_queue';
import { XDP_PACKET_HEADROOM } from '../../structs/xdp_buff';

const XDP_UMEM_MIN_CHUNK_SIZE = 2048;
const HEADROOM_RESERVE = 128;

/** The arguments of setsockopt(XDP_UMEM_REG). */
export interface UmemRequest {
  readonly chunks: number;
  /** Bytes. */
  readonly chunkSize: number;
  readonly headroom: number;
  readonly unaligned: boolean;
  /** Entries of the completion ring. */
  readonly entries: number;
}

/** The bytes of a chunk that the headroom leaves, at least. */
function leftOf({ abi, rules }: World): number {
  return rules.xskHeadroomLeavesFrame ? abi.sharedInfoSize + HEADROOM_RESERVE : 1;
}

/**
 * mmap() of the user's memory, xdp_umem_reg() (net/xdp/xdp_umem.c, 6.1 and 6.12), XDP_UMEM_COMPLETION_RING. Returns the
 * umem or a negative errno.
 */
export function xdpUmemReg(world: World, request: UmemRequest): Umem | number {
  const { chunks, chunkSize, headroom, unaligned, entries } = request;
  const { pageSize } = world.abi;
  if (chunkSize < XDP_UMEM_MIN_CHUNK_SIZE || chunkSize > pageSize) return -EINVAL;
  if (!unaligned && (chunkSize & (chunkSize - 1)) !== 0) return -EINVAL;
  const size = chunks * chunkSize;
  if (chunks === 0) return -EINVAL;
  if (headroom > chunkSize - XDP_PACKET_HEADROOM - leftOf(world)) return -EINVAL;
  if (entries === 0 || (entries & (entries - 1)) !== 0) return -EINVAL;
  const umem = new Umem();
  umem.id = world.newId();
  umem.size = size;
  umem.chunkSize = chunkSize;
  umem.unaligned = unaligned;
  umem.cq = new CompletionQueue(entries);
  for (let at = 0; at < size; at += pageSize) {
    const page = newPage(world, 0);
    pageAddress(world, page);
    umem.pages.push(page);
  }
  return world.addSystem(world.systems.umems, umem);
}
