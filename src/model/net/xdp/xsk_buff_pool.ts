import { newPage, pageAddress, putPage } from '../../mm/page_alloc';
import type { World } from '../../world/world';
import type { XdpSharedInfo } from '../../structs/xdp_shared_info';
import type { XskChunk, XskBuffPool } from '../../structs/xsk_buff_pool';

/** xp_create_and_assign_umem, xp_alloc_heads, without the failures of a control path. */
export function xskBuffPoolCreate(world: World, count: number): XskBuffPool {
  const chunks: XskChunk[] = [];
  const pool: XskBuffPool = { chunks, freeList: [], xskbList: [] };
  for (let i = 0; i < count; i++) {
    const page = newPage(world, 0);
    pageAddress(world, page);
    chunks.push({ pool, page, free: true });
  }
  for (let i = count - 1; i >= 0; i--) pool.freeList.push(chunks[i]);
  return pool;
}

/** xp_destroy(): unpins the pages. */
export function xskBuffPoolDestroy(world: World, pool: XskBuffPool): void {
  for (const { page } of pool.chunks) putPage(world, page);
}

/** xp_alloc(): returns the chunk that was freed last. Null if the user has given no more (the fill ring is empty). */
export function xpAlloc(pool: XskBuffPool): XskChunk | null {
  const chunk = pool.freeList.pop();
  if (chunk === undefined) return null;
  chunk.free = false;
  return chunk;
}

/** xp_free(). */
export function xpFree(chunk: XskChunk): void {
  if (chunk.free) return;
  chunk.free = true;
  chunk.pool.freeList.push(chunk);
}

/** xsk_buff_free() (6.6 and later): frees the further buffers of the packet, then its first one. */
export function xskBuffFree(chunk: XskChunk, hasFrags: boolean, sinfo: XdpSharedInfo): void {
  if (hasFrags) {
    const { xskbList } = chunk.pool;
    for (const further of xskbList) xpFree(further);
    xskbList.length = 0;
    sinfo.nrFrags = 0;
  }
  xpFree(chunk);
}
