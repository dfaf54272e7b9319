import { kmallocReserve, skbHeadAlign, skbWithOverhead } from './kmalloc_reserve';
import type { Page } from '../../../../structs/page';
import { newPage, putPage } from '../../../../mm/page_alloc';
import { PAGE_FRAG_ALIGN_NONE, PAGE_FRAG_NULL, pageFragAllocAlign } from '../../../../mm/page_frag';
import { PageFragCache } from '../../../../structs/page_frag_cache';
import { newPageData } from './skb_head';
import { skbReserve } from '../pull_trim/skb_linear';
import { finalizeSkbAround, newFcloneSkBuff, newSkBuff } from './skb_slab';
import type { SkBuff } from '../../../../structs/sk_buff';
import type { World } from '../../../../world/world';

/** page_frag_alloc_1k: an order-0 page in four pieces. */
const SMALL_FRAG = 1024;

/** __alloc_skb() without SKB_ALLOC_FCLONE, alloc_skb(size). Allocates the struct first, then the head. */
export function allocSkb(world: World, size: number): SkBuff | null {
  if (world.allocFails()) return null;
  return allocHead(world, size, false);
}

/** alloc_skb_fclone(): allocates a pair, whose second half is for the first clone. */
export function allocSkbFclone(world: World, size: number): SkBuff | null {
  if (world.allocFails()) return null;
  return allocHead(world, size, true);
}

/**
 * The rest of __alloc_skb after the struct was allocated. pfmemalloc stays false:
 * no socket is SOCK_MEMALLOC, so the reserves are never used.
 */
function allocHead(world: World, size: number, fclone: boolean): SkBuff | null {
  const data = kmallocReserve(world, size, false);
  if (data === null) return null;
  const skb = fclone ? newFcloneSkBuff(world) : newSkBuff(world);
  finalizeSkbAround(world, skb, data);
  return skb;
}

/** netdev_alloc_skb(): uses kmalloc for small and large heads, else a piece of the per-CPU page_frag cache. */
export function netdevAllocSkb(world: World, length: number): SkBuff | null {
  const len = length + world.abi.netSkbPad;
  const small = world.rules.smallHeadCache ? world.abi.smallHeadCacheSize : SMALL_FRAG;
  let skb: SkBuff | null;
  if (isTiny(world, len, small) || len > skbWithOverhead(world, world.abi.pageSize)) skb = allocSkb(world, len);
  else skb = napiFragSkb(world, len, false);
  if (skb !== null) skbReserve(world, skb, world.abi.netSkbPad);
  return skb;
}

/** "If requested length is either too small or too big, we use kmalloc() for skb->head allocation." */
function isTiny(world: World, len: number, small: number): boolean {
  return world.rules.tinyHeadsAvoidPageFrag && len <= skbWithOverhead(world, small);
}

/**
 * napi_alloc_skb() (6.1: __napi_alloc_skb), until 6.13 with NAPI_HAS_SMALL_PAGE_FRAG, as with 4K pages.
 * The struct comes from the NAPI cache.
 */
export function napiAllocSkb(world: World, length: number): SkBuff | null {
  const pad = world.abi.netSkbPad + world.abi.netIpAlign;
  const len = length + pad;
  let skb: SkBuff | null;
  const small = world.rules.napiSmallPageFrag ? SMALL_FRAG : world.abi.smallHeadCacheSize;
  if (len > skbWithOverhead(world, world.abi.pageSize)) skb = allocHead(world, len, false);
  else if (!isTiny(world, len, small)) skb = napiFragSkb(world, len, true);
  else if (world.rules.napiSmallPageFrag) skb = napiSmallSkb(world);
  else skb = allocHead(world, len, false);
  if (skb !== null) skbReserve(world, skb, pad);
  return skb;
}

/** The per-CPU napi_alloc_cache.page. No program drains it, so it stays with the CPU. */
function napiFragCache(world: World): PageFragCache {
  world.napiFragCache ??= new PageFragCache();
  return world.napiFragCache;
}

/**
 * Returns an skb whose head is from napi_alloc_cache.page.
 *
 * @param napiStruct - the struct comes from the NAPI cache, which cannot fail
 */
function napiFragSkb(world: World, len: number, napiStruct: boolean): SkBuff | null {
  const cache = napiFragCache(world);
  const size = skbHeadAlign(world, len);
  const offset = pageFragAllocAlign(world, cache, size, PAGE_FRAG_ALIGN_NONE);
  if (offset === PAGE_FRAG_NULL) return null;
  const page = cache.page as Page;
  page.perCpu = true;
  if (!napiStruct && world.allocFails()) {
    putPage(world, page);
    return null;
  }
  return pageSkb(world, page, offset, size, cache.pfmemalloc);
}

/** page_frag_alloc_1k(), then napi_build_skb(). */
function napiSmallSkb(world: World): SkBuff {
  if (world.napiSmallPage === null) {
    world.napiSmallPage = newPage(world, 0);
    world.napiSmallPage.perCpu = true;
    world.napiSmallOffset = world.abi.pageSize;
    world.napiSmallPage.refcount = world.abi.pageSize / SMALL_FRAG;
  }
  const page = world.napiSmallPage;
  world.napiSmallOffset -= SMALL_FRAG;
  // After the last piece the cache has no reference left. (The kernel keeps the stale pointer, with offset 0.)
  if (world.napiSmallOffset === 0) world.napiSmallPage = null;
  return pageSkb(world, page, world.napiSmallOffset, SMALL_FRAG, page.pfmemalloc);
}

function pageSkb(world: World, page: Page, offset: number, size: number, pfmemalloc: boolean): SkBuff {
  const skb = newSkBuff(world);
  finalizeSkbAround(world, skb, newPageData(world, page, offset, size));
  skb.pfmemalloc = pfmemalloc;
  skb.headFrag = true;
  world.touchPage(page);
  return skb;
}
