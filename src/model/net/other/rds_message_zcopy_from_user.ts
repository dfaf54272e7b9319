import { EFAULT } from '../../lib/errno';
import { getPage, putPage } from '../../mm/page_alloc';
import type { Page } from '../../structs/page';
import type { World } from '../../world/world';

/**
 * rds_message_zcopy_from_user() and rds_message_purge() (net/rds/message.c, 6.1.y and 6.12.y), for a message whose
 * memory is `page`. If `bad`, an address behind the page follows, which cannot be pinned. A sent message puts its
 * pages; a failed one has none left to put.
 */
export function rdsMessageZcopyFromUser(world: World, page: Page, bad: boolean): number {
  // op_sg[0..op_nents).
  const pinned: Page[] = [];
  getPage(world, page);
  pinned.push(page);
  if (bad) {
    for (const one of pinned) putPage(world, one);
    if (world.rules.rdsForgetsUnpinnedPages) pinned.length = 0;
  }
  // rds_message_put() of the caller.
  for (const one of pinned) putPage(world, one);
  return bad ? -EFAULT : 0;
}
