import type { Page } from '../../../../structs/page';
import { newPageData } from './skb_head';
import { finalizeSkbAround, newSkBuff } from './skb_slab';
import type { SkBuff } from '../../../../structs/sk_buff';
import type { World } from '../../../../world/world';

/**
 * build_skb(): makes a new sk_buff around [offset, offset + fragSize) of a page. The page reference moves to the skb.
 * Returns null when there is no memory for the struct; then the page stays the caller's.
 */
export function buildSkb(world: World, page: Page, offset: number, fragSize: number): SkBuff | null {
  if (world.allocFails()) return null;
  return buildAround(world, page, offset, fragSize);
}

/** build_skb_around() with an sk_buff that the caller allocated. Here the call includes that allocation. */
export function buildSkbAround(world: World, page: Page, offset: number, fragSize: number): SkBuff | null {
  return buildSkb(world, page, offset, fragSize);
}

/** napi_build_skb(): takes the sk_buff from the per-CPU NAPI cache, which does not fail. */
export function napiBuildSkb(world: World, page: Page, offset: number, fragSize: number): SkBuff {
  return buildAround(world, page, offset, fragSize);
}

/** Leaves pp_recycle 0, because the driver marks the skb. Takes pfmemalloc of the page (skb_propagate_pfmemalloc). */
function buildAround(world: World, page: Page, offset: number, fragSize: number): SkBuff {
  const skb = newSkBuff(world);
  finalizeSkbAround(world, skb, newPageData(world, page, offset, fragSize));
  skb.headFrag = true;
  if (page.pfmemalloc) skb.pfmemalloc = true;
  world.touchPage(page);
  return skb;
}
