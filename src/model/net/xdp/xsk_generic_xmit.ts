import { __devDirectXmit, NET_XMIT_DROP, NETDEV_TX_BUSY } from '../core/gso/dev_direct_xmit';
import { EAGAIN, EBUSY, EINVAL, EOVERFLOW } from '../../lib/errno';
import { consumeSkb, kfreeSkb } from '../core/skbuff/free/skb_free';
import type { SkBuff } from '../../structs/sk_buff';
import type { World } from '../../world/world';
import type { XdpSock } from '../../structs/xdp_sock';
import { xpValidateDesc } from './xp_validate_desc';
import { xskBuildSkb, xskConsumeSkb, xskDropSkb } from './xsk_build_skb';
import { xskCqCancel, xskCqReserve, xskCqReservedFor, xskCqSubmitAddrSingle } from './xsk_cq';
import { xskGetNumDesc } from './xsk_destruct_skb';
import {
  XDP_PKT_CONTD,
  xskqConsCancelN,
  xskqConsGetEntries,
  xskqConsRelease,
  xskqConsShow,
  xskqHasDescs,
  type XdpDesc,
} from '../../structs/xsk_queue';

/** The most packets (6.1) or descriptors (6.6) that one call sends. */
const TX_BATCH_SIZE = 32;

/** The way in which a call ended, for the outcome of the command. The errno alone does not tell. */
export const XMIT_ENDED = {
  ok: 0,
  empty: 1,
  cqFull: 2,
  budget: 3,
  noSndbuf: 4,
  noMemory: 5,
  badMetadata: 6,
  busy: 7,
  drop: 8,
  invalid: 9,
  invalidLater: 10,
  drainLater: 11,
  overflow: 12,
  partial: 13,
} as const;
export type XmitEnded = (typeof XMIT_ENDED)[keyof typeof XMIT_ENDED];

/** The return value of the call, and the way in which it ended. */
export interface Xmit {
  readonly err: number;
  readonly ended: XmitEnded;
}

/** __xsk_generic_xmit(), as sendto() with MSG_DONTWAIT reaches it. */
export function xskGenericXmit(world: World, xs: XdpSock): Xmit {
  if (!world.rules.xskMultiBuffer) return xmitSingle(world, xs);
  const { xskShowsProgress } = world.rules;
  const before = xs.tx.cachedCons;
  const batch = { sentFrame: false };
  const result = xmitMulti(world, xs, batch);
  const taken = xs.tx.cachedCons !== before;
  if (xskShowsProgress === 'taken' ? taken : xskShowsProgress === 'sent' && batch.sentFrame) xskqConsShow(xs.tx);
  if (result.err === 0 && !taken) checkAnswer(world, xs);
  return result;
}

/** User space takes a 0 for "sent": it waits for completions, and does not call again (5d0b204654de). */
function checkAnswer(world: World, xs: XdpSock): void {
  const left = xs.tx.producer - xs.tx.cachedCons;
  if (left > 0 && world.rules.xskKeepsPromises)
    world.violate('xsk-completion', 'xsk', `xsk#${xs.id}: sendto() returns 0, but took none of ${left} descriptors`);
}

/** Returns the result of a failed xsk_build_skb(), for the outcome. */
function builtNot(xs: XdpSock, err: number): Xmit {
  const full = xs.sk.wmemAlloc - 1 >= xs.sndbuf && xs.skb === null;
  if (err === -EAGAIN && full) return { err, ended: XMIT_ENDED.noSndbuf };
  return { err, ended: err !== -EINVAL ? XMIT_ENDED.noMemory : XMIT_ENDED.badMetadata };
}

/** __dev_direct_xmit(). Before 36ccdf85829a the sender held a reference of its own during the call. */
function directXmit(world: World, xs: XdpSock, skb: SkBuff): number {
  if (world.rules.xskSendsSoleReference) return __devDirectXmit(world, xs.netdev, skb);
  skb.users++;
  const err = __devDirectXmit(world, xs.netdev, skb);
  if (err === NETDEV_TX_BUSY) skb.users--;
  else consumeSkb(world, skb);
  return err;
}

/** xskq_cons_peek_desc() of 6.1: skips invalid descriptors, which never come back. */
function peekValid(world: World, xs: XdpSock): XdpDesc | null {
  const { tx } = xs;
  if (tx.cachedProd === tx.cachedCons) xskqConsGetEntries(tx);
  for (; tx.cachedCons !== tx.cachedProd; tx.cachedCons++) {
    const desc = tx.slot(tx.cachedCons);
    if (xpValidateDesc(world, xs.umem, desc)) return desc;
    tx.invalidDescs++;
    xs.discarded++;
  }
  return null;
}

/** __xsk_generic_xmit() of 6.1. */
function xmitSingle(world: World, xs: XdpSock): Xmit {
  const { rules } = world;
  const invalid = xs.tx.invalidDescs;
  let maxBatch = TX_BATCH_SIZE;
  let sent = false;
  for (let desc = peekValid(world, xs); desc !== null; desc = peekValid(world, xs)) {
    if (maxBatch-- === 0) return { err: -EAGAIN, ended: XMIT_ENDED.budget };
    if (rules.xskReservesBeforeBuild && !xskCqReserve(world, xs, desc.addr))
      return { err: 0, ended: XMIT_ENDED.cqFull };
    world.preempt('__xsk_generic_xmit: slot reserved');
    const skb = xskBuildSkb(world, xs, desc);
    if (typeof skb === 'number') {
      if (rules.xskReservesBeforeBuild && rules.xskFailedBuildCancels) xskCqCancel(world, xs, null, 1);
      return builtNot(xs, skb);
    }
    if (!rules.xskReservesBeforeBuild) {
      if (!xskCqReserve(world, xs, desc.addr)) {
        kfreeSkb(world, skb);
        return { err: 0, ended: XMIT_ENDED.cqFull };
      }
      xskCqReservedFor(xs, skb);
    }
    world.preempt('__xsk_generic_xmit: skb built');
    const err = directXmit(world, xs, skb);
    if (err === NETDEV_TX_BUSY) {
      xskConsumeSkb(world, xs, skb);
      return { err: -EAGAIN, ended: XMIT_ENDED.busy };
    }
    xskqConsRelease(xs.tx);
    if (err === NET_XMIT_DROP) return { err: -EBUSY, ended: XMIT_ENDED.drop };
    sent = true;
  }
  xs.tx.queueEmptyDescs++;
  if (xs.tx.invalidDescs !== invalid) return { err: 0, ended: XMIT_ENDED.invalid };
  return { err: 0, ended: sent ? XMIT_ENDED.ok : XMIT_ENDED.empty };
}

