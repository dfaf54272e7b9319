import { buildSkb } from '../../net/core/skbuff/alloc/build_skb';
import { allocPages, getPage, pageAddress, putPage } from '../../mm/page_alloc';
import type { Page } from '../../structs/page';
import { pskbExpandHead } from '../../net/core/skbuff/head/pskb_expand_head';
import { skbAddRxFrag } from '../../net/core/skbuff/frags/skb_add_rx_frag';
import { skbCopyBits } from '../../net/core/skbuff/copy/skb_copy_bits';
import { skbCopyHeader } from '../../net/core/skbuff/copy/skb_copy_header';
import { headPageOffset } from '../../net/core/skbuff/alloc/skb_head';
import { consumeSkb } from '../../net/core/skbuff/free/skb_free';
import { skbPut, skbReserve } from '../../net/core/skbuff/pull_trim/skb_linear';
import { type SkBuff } from '../../structs/sk_buff';
import { xdpPrepareBuff } from '../../net/core/xdp/xdp_buff';
import type { World } from '../../world/world';
import { XDP_FLAGS_HAS_FRAGS, XDP_PACKET_HEADROOM, type XdpBuff } from '../../structs/xdp_buff';
import type { XdpRxqInfo } from '../../structs/xdp_rxq_info';
import { skbHeadIsLocked, skbHeadlen, skbHeadroom, skbShared } from '../../net/core/skbuff/skbuff_inlines';

/**
 * veth_xdp_rcv_skb() (drivers/net/veth.c, 6.1) with a program that says XDP_REDIRECT: the skb becomes an xdp_buff, with
 * page references of its own (veth_xdp_get), and is consumed. Returns null if the skb was dropped for lack of memory,
 * or if the packet was lost with the head.
 */
export function vethXdpRcvSkb(world: World, rxq: XdpRxqInfo, skb: SkBuff): XdpBuff | null {
  const converted = convertible(world, skb);
  if (converted === null) return null;
  const { data } = converted;
  const { page } = data;
  const nonlinear = converted.dataLen > 0;
  if (page === null) {
    // get_page(virt_to_page(xdp->data)) takes a reference to a page of the slab, and consume_skb gives the object back
    // to it.
    world.violate(
      'no-use-after-free',
      'skb',
      `the head of skb#${converted.id} is kmalloc memory, freed while an xdp_buff lies in it`,
    );
    consumeSkb(world, converted);
    return null;
  }
  const frameSz = data.end + world.abi.sharedInfoSize;
  const start = headPageOffset(world, data);
  const xdp = xdpPrepareBuff(world, rxq, page, start, frameSz, skbHeadroom(converted), skbHeadlen(converted), true);
  xdp.bufferEnd = start + data.allocSize;
  if (world.rules.vethCopiesFragList ? data.nrFrags > 0 : nonlinear) {
    xdp.sinfo.xdpFragsSize = converted.dataLen;
    xdp.flags |= XDP_FLAGS_HAS_FRAGS;
  }
  vethXdpGet(world, xdp, converted);
  consumeSkb(world, converted);
  return xdp;
}

/**
 * The start of veth_convert_skb_to_xdp_buff(): "We need a private copy of the skb and data buffers since the ebpf
 * program can modify it".
 */
export function convertible(world: World, skb: SkBuff): SkBuff | null {
  const { vethCopiesFragList, vethCopiesLowHeadroom } = world.rules;
  const nonlinear = vethCopiesFragList ? skb.dataLen > 0 : skb.data.nrFrags > 0;
  const low = skbHeadroom(skb) < XDP_PACKET_HEADROOM;
  if (skbShared(skb) || skbHeadIsLocked(skb) || nonlinear || (vethCopiesLowHeadroom && low)) {
    const nskb = copyToPages(world, skb);
    consumeSkb(world, skb);
    return nskb;
  }
  // As it was before 7c10131803e4: a kmalloc head.
  if (low && pskbExpandHead(world, skb, XDP_PACKET_HEADROOM + world.abi.netIpAlign, 0) !== 0) {
    consumeSkb(world, skb);
    return null;
  }
  return skb;
}

/**
 * "We segment the original skb into order-0 pages without linearize it." Returns null if the packet is too long or
 * there is no memory.
 */
function copyToPages(world: World, skb: SkBuff): SkBuff | null {
  const { pageSize, sharedInfoSize, maxSkbFrags, netIpAlign } = world.abi;
  const headroom = XDP_PACKET_HEADROOM + netIpAlign;
  const maxHeadSize = pageSize - headroom - sharedInfoSize;
  if (skb.len > pageSize * maxSkbFrags + maxHeadSize) return null;
  const page = allocPages(world, 0);
  if (page === null) return null;
  const nskb = buildSkb(world, page, 0, pageSize);
  if (nskb === null) {
    putPage(world, page);
    return null;
  }
  skbReserve(world, nskb, headroom);
  let off = Math.min(skb.len, maxHeadSize);
  skbCopyBits(world, skb, 0, skbPut(world, nskb, off), off);
  skbCopyHeader(world, nskb, skb);
  while (off < skb.len) {
    const frag: Page | null = allocPages(world, 0);
    if (frag === null) {
      consumeSkb(world, nskb);
      return null;
    }
    const size = Math.min(skb.len - off, pageSize);
    skbAddRxFrag(world, nskb, frag, 0, size, pageSize);
    skbCopyBits(world, skb, off, pageAddress(world, frag), size);
    off += size;
  }
  return nskb;
}

/** veth_xdp_get(): takes plain page references to the head and every frag. */
function vethXdpGet(world: World, xdp: XdpBuff, skb: SkBuff): void {
  getPage(world, xdp.page);
  const { frags, nrFrags } = skb.data;
  for (let i = 0; i < nrFrags; i++) {
    const { page, offset, size } = frags[i];
    getPage(world, page);
    xdp.sinfo.frags[i] = { page, offset, size, ofPool: false, bufferEnd: world.abi.pageSize };
  }
  xdp.sinfo.nrFrags = nrFrags;
}
