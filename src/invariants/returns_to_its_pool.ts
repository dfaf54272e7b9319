import type { PagePool } from '../model/structs/page_pool';
import type { Page } from '../model/structs/page';
import type { SkBuff } from '../model/structs/sk_buff';
import type { World } from '../model/world/world';
import type { Invariant } from './invariant';
import type { Walk } from './walk/walk';

export const RETURNS_TO_ITS_POOL: Invariant = {
  name: 'returns-to-its-pool',
  statement:
    'pool pages go back to the pool they came from; nothing else ever enters a pool; no pool page is dropped by ' +
    'a bare put while the pool counts it',
  source:
    'page_pool_return_skb_page (6.1), napi_pp_put_page (6.12); ' +
    'Brouer, "page_pool return-hook via SKB" (2018), "(pre-RFC) Wrong recycle on two branches"',
  check(world, _walk, everything) {
    for (const skb of everything ? world.skbs : world.touchedSkbs) checkHeadFrag(world, skb);
    // The slots of pools count: checkPoolSlots.
    return 0;
  },
};

export function checkPoolSlots(world: World, _walk: Walk, everything: boolean): number {
  let slots = 0;
  for (const pool of world.pools) slots += checkSlots(world, pool, everything);
  return slots;
}

/**
 * skb_free_head hands the head to put_page or to a pool only if it is a page, and with memory info (2018) only a page
 * of that pool.
 */
export function checkHeadFrag(world: World, skb: SkBuff): void {
  if (skb.memInfo !== null) checkMemInfo(world, skb, skb.memInfo);
  if (!skb.freed && skb.headFrag && skb.data.page === null) {
    world.violate(
      'returns-to-its-pool',
      'skb',
      `skb#${skb.id} says that its head is a page fragment, but it is kmalloc memory`,
    );
  }
}

function checkMemInfo(world: World, skb: SkBuff, pool: PagePool): void {
  if (skb.freed || skb.data.freed) return;
  const page = skb.data.page;
  if (page === null || !page.ppSignature || page.pp !== pool)
    world.violate(
      'returns-to-its-pool',
      'skb',
      `skb#${skb.id} says that its head is of pool#${pool.id}, but it is ` +
        `${page === null ? 'kmalloc memory' : `page#${page.id}`}`,
    );
}

/**
 * Checks the top of the cache and the tail of the ring, which are the slots that a command can have filled. The full
 * walk checks all slots. Returns how many slots it checked.
 */
export function checkSlots(world: World, pool: PagePool, everything: boolean): number {
  let slots = 0;
  const from = everything ? 0 : Math.max(0, pool.cache.length - 1);
  for (let i = from; i < pool.cache.length; i++, slots++) checkSlot(world, pool, pool.cache[i]);
  const ringFrom = everything ? 0 : Math.max(0, pool.ring.length - 4);
  for (let i = ringFrom; i < pool.ring.length; i++, slots++) checkSlot(world, pool, pool.ring[i]);
  return slots;
}

function checkSlot(world: World, pool: PagePool, page: Page): void {
  if (page.freed || !page.ppSignature || page.pp !== pool) {
    world.violate(
      'returns-to-its-pool',
      'page',
      `page#${page.id} is in pool#${pool.id}, but ${page.freed ? 'is free' : 'is not a page of that pool'}`,
    );
  }
}