/** xskq_cons_peek_desc() of 6.12: returns null at the end of the ring, and at an invalid descriptor, which stays. */
function peekAny(world: World, xs: XdpSock): XdpDesc | null {
  const { tx } = xs;
  if (tx.cachedProd === tx.cachedCons) xskqConsGetEntries(tx);
  if (tx.cachedProd === tx.cachedCons) {
    tx.queueEmptyDescs++;
    return null;
  }
  const desc = tx.slot(tx.cachedCons);
  if (xpValidateDesc(world, xs.umem, desc)) return desc;
  tx.invalidDescs++;
  return null;
}

/** __xsk_generic_xmit() since 6.6. Sets batch.sentFrame once the device took a packet. */
function xmitMulti(world: World, xs: XdpSock, batch: { sentFrame: boolean }): Xmit {
  const { rules } = world;
  const { tx } = xs;
  let maxBatch = TX_BATCH_SIZE;
  let ended: XmitEnded = XMIT_ENDED.empty;
  for (let desc = peekAny(world, xs); desc !== null; desc = peekAny(world, xs)) {
    if (maxBatch-- === 0) return { err: -EAGAIN, ended: XMIT_ENDED.budget };
    const more = (desc.options & XDP_PKT_CONTD) !== 0;
    if (rules.xskReservesForAll && !xskCqReserve(world, xs, desc.addr))
      return { err: rules.xskFullRingIsEagain ? -EAGAIN : 0, ended: XMIT_ENDED.cqFull };
    if (xs.drainCont) {
      if (!xskCqSubmitAddrSingle(world, xs, desc.addr)) return { err: -EAGAIN, ended: XMIT_ENDED.drainLater };
      tx.invalidDescs++;
      xskqConsRelease(tx);
      xs.drainCont = more;
      continue;
    }
    if (!rules.xskReservesForAll && !xskCqReserve(world, xs, desc.addr)) return { err: 0, ended: XMIT_ENDED.cqFull };
    world.preempt('__xsk_generic_xmit: slot reserved');
    const skb = xskBuildSkb(world, xs, desc);
    if (typeof skb === 'number') {
      if (skb !== -EOVERFLOW) return builtNot(xs, skb);
      if (more && rules.xskReclaimsInvalid) xs.drainCont = true;
      ended = XMIT_ENDED.overflow;
      continue;
    }
    xskqConsRelease(tx);
    if (more) {
      xs.skb = skb;
      continue;
    }
    world.preempt('__xsk_generic_xmit: skb built');
    const err = directXmit(world, xs, skb);
    if (err === NETDEV_TX_BUSY) {
      xskqConsCancelN(tx, xskGetNumDesc(world, skb));
      xskConsumeSkb(world, xs, skb);
      return { err: -EAGAIN, ended: XMIT_ENDED.busy };
    }
    xs.skb = null;
    if (err === NET_XMIT_DROP) return { err: -EBUSY, ended: XMIT_ENDED.drop };
    batch.sentFrame = true;
    if (ended === XMIT_ENDED.empty) ended = XMIT_ENDED.ok;
  }
  if (xskqHasDescs(tx)) return skipInvalid(world, xs, tx.slot(tx.cachedCons));
  if (xs.skb !== null && ended !== XMIT_ENDED.overflow) ended = XMIT_ENDED.partial;
  return { err: 0, ended };
}

/** The end of __xsk_generic_xmit(): drops the packet that an invalid descriptor belongs to, and skips the latter. */
function skipInvalid(world: World, xs: XdpSock, desc: XdpDesc): Xmit {
  if (world.rules.xskReclaimsInvalid) return giveInvalidBack(world, xs, desc);
  if (xs.skb !== null) xskDropSkb(world, xs, xs.skb);
  xskqConsRelease(xs.tx);
  xs.discarded++;
  return { err: 0, ended: XMIT_ENDED.invalid };
}

/** The same since bd44a6dcd424 (7.2): the descriptor comes back through the completion ring. */
function giveInvalidBack(world: World, xs: XdpSock, desc: XdpDesc): Xmit {
  const { tx } = xs;
  const more = (desc.options & XDP_PKT_CONTD) !== 0;
  const drain = xs.skb !== null || xs.drainCont || more;
  // Mainline reserves the slot before the packet is dropped, since the packet fills its own slots.
  const isFull = world.rules.xskReservesForAll && !xskCqReserve(world, xs, desc.addr);
  if (xs.skb !== null) xskDropSkb(world, xs, xs.skb);
  if (isFull || !xskCqSubmitAddrSingle(world, xs, desc.addr)) {
    tx.invalidDescs--;
    xs.drainCont = drain;
    return { err: -EAGAIN, ended: XMIT_ENDED.invalidLater };
  }
  xskqConsRelease(tx);
  xs.drainCont = more;
  return { err: 0, ended: XMIT_ENDED.invalid };
}
