import type { FindingId } from '../../../rules/findings/kernel_finding';
import type { SkBuff } from '../../structs/sk_buff';
import type { Umem } from '../../structs/umem';
import type { World } from '../../world/world';
import type { XdpSock, XskTx } from '../../structs/xdp_sock';
import { xskqProdCancelN, xskqProdIsFull } from '../../structs/xsk_queue';

/**
 * xskq_prod_reserve() (6.1), xsk_cq_reserve_addr_locked() (6.12.y), xsk_cq_reserve_locked() (7.3): reserve one slot of
 * the completion ring. Returns false if none is free.
 */
export function xskCqReserve(world: World, xs: XdpSock, addr: number): boolean {
  const { cq, reserved } = xs.umem;
  if (xskqProdIsFull(cq)) return false;
  const position = cq.cachedProd;
  if (!world.rules.xskReservesUnderLock) world.preempt('xskq_prod_reserve: position read');
  if (world.rules.xskPublishesByPosition) cq.slots[position % cq.nentries] = addr;
  cq.cachedProd = position + 1;
  reserved.push({ owner: xs, skb: null });
  return true;
}

/**
 * xskq_prod_cancel() (6.1), xsk_cq_cancel_locked() (6.12): free the newest slots, even if another packet reserved them.
 */
export function xskCqCancel(world: World, xs: XdpSock, skb: SkBuff | null, count: number): void {
  const { umem } = xs;
  xskqProdCancelN(umem.cq, count);
  for (let i = 0; i < count; i++) {
    const last = umem.reserved.pop();
    if (last !== undefined && (last.owner !== xs || (skb !== null && last.skb !== null && last.skb !== skb)))
      muddle(world, umem, 'xsk-close-takes-the-slot-of-another');
  }
  settleMuddle(umem);
}

/** Notes the skb of the socket's newest reservation. Other sockets may have reserved since. */
export function xskCqReservedFor(xs: XdpSock, skb: SkBuff): void {
  const { reserved } = xs.umem;
  for (let i = reserved.length - 1; i >= 0; i--) {
    if (reserved[i].owner !== xs) continue;
    reserved[i].skb = skb;
    return;
  }
}

/**
 * xskq_prod_submit_addr() (6.1), xsk_cq_submit_addr_locked() (7.3): the oldest slots get these addresses.
 * xskq_prod_submit_n() (6.12.y): the oldest slots become visible with the addresses of the packets that reserved them.
 *
 * @param addrs - the addresses that the skb remembers (6.1, 7.3)
 */
export function xskCqSubmit(
  world: World,
  tx: XskTx,
  skb: SkBuff | null,
  addrs: readonly number[],
  count: number,
): void {
  const { umem } = tx.xs;
  const { cq } = umem;
  for (let i = 0; i < count; i++) {
    if (!world.rules.xskPublishesByPosition) cq.slots[cq.producer % cq.nentries] = addrs[i];
    else if (skb !== null && umem.reserved[0]?.skb !== skb) muddle(world, umem, 'xsk-completes-what-is-not-sent');
    checkAddress(world, tx, umem, i);
    cq.producer++;
    umem.reserved.shift();
  }
  tx.xs.completed += count;
  settleMuddle(umem);
}

/**
 * Checks the address that a packet completes. A kernel that publishes by position is forgiven as long as its device
 * completes out of order: docs/reference/systems/xsk.md.
 */
function checkAddress(world: World, tx: XskTx, umem: Umem, i: number): void {
  const { cq } = umem;
  const published = cq.slot(cq.producer);
  const own = i < tx.descs.length ? tx.descs[i].addr : -1;
  if (published === own || (umem.muddled && !world.provokes && !world.rules.xskKeepsPromises)) return;
  const text = own < 0 ? 'which it was not built from' : `but its descriptor ${i + 1} is at ${own}`;
  world.violate(
    'xsk-completion',
    'xsk',
    `xsk#${tx.xs.id}: a packet of ${tx.descs.length} descriptors completed address ${published}, ${text}`,
  );
}

/** From now on the slots are not in the order of the packets. A packet that knows its addresses does not care. */
function muddle(world: World, umem: Umem, finding: FindingId): void {
  umem.muddled = true;
  if (world.rules.xskPublishesByPosition) world.meet(finding);
}

function settleMuddle(umem: Umem): void {
  if (umem.cq.cachedProd === umem.cq.producer) {
    umem.muddled = false;
    umem.reserved.length = 0;
  }
}

/**
 * xsk_cq_submit_addr_single_locked(): gives a descriptor back at once. In 6.12.y it reserves the slot itself, and does
 * nothing as long as earlier packets are under way.
 */
export function xskCqSubmitAddrSingle(world: World, xs: XdpSock, addr: number): boolean {
  const { cq } = xs.umem;
  const reserved = world.rules.xskReservesForAll;
  if (!reserved && (cq.cachedProd !== cq.producer || !xskCqReserve(world, xs, addr))) return false;
  const tx: XskTx = { xs, descs: [{ addr, len: 0, options: 0 }], zerocopy: false, end: 0 };
  xskCqSubmit(world, tx, null, [addr], 1);
  return true;
}
