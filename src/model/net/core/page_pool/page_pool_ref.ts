import type { Page } from '../../../structs/page';
import type { World } from '../../../world/world';

/** page_pool_ref_netmem() (6.8 and later): adds a pool user to a page that has one. */
export function pagePoolRefPage(world: World, page: Page): void {
  world.touchPage(page);
  page.ppRefCount++;
}
