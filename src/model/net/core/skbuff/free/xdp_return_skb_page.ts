import type { Page } from '../../../../structs/page';
import { pagePoolPutPage } from '../../page_pool/page_pool_put';
import type { PagePool } from '../../../../structs/page_pool';
import type { SkBuff } from '../../../../structs/sk_buff';
import type { World } from '../../../../world/world';

/**
 * xdp_return_skb_page() of the 2018 RFC: returns the head to the pool that the memory info of the skb names. Brouer,
 * "page_pool return-hook via SKB" (2018), "Basic idea" places the hook in skb_free_head. The steps are the model's:
 * virt_to_head_page, look up the mem id, page_pool_put_page. It checks neither the head nor its page.
 *
 * @param page - the page that holds the head; null: the head is a kmalloc object
 */
export function xdpReturnSkbPage(world: World, skb: SkBuff, page: Page | null): void {
  const pool = skb.memInfo as PagePool;
  if (page === null || !page.ppSignature || page.pp !== pool) {
    const what = page === null ? 'kmalloc memory' : `page#${page.id}, which is not a page of that pool`;
    world.violate('returns-to-its-pool', 'skb', `the head of skb#${skb.id} goes to pool#${pool.id}, but it is ${what}`);
    return;
  }
  pagePoolPutPage(world, pool, page, -1, false);
}
