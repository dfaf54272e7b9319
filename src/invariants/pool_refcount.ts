import { countText } from '../model/world/count_text';
import type { Page } from '../model/structs/page';
import { PP_FLAG_PAGE_FRAG } from '../model/structs/page_pool';
import type { World } from '../model/world/world';
import type { Invariant } from './invariant';

export const POOL_REFCOUNT: Invariant = {
  name: 'pool-refcount',
  statement: "a pool page's pool reference count equals its pool users",
  source: 'page_pool_fragment_page, page_pool_defrag_page (6.1); page_pool_ref_netmem, page_pool_unref_netmem (6.12)',
  check(world, walk) {
    let pages = 0;
    for (const page of walk.pages) pages += checkPoolRefcount(world, page);
    return pages;
  },
};

/** 1 when the page is a pool's. */
export function checkPoolRefcount(world: World, page: Page): number {
  const pool = page.pp;
  if (page.freed || !page.ppSignature || pool === null) return 0;
  // A page that rests in its pool keeps the count 1 of its last user (6.12). Without fragments 6.1 keeps no count: the
  // page has one user at most.
  const users = page.seenPoolReferences;
  if (users === 0) return 1;
  const counted = world.rules.ppRefCountAlways || (pool.flags & PP_FLAG_PAGE_FRAG) !== 0;
  const count = counted ? page.ppRefCount : 1;
  if (users !== count)
    world.violate(
      'pool-refcount',
      'page',
      `page#${page.id} of pool#${pool.id} counts ${countText(count)} pool users, but ${countText(users)} hold it`,
    );
  return 1;
}
