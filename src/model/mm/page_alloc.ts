import { Page } from '../structs/page';
import { countText } from '../world/count_text';
import type { World } from '../world/world';

/** alloc_pages(gfp | __GFP_COMP, order): a page with refcount 1, or null. */
export function allocPages(world: World, order: number): Page | null {
  if (world.allocFails()) return null;
  return newPage(world, order);
}

/**
 * Returns a page of the allocator. The caller has decided that the allocation does not fail, because a bulk allocation
 * is one event.
 */
export function newPage(world: World, order: number): Page {
  const page = new Page();
  page.id = world.newId();
  page.order = order;
  page.refcount = 1;
  world.work.pageAllocs++;
  world.add(world.pages, page);
  world.touchPage(page);
  return page;
}

/** page_address() of the (compound) page. The page gets its bytes at the first call. */
export function pageAddress(world: World, page: Page): number {
  if (page.address < 0) page.address = world.memory.alloc(world.abi.pageSize << page.order);
  return page.address;
}

export function getPage(world: World, page: Page): void {
  world.touchPage(page);
  if (page.freed) {
    world.violate('no-use-after-free', 'page', `get_page on page#${page.id}, which is in the page allocator`);
    return;
  }
  // __get_netmem(): a net_iov has no count of its own.
  if (!page.netIov) page.refcount++;
}

/** __put_netmem() of a net_iov drops nothing that is counted. But put_page() of a net_iov frees what is no page. */
function putNetmem(world: World, page: Page): void {
  world.touchPage(page);
  if (page.pp === null) world.violate('returns-to-its-pool', 'page', `net_iov#${page.id} is put as if it were a page`);
}

/** skb_frag_page() where a page must be: that of a net_iov is NULL. */
export function needsPage(world: World, page: Page, where: string): void {
  if (page.netIov)
    world.violate('no-use-after-free', 'page', `${where} reads the page of net_iov#${page.id}: it has none`);
}

/** put_page(), also page_frag_free() and skb_free_frag(). */
export function putPage(world: World, page: Page): void {
  if (page.netIov) {
    putNetmem(world, page);
    return;
  }
  pageRefSub(world, page, 1);
}

/**
 * __free_pages(): for pages that may be compound or not. For pages that are not compound, the caller's order gives
 * their number: if another holder keeps the first page, the others are freed here. The kernel tests whether the pages
 * are compound before it drops the reference.
 */
export function freePages(world: World, page: Page): void {
  // All pages here are allocated with __GFP_COMP: PageHead is true while they are.
  const { order } = page;
  let head = order > 0;
  if (pageRefSub(world, page, 1)) return;
  world.preempt('__free_pages: reference dropped');
  if (!world.rules.freePagesAsksFirst) head = order > 0 && !page.freed;
  if (head || order === 0) return;
  world.violate(
    'no-double-free',
    'page',
    `__free_pages frees the tail pages of page#${page.id}, which was compound and is free as a whole`,
  );
}

/** page_ref_sub_and_test() and free at zero. */
export function pageRefSub(world: World, page: Page, count: number): boolean {
  world.touchPage(page);
  if (page.freed || page.refcount < count) {
    world.violate(
      'no-double-free',
      'page',
      `put of ${countText(count)} on page#${page.id}, which has ${countText(page.refcount)} references` +
        (page.freed ? ' and is free' : ''),
    );
    return false;
  }
  page.refcount -= count;
  if (page.refcount !== 0) return false;
  freePage(world, page);
  return true;
}

/** Gives the page to the allocator. Nothing of a pool may be left on it. */
export function freePage(world: World, page: Page): void {
  if (page.ppSignature) {
    world.violate(
      'returns-to-its-pool',
      'page',
      `page#${page.id} of pool#${page.pp?.id ?? 0} reached the page allocator while the pool still counts it`,
    );
  }
  if (page.mappings !== page.unmapping)
    world.violate('dma-mapped-once', 'page', `page#${page.id} reached the page allocator while mapped for a device`);
  page.freed = true;
  if (page.address >= 0) world.memory.free(page.address, world.abi.pageSize << page.order);
  world.remove(world.pages, page);
  // The pages behind the first keep the reference that alloc_pages gave them. One page represents them all.
  if (!page.compound) newPage(world, 0);
}
