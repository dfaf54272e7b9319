import { allocSkb } from '../core/skbuff/alloc/skb_alloc';
import { kfreeSkbList } from '../core/skbuff/free/skb_free';
import { skbReserve } from '../core/skbuff/pull_trim/skb_linear';
import { skbZcopySet } from '../core/skbuff/zerocopy/skb_zcopy';
import { SKBFL_MANAGED_FRAG_REFS, type SkBuff } from '../../structs/sk_buff';
import type { Uarg } from '../../structs/uarg';
import { zerocopyFillSkbFromIter } from '../core/skbuff/zerocopy/user_memory';
import type { World } from '../../world/world';

/** sizeof(struct virtio_vsock_hdr): VIRTIO_VSOCK_SKB_HEADROOM. */
export const VIRTIO_VSOCK_SKB_HEADROOM = 44;
/** VIRTIO_VSOCK_MAX_PKT_BUF_SIZE. */
const MAX_PKT_BUF_SIZE = 1 << 16;

/**
 * virtio_transport_send_pkt_info() with MSG_ZEROCOPY (net/vmw_vsock, 6.7 and later): splits a message of `len` bytes of
 * user memory into skbs of at most 64 kB. Each links to the next, as in the queue of the transport. Returns null when
 * there is no memory; then the skbs made by then are freed, as if they had been sent.
 */
export function virtioTransportSendPktInfo(world: World, uarg: Uarg, len: number, managed: boolean): SkBuff | null {
  const max = Math.min(MAX_PKT_BUF_SIZE, world.abi.maxSkbFrags * world.abi.pageSize);
  let first: SkBuff | null = null;
  let last: SkBuff | null = null;
  for (let rest = len; rest > 0; rest -= max) {
    const skb = virtioTransportAllocSkb(world, uarg, Math.min(max, rest), managed, rest <= max);
    if (skb === null) {
      kfreeSkbList(world, first);
      return null;
    }
    if (last === null) first = skb;
    else last.next = skb;
    last = skb;
  }
  return first;
}

/** virtio_transport_alloc_skb() and virtio_transport_fill_skb(). */
function virtioTransportAllocSkb(
  world: World,
  uarg: Uarg,
  len: number,
  managed: boolean,
  isLast: boolean,
): SkBuff | null {
  const skb = allocSkb(world, VIRTIO_VSOCK_SKB_HEADROOM);
  if (skb === null) return null;
  skbReserve(world, skb, VIRTIO_VSOCK_SKB_HEADROOM);
  if (managed) skb.data.flags |= SKBFL_MANAGED_FRAG_REFS;
  zerocopyFillSkbFromIter(world, skb, uarg, len, 0, managed);
  const { vsockSetsUarg } = world.rules;
  if (vsockSetsUarg === 'each' || (vsockSetsUarg === 'last' ? isLast : !managed)) skbZcopySet(world, skb, uarg);
  return skb;
}
