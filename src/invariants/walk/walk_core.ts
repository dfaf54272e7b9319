import type { DmaMapping, PageRef } from '../../model/structs/page';
import { BIAS_MAX } from '../../model/structs/page_pool';
import { SKBFL_MANAGED_FRAG_REFS, SKBFL_ZEROCOPY_ENABLE, type SkbData, type SkBuff } from '../../model/structs/sk_buff';
import type { Uarg } from '../../model/structs/uarg';
import type { World } from '../../model/world/world';
import { FRAG_LIST_MAX, holdMapping, holdPage, holdSkb, meet, WALK } from './walk';

const SMALL_FRAG_SHIFT = 10;

export function walkPageNames(world: World): void {
  for (const { object } of world.pageNames) {
    const ref = object as PageRef;
    if (ref.ofPool) meet(ref.page).seenPoolReferences++;
    else meet(ref.page).seenReferences++;
  }
}

/** Live DMA mappings that the program holds by name, not through a pool. */
export function walkMappingNames(world: World): void {
  for (const { object } of world.mappingNames) holdMapping(object as DmaMapping);
}

/** Names hold skbs; heads hold pages and members; the defer_list of a CPU holds skbs that this CPU frees later. */
export function walkSkbs(world: World): void {
  for (const { object } of world.skbNames) {
    const skb = object as SkBuff;
    holdSkb(skb);
    walkSegments(skb.next);
  }
  for (const data of world.datas) walkData(data);
  for (const { skb } of world.systems.deferred) holdSkb(skb);
}

/** Each skb of the list that skb_segment made holds the next. */
function walkSegments(first: SkBuff | null): void {
  let members = 0;
  for (let skb = first; skb !== null && members < FRAG_LIST_MAX; skb = skb.next, members++) holdSkb(skb);
}

/** A head or frag is a pool reference when the skb recycles and the page is the pool's, else a plain one. */
function walkData(data: SkbData): void {
  const recycle = data.seenRecycle;
  if (data.page !== null) holdPage(data.page, recycle);
  if (data.slab !== null) meet(data.slab).seenReferences++;
  if ((data.flags & SKBFL_MANAGED_FRAG_REFS) === 0) {
    for (let i = 0; i < data.nrFrags; i++) holdPage(data.frags[i].page, recycle);
  } else if (data.nrFrags > 0) {
    // The pages are the uarg's: this walk may not have met them.
    WALK.meetsFreed = true;
    WALK.meetsDirty = true;
  }
  if ((data.flags & SKBFL_ZEROCOPY_ENABLE) !== 0 && data.uarg !== null) data.uarg.seenReferences++;
  let members = 0;
  for (let member = data.fragList; member !== null && members < FRAG_LIST_MAX; member = member.next, members++)
    holdSkb(member);
}

export function walkUargs(world: World): void {
  for (const { object } of world.uargNames) (object as Uarg).seenReferences++;
  for (const uarg of world.uargs) for (const page of uarg.pinned) meet(page).seenReferences++;
}

export function walkPools(world: World, everything: boolean): void {
  for (const pool of world.pools) {
    pool.seenOut = 0;
    if (pool.fragPage !== null) meet(pool.fragPage).seenPoolReferences += BIAS_MAX - pool.fragUsers;
    if (!everything) continue;
    for (const page of pool.cache) meet(page).seenPoolSlots++;
    for (const page of pool.ring) meet(page).seenPoolSlots++;
  }
}

/** The queues of a socket hold skbs, its page_frag holds a page. */
export function walkSocks(world: World): void {
  for (const { errorQueue, writeQueue, frag } of world.socks) {
    for (const skb of errorQueue) holdSkb(skb);
    for (const skb of writeQueue) holdSkb(skb);
    if (frag.page !== null) meet(frag.page).seenReferences++;
  }
}

/** The caches of the program, and the per-CPU ones of netdev_alloc_skb and napi_alloc_skb. */
export function walkFragCaches(world: World): void {
  for (const cache of world.fragCaches) if (cache.page !== null) meet(cache.page).seenReferences += cache.pagecntBias;
  const napi = world.napiFragCache;
  if (napi !== null && napi.page !== null) meet(napi.page).seenReferences += napi.pagecntBias;
  // page_frag_alloc_1k keeps one reference for each kilobyte that it has not handed out yet.
  if (world.napiSmallPage !== null)
    meet(world.napiSmallPage).seenReferences += world.napiSmallOffset >> SMALL_FRAG_SHIFT;
}
