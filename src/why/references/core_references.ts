import { FRAG_LIST_MAX } from '../../invariants/walk/walk';
import { BIAS_MAX } from '../../model/structs/page_pool';
import { SKBFL_MANAGED_FRAG_REFS, SKBFL_ZEROCOPY_ENABLE, type SkbData, type SkBuff } from '../../model/structs/sk_buff';
import type { CoreKind } from '../../model/world/kinds';
import type { Collector } from './reference';

const SMALL_FRAG_SHIFT = 10;

/** Collects the references that the objects of one kind, and the program's names for them, hold. */
export type CollectReferences = (collector: Collector) => void;

/** By kind of the core: the same references that its walker counts (invariants/walk), with words. */
export const CORE_REFERENCES: { readonly [K in CoreKind]?: CollectReferences } = {
  skb: ofSkbs,
  page: (collector) => {
    for (const { id, object } of collector.world.namesOf('page'))
      collector.name(object.ofPool ? 'pp_ref_count' : 'refcount', `page#${object.page.id}`, id);
  },
  pool: ofPools,
  sock: ofSocks,
  uarg: (collector) => {
    for (const { id, object } of collector.world.namesOf('uarg')) collector.name('refcnt', `uarg#${object.id}`, id);
    for (const uarg of collector.world.uargs)
      for (const page of uarg.pinned) collector.hold('refcount', `page#${page.id}`, `uarg#${uarg.id}`, 'a pin');
  },
  frag_cache: ofFragCaches,
  mapping: (collector) => {
    for (const { id, object } of collector.world.namesOf('mapping'))
      collector.name('mappings', `page#${object.page.id}`, id);
  },
};

function ofSkbs(collector: Collector): void {
  const { world } = collector;
  for (const { id, object } of world.namesOf('skb')) {
    collector.name('users', `skb#${object.id}`, id);
    chain(collector, object.next, `skb#${object.id}`, 'the list of segments');
  }
  for (const skb of world.skbs) {
    const by = `skb#${skb.id}`;
    collector.hold('dataref', `data#${skb.data.id}`, by, 'the head');
  }
  for (const data of world.datas) ofData(collector, data);
  for (const { skb } of world.systems.deferred) collector.skb(skb, 'the other CPU', 'the defer_list');
}

/** Each skb of a list holds the next. */
function chain(collector: Collector, first: SkBuff | null, by: string, place: string): void {
  let members = 0;
  for (let skb = first; skb !== null && members < FRAG_LIST_MAX; skb = skb.next, members++)
    collector.skb(skb, by, place);
}

function ofData(collector: Collector, data: SkbData): void {
  const by = `data#${data.id}`;
  const recycle = recycles(collector, data);
  if (data.page !== null) collector.page(data.page, recycle, by, 'the head');
  if (data.slab !== null) collector.hold('refcount', `page#${data.slab.id}`, by, 'the kmalloc head');
  if ((data.flags & SKBFL_MANAGED_FRAG_REFS) === 0)
    for (let i = 0; i < data.nrFrags; i++) collector.page(data.frags[i].page, recycle, by, `frag ${i}`);
  if ((data.flags & SKBFL_ZEROCOPY_ENABLE) !== 0 && data.uarg !== null)
    collector.hold('refcnt', `uarg#${data.uarg.id}`, by, 'destructor_arg');
  chain(collector, data.fragList, by, 'the frag_list');
}

/** Returns whether an skb that has this head returns its pages to their pool. */
function recycles({ world }: Collector, data: SkbData): boolean {
  return world.skbs.some((skb) => skb.data === data && (skb.ppRecycle || skb.owesMark || skb.memInfo !== null));
}

function ofPools(collector: Collector): void {
  for (const pool of collector.world.pools) {
    const by = `pool#${pool.id}`;
    if (pool.fragPage !== null)
      collector.hold('pp_ref_count', `page#${pool.fragPage.id}`, by, 'frag_page', BIAS_MAX - pool.fragUsers);
    for (const page of pool.cache) collector.hold('slots', `page#${page.id}`, by, 'the cache');
    for (const page of pool.ring) collector.hold('slots', `page#${page.id}`, by, 'the ring');
  }
}

function ofSocks(collector: Collector): void {
  for (const { id, errorQueue, writeQueue, frag } of collector.world.socks) {
    const by = `sock#${id}`;
    collector.skbs(errorQueue, by, 'sk_error_queue');
    collector.skbs(writeQueue, by, 'sk_write_queue');
    if (frag.page !== null) collector.hold('refcount', `page#${frag.page.id}`, by, 'sk_frag');
  }
}

function ofFragCaches(collector: Collector): void {
  const { fragCaches, napiFragCache, napiSmallPage, napiSmallOffset } = collector.world;
  for (const { id, page, pagecntBias } of fragCaches)
    if (page !== null) collector.hold('refcount', `page#${page.id}`, `frag_cache#${id}`, 'pagecnt_bias', pagecntBias);
  if (napiFragCache !== null && napiFragCache.page !== null)
    collector.hold(
      ...(['refcount', `page#${napiFragCache.page.id}`, 'napi_alloc_cache', 'pagecnt_bias'] as const),
      napiFragCache.pagecntBias,
    );
  if (napiSmallPage !== null)
    collector.hold(
      ...(['refcount', `page#${napiSmallPage.id}`, 'napi_alloc_cache', 'page_small'] as const),
      napiSmallOffset >> SMALL_FRAG_SHIFT,
    );
}
