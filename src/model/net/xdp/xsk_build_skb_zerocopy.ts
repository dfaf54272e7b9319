import { EINVAL, ENOMEM, EOVERFLOW } from '../../lib/errno';
import { kfreeSkb } from '../core/skbuff/free/skb_free';
import { xskAddAddr } from './xsk_addrs';
import { getPage } from '../../mm/page_alloc';
import { skbDataAlign } from '../core/skbuff/alloc/kmalloc_reserve';
import { skbFillPageDesc } from '../core/skbuff/frags/skb_add_rx_frag';
import { skbReserve } from '../core/skbuff/pull_trim/skb_linear';
import type { SkBuff } from '../../structs/sk_buff';
import { sockAllocSendSkb } from '../core/sock/sock_alloc_send_skb';
import type { World } from '../../world/world';
import type { XdpSock } from '../../structs/xdp_sock';
import { xpRawGetData } from './xp_validate_desc';
import { XDP_TX_METADATA, type XdpDesc } from '../../structs/xsk_queue';

/** max(NET_SKB_PAD, L1_CACHE_ALIGN(dev->needed_headroom)). */
export function xskHeadroom(world: World, xs: XdpSock): number {
  return Math.max(world.abi.netSkbPad, skbDataAlign(world, xs.netdev.neededHeadroom));
}

/** xsk_build_skb_zerocopy(): makes the user's own pages frags. Returns the skb or a negative errno. */
export function xskBuildSkbZerocopy(world: World, xs: XdpSock, desc: XdpDesc): SkBuff | number {
  const { umem } = xs;
  let skb = xs.skb;
  if (skb === null) {
    const headroom = xskHeadroom(world, xs);
    const made = sockAllocSendSkb(world, xs, headroom);
    if (typeof made === 'number') return made;
    skb = made;
    skbReserve(world, skb, headroom);
    if (world.rules.xskZerocopyChecksMetadata && (desc.options & XDP_TX_METADATA) !== 0) {
      // xsk_skb_metadata(): the umem was registered without room for metadata (tx_metadata_len 0).
      if (world.rules.xskZerocopyFreesSkb) kfreeSkb(world, skb);
      return -EINVAL;
    }
  } else if (world.rules.xskSkbListsAddrs && !xskAddAddr(world, skb, desc.addr)) {
    return -ENOMEM;
  }
  const ts = umem.unaligned || world.rules.xskZerocopyTruesize === 'len' ? desc.len : umem.chunkSize;
  const error = fillFrags(world, xs, skb, xpRawGetData(umem, desc.addr), desc.len);
  if (error !== 0) return error;
  skb.len += desc.len;
  skb.dataLen += desc.len;
  if (world.rules.xskZerocopyCharges !== 'socket') skb.truesize += ts;
  if (world.rules.xskZerocopyCharges !== 'skb') xs.sk.wmemAlloc += ts;
  world.touchSkb(skb);
  return skb;
}

/**
 * Adds one frag for each page with some of the bytes. Only kernels with packets of several descriptors can run out of
 * frags.
 */
function fillFrags(world: World, xs: XdpSock, skb: SkBuff, start: number, len: number): number {
  const { pageSize, maxSkbFrags } = world.abi;
  let addr = start;
  for (let copied = 0; copied < len;) {
    if (world.rules.xskMultiBuffer && skb.data.nrFrags >= maxSkbFrags) return -EOVERFLOW;
    const page = xs.umem.pages[Math.floor(addr / pageSize)];
    if (world.rules.xskZerocopyTakesReference) getPage(world, page);
    const offset = addr % pageSize;
    const copy = Math.min(pageSize - offset, len - copied);
    skbFillPageDesc(world, skb, page, offset, copy);
    copied += copy;
    addr += copy;
  }
  return 0;
}
