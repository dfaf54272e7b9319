import { SKB_GSO_DODGY, SKB_GSO_TCPV4 } from '../gso/gso';
import { inetGroComplete } from '../../ipv4/inet_gro_complete';
import { inetGroReceive } from '../../ipv4/inet_gro_receive';
import { GRO_HASH_BUCKETS, GRO_NORMAL_BATCH, MAX_GRO_SKBS, type GroList, type Napi } from '../../../structs/napi';
import { groCb, NapiGroCb, skbGroLen } from '../../../structs/napi_gro_cb';
import { read16, read8 } from '../../headers/net_headers';
import { groTryPullFromFrag0 } from './skb_gro_header';
import { type SkBuff } from '../../../structs/sk_buff';
import type { World } from '../../../world/world';
import { skbHasFragList } from '../skbuff/skbuff_inlines';
import { ETH_HLEN, ETH_P_IP } from '../../../structs/if_ether';

/** enum gro_result. */
export const GRO_MERGED = 0;
export const GRO_MERGED_FREE = 1;
export const GRO_HELD = 2;
export const GRO_NORMAL = 3;

/** Gives a packet that is new to GRO its control block. */
export function enterGro(skb: SkBuff, protocol: number, hash: number, macHeader: number): void {
  const cb = new NapiGroCb();
  cb.protocol = protocol;
  cb.hash = hash;
  cb.macHeader = macHeader;
  skb.gro = cb;
}

/** dev_gro_receive(). */
export function devGroReceive(world: World, napi: Napi, skb: SkBuff): number {
  const cb = groCb(skb);
  const bucket = cb.hash & (GRO_HASH_BUCKETS - 1);
  const list = napi.groHash[bucket];
  napi.merge = null;
  napi.refused = -1;
  napi.flushedOldest = false;
  world.touchSkb(skb);
  // netif_elide_gro(), or no offload for the protocol.
  if (!napi.gro || !prepare(world, list.list, skb)) {
    groTryPullFromFrag0(world, skb);
    updateBitmask(napi, bucket);
    return GRO_NORMAL;
  }
  cb.flush = skbHasFragList(skb);
  cb.isAtomic = true;
  cb.count = 1;
  if (skb.data.gsoSize !== 0) {
    cb.count = skb.data.gsoSegs;
    // "Only support TCP and non DODGY users."
    if ((skb.data.gsoType & (SKB_GSO_TCPV4 | SKB_GSO_DODGY)) !== SKB_GSO_TCPV4) cb.flush = true;
  }
  const complete = inetGroReceive(world, napi, list.list, skb);
  const { sameFlow } = cb;
  if (complete !== null) {
    list.list.splice(list.list.indexOf(complete), 1);
    napiGroComplete(world, napi, complete);
    list.count--;
  }
  let result = cb.free !== 0 ? GRO_MERGED_FREE : GRO_MERGED;
  if (!sameFlow) {
    result = cb.flush ? GRO_NORMAL : GRO_HELD;
    if (result === GRO_HELD) hold(world, napi, list, skb);
    else groTryPullFromFrag0(world, skb);
  }
  updateBitmask(napi, bucket);
  return result;
}

/** gro_list_prepare(). Returns whether an offload takes the protocol. */
function prepare(world: World, held: readonly SkBuff[], skb: SkBuff): boolean {
  const cb = groCb(skb);
  for (const p of held) {
    const other = groCb(p);
    other.flush = false;
    other.sameFlow = other.hash === cb.hash && sameEthernet(world, p, skb) && p.sk === skb.sk;
  }
  return cb.protocol === ETH_P_IP;
}

/** compare_ether_header(). */
function sameEthernet(world: World, p: SkBuff, skb: SkBuff): boolean {
  const a = p.data.head + groCb(p).macHeader;
  const b = skb.data.head + groCb(skb).macHeader;
  for (let i = 0; i < ETH_HLEN; i++) if (read8(world, a + i) !== read8(world, b + i)) return false;
  return true;
}

function hold(world: World, napi: Napi, list: GroList, skb: SkBuff): void {
  const cb = groCb(skb);
  if (list.count >= MAX_GRO_SKBS) {
    napi.flushedOldest = true;
    napiGroComplete(world, napi, list.list.pop() as SkBuff);
  } else list.count++;
  const length = skbGroLen(skb);
  groTryPullFromFrag0(world, skb);
  cb.old = false;
  cb.last = skb;
  // gso_size is a u16: the length of a packet beyond 64K that is no GSO packet is truncated.
  if (skb.data.gsoSize === 0) skb.data.gsoSize = length & 0xffff;
  list.list.unshift(skb);
}

function updateBitmask(napi: Napi, bucket: number): void {
  if (napi.groHash[bucket].count > 0) napi.groBitmask |= 1 << bucket;
  else napi.groBitmask &= ~(1 << bucket);
}

/** napi_gro_complete(). */
export function napiGroComplete(world: World, napi: Napi, skb: SkBuff): void {
  const cb = groCb(skb);
  world.touchSkb(skb);
  if (cb.count === 1) skb.data.gsoSize = 0;
  else {
    inetGroComplete(world, skb);
    napi.completed.push({ skb, listed: cb.isFlist });
  }
  groNormalOne(napi, skb, cb.count);
}

/** gro_normal_one(). */
export function groNormalOne(napi: Napi, skb: SkBuff, segs: number): void {
  napi.rxList.push(skb);
  napi.rxCount += segs;
  if (napi.rxCount >= GRO_NORMAL_BATCH) groNormalList(napi);
}

/** gro_normal_list(): netif_receive_skb_list_internal gives each skb to the rx_handler. */
export function groNormalList(napi: Napi): void {
  if (napi.rxCount === 0) return;
  for (const skb of napi.rxList) {
    // The skb leaves GRO, so its control block belongs to the next owner.
    skb.gro = null;
    napi.received.push(skb);
  }
  napi.rxList.length = 0;
  napi.rxCount = 0;
}

/**
 * napi_gro_flush(): bucket after bucket, the oldest packet first.
 *
 * @param flushOld - flush only the packets that were held before the last tick
 */
export function napiGroFlush(world: World, napi: Napi, flushOld: boolean): void {
  for (let bucket = 0; bucket < GRO_HASH_BUCKETS; bucket++)
    if ((napi.groBitmask & (1 << bucket)) !== 0) flushChain(world, napi, bucket, flushOld);
}

/** __napi_gro_flush_chain(). */
function flushChain(world: World, napi: Napi, bucket: number, flushOld: boolean): void {
  const list = napi.groHash[bucket];
  while (list.list.length > 0) {
    const oldest = list.list[list.list.length - 1];
    if (flushOld && !groCb(oldest).old) return;
    list.list.pop();
    napiGroComplete(world, napi, oldest);
    list.count--;
  }
  if (list.count === 0) napi.groBitmask &= ~(1 << bucket);
}

/** Returns the protocol that eth_type_trans() finds in the header at `mac`. */
export function ethProtocol(world: World, mac: number): number {
  return read16(world, mac + 12);
}
