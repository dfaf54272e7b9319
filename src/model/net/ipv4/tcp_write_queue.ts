import type { Page } from '../../structs/page';
import { skbTruesize } from '../core/skbuff/alloc/kmalloc_reserve';
import { skbAppendPagefrags } from '../core/skbuff/frags/skb_append_pagefrags';
import { allocSkbFclone } from '../core/skbuff/alloc/skb_alloc';
import { kfreeSkb } from '../core/skbuff/free/skb_free';
import { __skbHeaderRelease } from '../core/skbuff/copy/skb_header_release';
import { skbReserve } from '../core/skbuff/pull_trim/skb_linear';
import { skbZerocopyIterStream } from '../core/skbuff/zerocopy/skb_zerocopy_iter_stream';
import { SKBFL_PURE_ZEROCOPY, SKBFL_SHARED_FRAG, type SkBuff } from '../../structs/sk_buff';
import type { Sock } from '../../structs/sock';
import type { Uarg } from '../../structs/uarg';
import type { World } from '../../world/world';
import { skbZcopy } from '../core/skbuff/skbuff_inlines';

/** MAX_TCP_HEADER of Debian's kernels (LL_MAX_HEADER of 128, and IPv6 tunnels). */
const MAX_TCP_HEADER = 320;

/** skb_zcopy_pure(). */
export function skbZcopyPure(skb: SkBuff): boolean {
  return (skb.data.flags & SKBFL_PURE_ZEROCOPY) !== 0;
}

/**
 * Returns the skb at the end of the queue, with room for `frags` more frags. If there is none, tcp_stream_alloc_skb()
 * and tcp_skb_entail() add one.
 */
function tailWithRoom(world: World, sk: Sock, frags: number, uarg: Uarg | null): SkBuff | null {
  const { writeQueue } = sk;
  if (writeQueue.length > 0) {
    const tail = writeQueue[writeQueue.length - 1];
    const held = skbZcopy(tail);
    const sameOwner = uarg === null || held === null || held === uarg;
    if (sameOwner && tail.data.nrFrags + frags <= world.abi.maxSkbFrags) return tail;
  }
  const skb = allocSkbFclone(world, MAX_TCP_HEADER);
  if (skb === null) return null;
  skbReserve(world, skb, MAX_TCP_HEADER);
  __skbHeaderRelease(world, skb);
  writeQueue.push(skb);
  sk.wmemQueued += skb.truesize;
  sk.memCharged += skb.truesize;
  return skb;
}

/**
 * tcp_sendmsg_locked() with MSG_ZEROCOPY (6.1 and 6.12): the first append makes a pure zerocopy skb. The socket is not
 * charged for its user pages. Returns the skb that got the bytes, or null when there is no memory.
 */
export function tcpSendmsgZerocopy(world: World, sk: Sock, uarg: Uarg, len: number): SkBuff | null {
  const skb = tailWithRoom(world, sk, Math.ceil(len / world.abi.pageSize), uarg);
  if (skb === null) return null;
  if (skb.len === 0) skb.data.flags |= SKBFL_PURE_ZEROCOPY;
  const before = skb.truesize;
  skbZerocopyIterStream(world, skb, uarg, len, 0);
  // __zerocopy_sg_from_iter().
  sk.wmemQueued += skb.truesize - before;
  if (!skbZcopyPure(skb)) sk.memCharged += skb.truesize - before;
  return skb;
}

/** tcp_downgrade_zcopy_pure(): "skb changing from pure zc to mixed, must charge zc". */
function tcpDowngradeZcopyPure(world: World, sk: Sock, skb: SkBuff): void {
  if (!skbZcopyPure(skb)) return;
  sk.memCharged += skb.truesize - skbTruesize(world, skb.data.end);
  skb.data.flags &= ~SKBFL_PURE_ZEROCOPY;
}

/** tcp_sendmsg_locked() with MSG_SPLICE_PAGES (6.12), tcp_build_frag() (6.1): splice bytes of one page. */
export function tcpSendmsgSplice(world: World, sk: Sock, page: Page, offset: number, size: number): SkBuff | null {
  const skb = tailWithRoom(world, sk, 1, null);
  if (skb === null) return null;
  if (world.rules.spliceDowngradesPureZerocopy) tcpDowngradeZcopyPure(world, sk, skb);
  const { pageSize } = world.abi;
  skbAppendPagefrags(
    world,
    skb,
    page,
    world.rules.splicesPagesFromIter ? Math.floor(offset / pageSize) : 0,
    offset,
    size,
  );
  if (world.rules.spliceMarksSharedFrag) skb.data.flags |= SKBFL_SHARED_FRAG;
  skb.len += size;
  skb.dataLen += size;
  skb.truesize += size;
  sk.wmemQueued += size;
  sk.memCharged += size;
  world.touchSkb(skb);
  return skb;
}

/** tcp_write_queue_purge(): calls tcp_wmem_free_skb() for each skb. */
export function tcpWriteQueuePurge(world: World, sk: Sock): void {
  for (const skb of sk.writeQueue) {
    sk.wmemQueued -= skb.truesize;
    sk.memCharged -= skbZcopyPure(skb) ? skbTruesize(world, skb.data.end) : skb.truesize;
    kfreeSkb(world, skb);
  }
  sk.writeQueue.length = 0;
}
