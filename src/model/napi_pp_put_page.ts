import type { Page } from './page';
import { pagePoolPutPage } from './page_pool_put';
import type { PagePool } from './page_pool_struct';
import type { World } from './world';

/**
 * napi_pp_put_page() (6.12, net/core/skbuff.c), page_pool_return_skb_page() (6.1, net/core/page_pool.c): a head or frag of
 * an skb that is marked for recycling lets go of its page. False: the page is not a pool's, the caller does a plain put.
 */
export function napiPpPutPage(world: World, page: Page): boolean {
  if (!page.ppSignature) return false;
  pagePoolPutPage(world, page.pp as PagePool, page, -1, false);
  return true;
}
