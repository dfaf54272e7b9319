import type { Page } from '../../../../structs/page';
import { pagePoolPutPage } from '../../page_pool/page_pool_put';
import { firstWord, pagePoolPageIsPp } from '../../../../mm/struct_page';
import type { World } from '../../../../world/world';

/**
 * napi_pp_put_page() (6.12, net/core/skbuff.c), page_pool_return_skb_page() (6.1, net/core/page_pool.c): returns the
 * page of a head or frag of an skb that is marked for recycling. Returns false when the page is not a pool's;
 * the caller then puts it.
 */
export function napiPpPutPage(world: World, page: Page): boolean {
  if (!pagePoolPageIsPp(world, page)) {
    if (page.ppSignature) dropsUnseen(world, page);
    return false;
  }
  if (page.pp === null) {
    // page->pp is lru.prev here.
    const word = firstWord(world, page).toString(16);
    world.violate(
      'returns-to-its-pool',
      'page',
      `page#${page.id} goes to a pool, but it is no pool's: its lru.next 0x${word} passes for PP_SIGNATURE`,
    );
    return false;
  }
  pagePoolPutPage(world, page.pp, page, -1, false);
  return true;
}

/**
 * Reports a page of a pool whose words do not say so (A5): the caller drops it with a plain put,
 * and the pool keeps counting it.
 */
function dropsUnseen(world: World, page: Page): void {
  const word = firstWord(world, page).toString(16);
  world.violate(
    'returns-to-its-pool',
    'page',
    `page#${page.id} of pool#${page.pp?.id ?? 0} gets a bare put: pp_magic 0x${word} is not taken for PP_SIGNATURE`,
  );
}
