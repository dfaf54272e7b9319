import type { Page } from '../../../../structs/page';
import { newPageData } from './skb_head';
import { finalizeSkbAround, newSkBuff } from './skb_slab';
import type { SkBuff } from '../../../../structs/sk_buff';
import type { World } from '../../../../world/world';

/**
 * build_skb(): a new sk_buff around [offset, offset + fragSize) of a page; the page reference moves to it. Null: no memory
 * for the struct, the page stays the caller's.
 */
export function buildSkb(world: World, page: Page, offset: number, fragSize: number): SkBuff | null {
  if (world.allocFails()) return null;
  return buildAround(world, page, offset, fragSize);
}

/** build_skb_around(): around an sk_buff that the caller allocated before, which is the call's one allocation here. */
export function buildSkbAround(world: World, page: Page, offset: number, fragSize: number): SkBuff | null {
  return buildSkb(world, page, offset, fragSize);
}

/** napi_build_skb(): the sk_buff comes from the per-CPU NAPI cache, which does not fail. */
export function napiBuildSkb(world: World, page: Page, offset: number, fragSize: number): SkBuff {
  return buildAround(world, page, offset, fragSize);
}

/** pp_recycle stays 0: the driver marks the skb. skb_propagate_pfmemalloc takes the flag of the page. */
function buildAround(world: World, page: Page, offset: number, fragSize: number): SkBuff {
  const skb = newSkBuff(world);
  finalizeSkbAround(world, skb, newPageData(world, page, offset, fragSize));
  skb.headFrag = true;
  if (page.pfmemalloc) skb.pfmemalloc = true;
  world.touchPage(page);
  return skb;
}
