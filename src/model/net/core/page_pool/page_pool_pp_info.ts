import type { Page } from '../../../structs/page';
import type { PagePool } from '../../../structs/page_pool';
import type { World } from '../../../world/world';

/** page_pool_set_pp_info(): makes the page the pool's. In 6.12 and later it has one pool user. */
export function pagePoolSetPpInfo(world: World, pool: PagePool, page: Page): void {
  page.pp = pool;
  page.ppSignature = true;
  if (world.rules.ppRefCountAlways) page.ppRefCount = 1;
}

/** page_pool_clear_pp_info(): zeroes pp_magic, and with it the pfmemalloc mark, a bit of the same word. */
export function pagePoolClearPpInfo(page: Page): void {
  page.ppSignature = false;
  page.pfmemalloc = false;
  page.pp = null;
}
