import { EAGAIN, EINVAL, ENOMEM, EOVERFLOW } from '../../lib/errno';
import { allocPages, pageAddress, putPage } from '../../mm/page_alloc';
import { skbAddRxFrag } from '../core/skbuff/frags/skb_add_rx_frag';
import { kfreeSkb, consumeSkb } from '../core/skbuff/free/skb_free';
import { skbPut, skbReserve } from '../core/skbuff/pull_trim/skb_linear';
import { DESTRUCTOR_SOCK_WFREE, DESTRUCTOR_XSK, type SkBuff } from '../../structs/sk_buff';
import { sockAllocSendSkb } from '../core/sock/sock_alloc_send_skb';
import type { World } from '../../world/world';
import type { XdpSock } from '../../structs/xdp_sock';
import { xpRawGetData } from './xp_validate_desc';
import { xskBuildSkbZerocopy, xskHeadroom } from './xsk_build_skb_zerocopy';
import { xskCqCancel, xskCqReservedFor } from './xsk_cq';
import { xskAddAddr, xskIncNumDesc } from './xsk_addrs';
import { xskGetNumDesc } from './xsk_destruct_skb';
import { XDP_PKT_CONTD, XDP_TX_METADATA, xskqConsRelease, type XdpDesc } from '../../structs/xsk_queue';

/**
 * xsk_build_skb(): returns an skb for the descriptor, or xs->skb with the descriptor's bytes at its end, or a negative
 * errno. xskBuildFailed undoes the work after a failure (the end of the function in 6.12, its caller in 6.1).
 */
export function xskBuildSkb(world: World, xs: XdpSock, desc: XdpDesc): SkBuff | number {
  const skb = xs.netdev.noLinear ? xskBuildSkbZerocopy(world, xs, desc) : buildByCopy(world, xs, desc);
  if (typeof skb === 'number') {
    if (world.rules.xskMultiBuffer) xskBuildFailed(world, xs, desc, skb);
    return skb;
  }
  finish(world, xs, skb, desc);
  return skb;
}

/** xsk_skb_init_misc() (6.18), the end of xsk_build_skb() before: from now on the skb completes its descriptors. */
function finish(world: World, xs: XdpSock, skb: SkBuff, desc: XdpDesc): void {
  skb.destructor = DESTRUCTOR_XSK;
  if (skb.tx === null) skb.tx = { xs, descs: [desc], zerocopy: xs.netdev.noLinear, end: skb.data.end };
  else skb.tx.descs.push(desc);
  noteDescriptor(world, xs, skb, desc);
  xskCqReservedFor(xs, skb);
}

/** xsk_skb_destructor_set_addr() and xsk_inc_num_desc() (7.3), xsk_set_destructor_arg() (6.12), 6.1: the address. */
function noteDescriptor(world: World, xs: XdpSock, skb: SkBuff, desc: XdpDesc): void {
  const { data } = skb;
  if (!world.rules.xskSkbListsAddrs)
    data.destructorArg = world.rules.xskMultiBuffer ? xskGetNumDesc(world, xs.skb) + 1 : desc.addr;
  else if (xs.skb === null) data.destructorArg = desc.addr;
  else xskIncNumDesc(skb);
}

/** Copies the first descriptor into the head, and each later one (6.6) into a page of its own. */
function buildByCopy(world: World, xs: XdpSock, desc: XdpDesc): SkBuff | number {
  if (xs.skb !== null) return addPage(world, xs, xs.skb, desc);
  const headroom = xskHeadroom(world, xs);
  const skb = sockAllocSendSkb(world, xs, headroom + desc.len + xs.netdev.neededTailroom);
  if (typeof skb === 'number') return skb;
  skbReserve(world, skb, headroom);
  copyFromUmem(world, xs, skbPut(world, skb, desc.len), desc);
  if ((desc.options & XDP_TX_METADATA) !== 0) {
    // xsk_skb_metadata(): the umem was registered without room for metadata (tx_metadata_len 0).
    if (world.rules.xskHalfBuiltCompletes) finish(world, xs, skb, desc);
    if (world.rules.xskBadMetadataFreesSkb) kfreeSkb(world, skb);
    return -EINVAL;
  }
  return skb;
}

