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
import { rowWriter } from './row_writer';

const writePool = rowWriter(POOL_ROW);
const writeDevice = rowWriter(DEVICE_ROW);
const writeSock = rowWriter(SOCK_ROW);
const writeUarg = rowWriter(UARG_ROW);
const writeFragCache = rowWriter(FRAG_CACHE_ROW);

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
  writePool(out, {
    hold_cnt: pool.holdCnt,
    release_cnt: pool.releaseCnt,
    'cache count': pool.cache.length,
    'ring count': pool.ring.length,
    frag_offset: pool.fragPage !== null ? pool.fragOffset : 0,
    frag_users: pool.fragPage !== null ? pool.fragUsers : 0,
    'release pending': pool.releasePending ? 1 : 0,
  });
}

/** A target without DMA ops of its own sees no mapping, so there is nothing to compare. */
function observeDevice(out: ObservationWords, world: World, object: HandleObject): void {
  const device = object as Device;
  const seen = world.abi.dmaOps;
  writeDevice(out, {
    'live mappings': seen ? device.mappings.size : 0,
    maps: seen ? device.maps : 0,
    unmaps: seen ? device.unmaps : 0,
    'syncs for device': seen ? device.syncsForDevice : 0,
    'syncs for cpu': seen ? device.syncsForCpu : 0,
  });
}

function observeSock(out: ObservationWords, _world: World, object: HandleObject): void {
  const { wmemAlloc, rmemAlloc } = object as Sock;
  writeSock(out, { sk_wmem_alloc: wmemAlloc, sk_rmem_alloc: rmemAlloc });
}

function observeUarg(out: ObservationWords, _world: World, object: HandleObject): void {
  const { refcnt, completions, successes } = object as Uarg;
  writeUarg(out, { refcnt, completions, successes });
}

function observeFragCache(out: ObservationWords, world: World, object: HandleObject): void {
  const cache = object as PageFragCache;
  writeFragCache(out, {
    page: cache.page !== null ? 1 : 0,
    offset: cache.offset,
    size: cache.size,
    pagecnt_bias: cache.pagecntBias,
    pfmemalloc: cache.pfmemalloc ? 1 : 0,
  });
  if (cache.page !== null) out.page(world, cache.page);
}

function observeMapping(out: ObservationWords, world: World, object: HandleObject): void {
  out.page(world, (object as DmaMapping).page);
}
