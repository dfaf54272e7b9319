import type { Device } from '../../model/structs/device';
import type { DmaMapping, PageRef } from '../../model/structs/page';
import type { PageFragCache } from '../../model/structs/page_frag_cache';
import type { PagePool } from '../../model/structs/page_pool';
import type { SkBuff } from '../../model/structs/sk_buff';
import type { Sock } from '../../model/structs/sock';
import type { Uarg } from '../../model/structs/uarg';
import type { HandleObject, World } from '../../model/world/world';
import { objectTag } from '../../protocol/kinds';
import { SEGMENT } from '../../protocol/values';
import { DEVICE_ROW, FRAG_CACHE_ROW, POOL_ROW, SOCK_ROW, UARG_ROW } from '../../protocol/words/core';
import type { ObservationWords } from './observation_words';

export const CORE_OBSERVERS = {
  skb: observeSkb,
  page: observePage,
  pool: observePool,
  device: observeDevice,
  sock: observeSock,
  uarg: observeUarg,
  frag_cache: observeFragCache,
  mapping: observeMapping,
};

const SEGMENT_TAG = objectTag('skb', SEGMENT);

/** An skb, and the list that skb_segment made, which hangs on it. */
function observeSkb(out: ObservationWords, world: World, object: HandleObject): void {
  const leader = object as SkBuff;
  out.skb(world, leader);
  for (let skb = leader.next; skb !== null; skb = skb.next) {
    out.makeRoom();
    out.word(SEGMENT_TAG);
    out.skb(world, skb);
  }
}

function observePage(out: ObservationWords, world: World, object: HandleObject): void {
  const { page, offset, size } = object as PageRef;
  out.frag(world, page, offset, size);
}

function observePool(out: ObservationWords, _world: World, object: HandleObject): void {
  const pool = object as PagePool;
  out
    .row(POOL_ROW)
    .put('hold_cnt', pool.holdCnt)
    .put('release_cnt', pool.releaseCnt)
    .put('cache count', pool.cache.length)
    .put('ring count', pool.ring.length)
    .put('frag_offset', pool.fragPage !== null ? pool.fragOffset : 0)
    .put('frag_users', pool.fragPage !== null ? pool.fragUsers : 0)
    .put('release pending', pool.releasePending ? 1 : 0)
    .end();
}

/** A target without DMA ops of its own sees no mapping, so there is nothing to compare. */
function observeDevice(out: ObservationWords, world: World, object: HandleObject): void {
  const device = object as Device;
  const seen = world.abi.dmaOps;
  out
    .row(DEVICE_ROW)
    .put('live mappings', seen ? device.mappings.size : 0)
    .put('maps', seen ? device.maps : 0)
    .put('unmaps', seen ? device.unmaps : 0)
    .put('syncs for device', seen ? device.syncsForDevice : 0)
    .put('syncs for cpu', seen ? device.syncsForCpu : 0)
    .end();
}

function observeSock(out: ObservationWords, _world: World, object: HandleObject): void {
  const { wmemAlloc, rmemAlloc } = object as Sock;
  out.row(SOCK_ROW).put('sk_wmem_alloc', wmemAlloc).put('sk_rmem_alloc', rmemAlloc).end();
}

function observeUarg(out: ObservationWords, _world: World, object: HandleObject): void {
  const { refcnt, completions, successes } = object as Uarg;
  out.row(UARG_ROW).put('refcnt', refcnt).put('completions', completions).put('successes', successes).end();
}

function observeFragCache(out: ObservationWords, world: World, object: HandleObject): void {
  const cache = object as PageFragCache;
  out
    .row(FRAG_CACHE_ROW)
    .put('page', cache.page !== null ? 1 : 0)
    .put('offset', cache.offset)
    .put('size', cache.size)
    .put('pagecnt_bias', cache.pagecntBias)
    .put('pfmemalloc', cache.pfmemalloc ? 1 : 0)
    .end();
  if (cache.page !== null) out.page(world, cache.page);
}

function observeMapping(out: ObservationWords, world: World, object: HandleObject): void {
  out.page(world, (object as DmaMapping).page);
}
