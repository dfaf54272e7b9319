import { skbHeadlen, skbTailroom } from '../model/net/core/skbuff/skbuff_inlines';
import type { Device } from '../model/structs/device';
import type { DmaMapping, Page, PageRef } from '../model/structs/page';
import type { PagePool } from '../model/structs/page_pool';
import { SKB_DATAREF_MASK, SKB_DATAREF_SHIFT, SKBFL_ALL_ZEROCOPY, type SkBuff } from '../model/structs/sk_buff';
import type { Sock } from '../model/structs/sock';
import type { Uarg } from '../model/structs/uarg';
import { bit, few, filled, FRAGS_FULL, originOf } from './trait_values';

/** PP_ALLOC_CACHE_SIZE: a pool's cache is full. */
const CACHE_FULL = 128;

export function skbTraits(skb: SkBuff, traits: Uint8Array): number {
  const { data } = skb;
  // A shell whose head was released has none.
  if (data === null) return 0;
  const nohdr = data.dataref >> SKB_DATAREF_SHIFT;
  const { nrFrags, fragList } = data;
  traits[0] = few(data.dataref & SKB_DATAREF_MASK) | (bit(nohdr > 0) << 2);
  traits[1] = bit(skb.cloned);
  traits[2] = few(skb.users);
  traits[3] = nrFrags < 2 ? nrFrags : nrFrags < FRAGS_FULL ? 2 : 3;
  traits[4] = fragList === null ? 0 : fragList.next === null ? 1 : 2;
  traits[5] = bit(skb.ppRecycle || skb.memInfo !== null) | (bit(skb.owesMark) << 1);
  traits[6] = bit(skb.headFrag) | (originOf(data.page) << 1);
  traits[7] = bit(skb.pfmemalloc);
  traits[8] = skb.destructor;
  traits[9] = data.flags & SKBFL_ALL_ZEROCOPY;
  traits[10] = nrFrags === 0 ? 0 : originOf(data.frags[0].page) | (originOf(data.frags[nrFrags - 1].page) << 3);
  traits[11] = skb.len === 0 ? 0 : skbHeadlen(skb) === 0 ? 1 : skb.dataLen === 0 ? 2 : 3;
  traits[12] = bit(skb.dataOffset > 0) | (bit(skbTailroom(skb) > 0) << 1);
  traits[13] = bit(skb.gro !== null) | (bit(data.gsoSize > 0) << 1) | (bit(skb.next !== null) << 2);
  traits[14] = skb.fclone | (bit(skb.tx !== null) << 2) | (bit(data.handedOut || data.headShared) << 3);
  return 15;
}

export function pageTraits({ page, offset, size, ofPool }: PageRef, traits: Uint8Array): number {
  traits[0] = few(page.refcount);
  traits[1] = bit(ofPool) | (originOf(page) << 1);
  traits[2] = few(page.ppRefCount);
  traits[3] = few(page.mappings);
  traits[4] = bit(page.pfmemalloc);
  traits[5] = bit(page.order > 0) | (bit(page.compound) << 1);
  traits[6] = bit(page.deviceDirty.length > 0);
  traits[7] = bit(offset > 0) | (bit(offset + size < 4096 << page.order) << 1);
  traits[8] = page.pp === null ? 0 : 1 + bit(page.pp.destroyCnt > 0);
  return 9;
}

export function poolTraits(pool: PagePool, traits: Uint8Array): number {
  traits[0] = filled(pool.cache.length, CACHE_FULL);
  traits[1] = filled(pool.ring.length, pool.poolSize);
  traits[2] = few(pool.destroyCnt) | (bit(pool.releasePending) << 2);
  traits[3] = pool.flags;
  traits[4] = few(pool.holdCnt - pool.releaseCnt);
  traits[5] = bit(pool.fragPage !== null) | (bit(pool.napi) << 1) | (bit(pool.dmaSync) << 2);
  traits[6] = few(pool.userCnt) | (bit(pool.order > 0) << 2);
  traits[7] = pool.dmaDir;
  traits[8] = bit(pool.device?.gone === true) | (bit(pool.offset > 0) << 1);
  return 9;
}

export function sockTraits(sk: Sock, traits: Uint8Array): number {
  traits[0] = bit(sk.wmemAlloc > sk.self) | (bit(sk.rmemAlloc > 0) << 1);
  traits[1] = few(sk.refcnt);
  traits[2] = few(sk.errorQueue.length);
  traits[3] = few(sk.writeQueue.length);
  traits[4] = bit(sk.frag.page !== null) | (bit(sk.memCharged > 0) << 1) | (bit(sk.wmemQueued > 0) << 2);
  return 5;
}

export function uargTraits(uarg: Uarg, traits: Uint8Array): number {
  traits[0] = few(uarg.refcnt);
  traits[1] = bit(uarg.completed) | (bit(uarg.pinned.length > 0) << 1);
  traits[2] = uarg.flags;
  return 3;
}

export function mappingTraits(mapping: DmaMapping, traits: Uint8Array): number {
  traits[0] = mapping.direction;
  traits[1] = bit(mapping.cpuOwned.length > 0) | (bit(mapping.device.gone) << 1);
  return 2;
}

export function deviceTraits(device: Device, traits: Uint8Array): number {
  traits[0] = bit(device.gone) | (bit(device.maps > device.unmaps) << 1);
  return 1;
}

/** The page of an skb's last frag, else of its head. */
export function skbMemory({ data }: SkBuff): Page | null {
  if (data === null) return null;
  return data.nrFrags > 0 ? data.frags[data.nrFrags - 1].page : data.page;
}
