import { DESTRUCTOR_XSK } from '../model/structs/sk_buff';
import type { Umem } from '../model/structs/umem';
import type { World } from '../model/world/world';
import type { XdpSock } from '../model/structs/xdp_sock';
import { xpRawGetData } from '../model/net/xdp/xp_validate_desc';
import type { Invariant } from './invariant';

export const XSK_COMPLETION: Invariant = {
  name: 'xsk-completion',
  statement:
    'every AF_XDP descriptor taken is completed exactly once, with its own address, after the kernel has ' +
    'released its bytes; reservations never outnumber the ring; ' +
    'sendto() returns 0 only if it took some of those that wait',
  source: 'net/xdp/xsk.c, net/xdp/xsk_queue.h (6.1 and 6.12); b1b95cb5c0a9, a6e944f25cdb, 9c8f21e6f885, 5d0b204654de',
};

/** The model compares addresses where it publishes them: model/net/xdp/xsk_cq.ts. Returns how many rings there are. */
export function checkRings(world: World): number {
  const { umems } = world.systems;
  for (const umem of umems) {
    checkRing(world, umem);
    checkFrags(world, umem);
  }
  return umems.length;
}

/** Returns how many sockets there are. */
export function checkSockets(world: World): number {
  const { xdpSocks } = world.systems;
  for (const xs of xdpSocks) checkTaken(world, xs);
  return xdpSocks.length;
}

/** Live skbs owe the slots that are reserved and not published, and all of these fit the ring. */
function checkRing(world: World, umem: Umem): void {
  const { cq } = umem;
  const reserved = cq.cachedProd - cq.producer;
  let owed = 0;
  for (const skb of world.skbs)
    if (skb.destructor === DESTRUCTOR_XSK && skb.tx !== null && skb.tx.xs.umem === umem) owed += skb.tx.descs.length;
  if (reserved !== owed)
    violate(world, `umem#${umem.id} has ${reserved} slots of its completion ring reserved, its packets owe ${owed}`);
  const used = cq.cachedProd - cq.consumer;
  if (used > cq.nentries || cq.producer < cq.consumer)
    violate(world, `umem#${umem.id} uses ${used} slots of a completion ring of ${cq.nentries}`);
}

/**
 * Every descriptor that the kernel took came back, is owed by a live skb, or was discarded by the kernel's own rules.
 */
function checkTaken(world: World, xs: XdpSock): void {
  let owed = 0;
  for (const skb of world.skbs) if (skb.destructor === DESTRUCTOR_XSK && skb.tx?.xs === xs) owed += skb.tx.descs.length;
  const taken = xs.tx.cachedCons;
  // 7.3 discards nothing: descriptors of a dropped packet complete (CVE-2026-74560).
  const known = xs.completed + owed + (world.rules.xskKeepsPromises ? 0 : xs.discarded);
  if (taken !== known)
    violate(
      world,
      `xsk#${xs.id}: of ${taken} descriptors taken ${xs.completed} completed, ${owed} are under way, ` +
        `${xs.discarded} were discarded`,
    );
}

/** User memory in a frag belongs to a packet that is not completed yet. */
function checkFrags(world: World, umem: Umem): void {
  for (const data of world.datas) {
    for (let i = 0; i < data.nrFrags; i++) {
      const frag = data.frags[i];
      const page = umem.pages.indexOf(frag.page);
      if (page < 0) continue;
      const from = page * world.abi.pageSize + frag.offset;
      if (!isUnderWay(world, umem, from, from + frag.size))
        violate(world, `umem#${umem.id}: bytes [${from}, ${from + frag.size}) are in a frag, but were completed`);
    }
  }
}

function isUnderWay(world: World, umem: Umem, from: number, to: number): boolean {
  for (const skb of world.skbs) {
    if (skb.destructor !== DESTRUCTOR_XSK || skb.tx === null || skb.tx.xs.umem !== umem) continue;
    for (const { addr, len } of skb.tx.descs) {
      const start = xpRawGetData(umem, addr);
      if (start <= from && to <= start + len) return true;
    }
  }
  return false;
}

function violate(world: World, message: string): void {
  world.violate('xsk-completion', 'xsk', message);
}
