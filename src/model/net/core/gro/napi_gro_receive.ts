import type { Napi } from '../../../structs/napi';
import { devGroReceive, enterGro, ethProtocol, GRO_HELD, GRO_MERGED_FREE, GRO_NORMAL, groNormalOne } from './napi_gro';
import { groCb, NAPI_GRO_FREE_STOLEN_HEAD } from '../../../structs/napi_gro_cb';
import { napiAllocSkb } from '../skbuff/alloc/skb_alloc';
import { freeSkbData } from '../skbuff/alloc/skb_head';
import { __kfreeSkb, kfreeSkb, skbReleaseAll } from '../skbuff/free/skb_free';
import { groPullFromFrag0, skbGroHeaderSlow, skbGroMayPull, skbGroResetOffset } from './skb_gro_header';
import { skbPull, skbPush } from '../skbuff/pull_trim/skb_linear';
import { freeStruct } from '../skbuff/alloc/skb_slab';
import { DESTRUCTOR_SOCK_WFREE, SKB_FCLONE_UNAVAILABLE, type SkBuff } from '../../../structs/sk_buff';
import { skbOrphan } from '../sock/sock_charge';
import type { World } from '../../../world/world';
import { skbHeadlen } from '../skbuff/skbuff_inlines';
import { ETH_HLEN } from '../../../structs/if_ether';

/**
 * MAX_HEADER + 128 in Debian's configuration. It is small enough for page_frag_alloc_1k,
 * so nothing depends on the exact value.
 */
const GRO_MAX_HEAD = 304;

/**
 * skb_prepare_for_gro(), eth_type_trans(), then napi_gro_receive(). veth does so with every packet, other drivers with
 * packets that have no owner. Returns enum gro_result.
 */
export function napiGroReceive(world: World, napi: Napi, skb: SkBuff, hash: number): number {
  if (skb.destructor !== DESTRUCTOR_SOCK_WFREE) skbOrphan(world, skb);
  const protocol = ethProtocol(world, skb.data.head + skb.dataOffset);
  enterGro(skb, protocol, hash, skb.dataOffset);
  skbPull(world, skb, ETH_HLEN);
  skbGroResetOffset(world, skb);
  const result = devGroReceive(world, napi, skb);
  // napi_skb_finish()
  if (result === GRO_NORMAL) groNormalOne(napi, skb, 1);
  else if (result === GRO_MERGED_FREE) freeMerged(world, skb);
  return result;
}

function freeMerged(world: World, skb: SkBuff): void {
  if (groCb(skb).free === NAPI_GRO_FREE_STOLEN_HEAD) napiSkbFreeStolenHead(world, skb);
  else if (skb.fclone !== SKB_FCLONE_UNAVAILABLE) __kfreeSkb(world, skb);
  else {
    // __napi_kfree_skb() (6.1: __kfree_skb_defer)
    skbReleaseAll(world, skb);
    freeStruct(world, skb);
  }
}

/** napi_skb_free_stolen_head(): only the struct is left. An owner sets slow_gro, so skb_orphan runs. */
function napiSkbFreeStolenHead(world: World, skb: SkBuff): void {
  if (world.rules.groStolenHeadOrphans) skbOrphan(world, skb);
  freeSkbData(world, skb.data);
  freeStruct(world, skb);
}

/** napi_get_frags(). Returns false when there is no memory. */
export function napiGetFrags(world: World, napi: Napi): boolean {
  napi.skb ??= napiAllocSkb(world, GRO_MAX_HEAD);
  return napi.skb !== null;
}

/** napi_free_frags(). */
export function napiFreeFrags(world: World, napi: Napi): void {
  if (napi.skb !== null) kfreeSkb(world, napi.skb);
  napi.skb = null;
}

/**
 * napi_gro_frags(): as napi_gro_receive, but the Ethernet header is still in frag 0,
 * and an skb that lost its payload is reused.
 */
export function napiGroFrags(world: World, napi: Napi, hash: number): number {
  const skb = napi.skb as SkBuff;
  napiFragsSkb(world, napi, skb, hash);
  const result = devGroReceive(world, napi, skb);
  // napi_frags_finish()
  if (result === GRO_NORMAL || result === GRO_HELD) {
    skbPush(world, skb, ETH_HLEN);
    skbPull(world, skb, ETH_HLEN);
    if (result === GRO_NORMAL) groNormalOne(napi, skb, 1);
  } else if (result === GRO_MERGED_FREE) {
    if (groCb(skb).free === NAPI_GRO_FREE_STOLEN_HEAD) napiSkbFreeStolenHead(world, skb);
    else napiReuseSkb(world, napi, skb);
  }
  return result;
}

/**
 * napi_frags_skb() for a packet that has an Ethernet header. Without one it returns NULL,
 * and napi_gro_frags goes on with that.
 */
function napiFragsSkb(world: World, napi: Napi, skb: SkBuff, hash: number): void {
  napi.skb = null;
  enterGro(skb, 0, hash, skb.dataOffset);
  skbGroResetOffset(world, skb);
  const cb = groCb(skb);
  if (!skbGroMayPull(skb, ETH_HLEN)) {
    skbGroHeaderSlow(world, skb, ETH_HLEN, 0);
  } else {
    if (skbHeadlen(skb) === 0) groPullFromFrag0(world, skb, ETH_HLEN);
    cb.frag0 += ETH_HLEN;
    cb.frag0Len -= ETH_HLEN;
  }
  cb.macHeader = skb.dataOffset;
  cb.protocol = ethProtocol(world, skb.data.head + skb.dataOffset);
  skbPull(world, skb, ETH_HLEN);
}

/** napi_reuse_skb(). */
function napiReuseSkb(world: World, napi: Napi, skb: SkBuff): void {
  if (skb.pfmemalloc) {
    kfreeSkb(world, skb);
    return;
  }
  skbPull(world, skb, skbHeadlen(skb));
  const back = world.abi.netSkbPad + world.abi.netIpAlign - skb.dataOffset;
  skb.dataOffset += back;
  skb.tail += back;
  skb.data.gsoType = 0;
  skb.data.gsoSize = 0;
  skb.gro = null;
  napi.skb = skb;
}