function addPage(world: World, xs: XdpSock, skb: SkBuff, desc: XdpDesc): SkBuff | number {
  const { maxSkbFrags, pageSize } = world.abi;
  const { xskSkbListsAddrs, xskListsAddrsInCb } = world.rules;
  if (xskSkbListsAddrs && !xskListsAddrsInCb && !xskAddAddr(world, skb, desc.addr)) return -ENOMEM;
  if (skb.data.nrFrags === maxSkbFrags - 1 && (desc.options & XDP_PKT_CONTD) !== 0) return -EOVERFLOW;
  const page = allocPages(world, 0);
  if (page === null) return -EAGAIN;
  if (xskListsAddrsInCb && !xskAddAddr(world, skb, desc.addr)) {
    putPage(world, page);
    return -ENOMEM;
  }
  copyFromUmem(world, xs, pageAddress(world, page), desc);
  skbAddRxFrag(world, skb, page, 0, desc.len, pageSize);
  if (world.rules.xskCopyChargesSocket) xs.sk.wmemAlloc += pageSize;
  return skb;
}

/** Copies bytes of the umem. Its pages are one stretch for the kernel (vmap), but not in the model. */
function copyFromUmem(world: World, xs: XdpSock, to: number, desc: XdpDesc): void {
  const { pageSize } = world.abi;
  let addr = xpRawGetData(xs.umem, desc.addr);
  for (let copied = 0; copied < desc.len;) {
    const offset = addr % pageSize;
    const copy = Math.min(pageSize - offset, desc.len - copied);
    const page = xs.umem.pages[Math.floor(addr / pageSize)];
    world.memory.copy(to + copied, pageAddress(world, page) + offset, copy);
    copied += copy;
    addr += copy;
  }
}

/**
 * free_err of xsk_build_skb() (6.12): drops a packet with too many frags. After other errors the application may try
 * again.
 */
function xskBuildFailed(world: World, xs: XdpSock, desc: XdpDesc, error: number): void {
  const isCopy = !xs.netdev.noLinear;
  if (world.rules.xskFailedBuildFreesPacket && isCopy && xs.skb?.data.nrFrags === 0) {
    kfreeSkb(world, xs.skb);
    world.violate('no-use-after-free', 'skb', `skb#${xs.skb.id} is freed, but xsk#${xs.id} keeps it as its packet`);
  }
  if (error === -EOVERFLOW && xs.skb !== null) {
    if (world.rules.xskSkbListsAddrs) xskIncNumDesc(xs.skb);
    else xs.skb.data.destructorArg++;
    xs.skb.tx?.descs.push(desc);
    xskDropSkb(world, xs, xs.skb);
    xskqConsRelease(xs.tx);
  } else if (world.rules.xskFailedBuildCancels) {
    xskCqCancel(world, xs, null, 1);
  }
}

/** xsk_drop_skb() (6.6): frees the packet. Its descriptors count as invalid. Until 6.12 they do not come back. */
export function xskDropSkb(world: World, xs: XdpSock, skb: SkBuff): void {
  const count = xskGetNumDesc(world, skb);
  xs.tx.invalidDescs += count;
  if (world.rules.xskDropCompletes) {
    consumeSkb(world, skb);
    xs.skb = null;
    return;
  }
  world.meet('xsk-drop-forgets-descriptors');
  if (!world.provokes) xs.discarded += count;
  xskConsumeSkb(world, xs, skb);
}

/**
 * xsk_consume_skb() (6.6), and the same inside xsk_generic_xmit() in 6.1: free the skb without completing its
 * descriptors.
 */
export function xskConsumeSkb(world: World, xs: XdpSock, skb: SkBuff): void {
  if (world.rules.xskBusyFreesQuietly) skb.destructor = DESTRUCTOR_SOCK_WFREE;
  const count = world.rules.xskMultiBuffer ? xskGetNumDesc(world, skb) : 1;
  if (world.rules.xskBusyCancelsReservation) xskCqCancel(world, xs, skb, count);
  consumeSkb(world, skb);
  xs.skb = null;
}
