import { SKB_GSO_TCPV4, SKB_GSO_UDP_L4 } from '../../model/net/core/gso/gso';
import { IPPROTO_TCP } from '../../model/net/headers/net_headers';
import { GRO_NORMAL_BATCH, MAX_GRO_SKBS, type Napi } from '../../model/structs/napi';
import { DESTRUCTOR_NONE, type SkBuff } from '../../model/structs/sk_buff';
import type { World } from '../../model/world/world';
import { GEOMETRY } from '../geometry';
import { RING_BOUNDS } from '../ring_bounds';
import { SOCKET_CHARGE } from '../socket_charge';
import { FRAG_LIST_MAX } from '../walk/walk';
import type { KindCheck } from './kind_record';
import { skbHeadlen } from '../../model/net/core/skbuff/skbuff_inlines';

export const NAPI_CHECKS: readonly KindCheck[] = [
  { invariant: RING_BOUNDS, check: checkNapis },
  { invariant: SOCKET_CHARGE, check: checkChainedOwners },
  { invariant: GEOMETRY, check: checkChainedLinear },
  { invariant: GEOMETRY, check: checkListed },
];

/**
 * Buckets hold MAX_GRO_SKBS at most and are counted right. The packets on rx_list are less than a batch
 * (net/core/gro.c).
 */
function checkNapis(world: World): number {
  for (const napi of world.systems.napis) checkNapi(world, napi);
  return world.systems.napis.length;
}

/** A chained packet gave destructor and sk to the first packet, else skb_orphan of it hits a BUG (ed4cccef64c1). */
function checkChainedOwners(world: World): number {
  let checked = 0;
  for (const { groHash } of world.systems.napis) {
    for (const { list } of groHash) {
      for (const p of list) {
        let members = 0;
        for (let skb = p.data.fragList; skb !== null && members < FRAG_LIST_MAX; skb = skb.next, members++, checked++)
          if (skb.sk !== null && skb.destructor === DESTRUCTOR_NONE)
            world.violate('socket-charge', 'skb', `skb#${skb.id} has a socket, but nothing to uncharge it with`);
      }
    }
  }
  return checked;
}

/**
 * Packets in GRO that skb_gro_receive chained must not hit BUG_ON(skb_headlen(list_skb) > len) in skb_segment, where
 * len is gso_size.
 */
function checkChainedLinear(world: World): number {
  if (!world.rules.groChainsSplittable) return 0;
  let checked = 0;
  for (const { groHash } of world.systems.napis) {
    for (const { list } of groHash) {
      for (const p of list) {
        if (p.gro?.isFlist === true) continue;
        let members = 0;
        for (let skb: SkBuff | null = p.data.fragList; skb !== null && members < FRAG_LIST_MAX; skb = skb.next) {
          members++;
          checked++;
          if (skbHeadlen(skb) > p.data.gsoSize)
            world.violate(
              'geometry',
              'skb',
              `skb#${skb.id} was chained with ${skbHeadlen(skb)} linear bytes, more than the ${p.data.gsoSize} ` +
                'of a segment',
            );
        }
      }
    }
  }
  return checked;
}

/**
 * skb_segment_list makes each member of a fraglist flow a packet: a member is no GSO packet (66817a979426), and has no
 * members of its own (CVE-2026-68136).
 */
function checkListed(world: World): number {
  let checked = 0;
  for (const { groHash } of world.systems.napis) {
    for (const { list } of groHash) {
      for (const p of list) {
        if (p.gro?.isFlist !== true) continue;
        let members = 0;
        for (let skb = p.data.fragList; skb !== null && members < FRAG_LIST_MAX; skb = skb.next, members++, checked++) {
          const { gsoSize, gsoType, fragList } = skb.data;
          // No driver and no tunnel leaves the GSO state of one protocol on packets of another.
          const own = p.gro.proto === IPPROTO_TCP ? SKB_GSO_TCPV4 : SKB_GSO_UDP_L4;
          if (fragList === null && (gsoSize === 0 || (gsoType & own) === 0)) continue;
          const what = gsoSize !== 0 ? `is a GSO packet with gso_size ${gsoSize}` : 'has a frag_list of its own';
          world.violate('geometry', 'skb', `skb#${skb.id} was chained as it is, but ${what}`);
        }
      }
    }
  }
  return checked;
}

function checkNapi(world: World, napi: Napi): void {
  napi.groHash.forEach(({ list, count }, bucket) => {
    if (list.length > MAX_GRO_SKBS) violate(world, napi, `bucket ${bucket} holds ${list.length} packets`);
    if (list.length !== count)
      violate(world, napi, `bucket ${bucket} holds ${list.length} packets, its count is ${count}`);
    const bit = (napi.groBitmask & (1 << bucket)) !== 0;
    if (bit !== list.length > 0) violate(world, napi, `gro_bitmask is wrong about bucket ${bucket}`);
  });
  if (napi.rxCount >= GRO_NORMAL_BATCH)
    violate(world, napi, `${napi.rxList.length} packets of ${napi.rxCount} segments wait on rx_list`);
  if (napi.rxCount < napi.rxList.length)
    violate(world, napi, `rx_count is ${napi.rxCount}, but ${napi.rxList.length} packets wait`);
}

function violate(world: World, napi: Napi, what: string): void {
  world.violate('ring-bounds', 'napi', `napi#${napi.id}: ${what}`);
}
