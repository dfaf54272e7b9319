import { newPage, pageAddress } from '../../../../mm/page_alloc';
import type { Page } from '../../../../structs/page';
import { SkbData } from '../../../../structs/sk_buff';
import type { World } from '../../../../world/world';

/** Adds a head with a cleared shared_info and dataref 1 to the world's list. `allocSize` includes the shared_info. */
export function newSkbData(world: World, head: number, allocSize: number): SkbData {
  const data = new SkbData();
  data.id = world.newId();
  data.head = head;
  data.allocSize = allocSize;
  data.end = allocSize - world.abi.sharedInfoSize;
  world.add(world.datas, data);
  return data;
}

/** Returns a new head in a kmalloc object of `objectSize` bytes. */
export function newKmallocData(world: World, objectSize: number): SkbData {
  world.work.headAllocs++;
  return newSkbData(world, world.memory.alloc(objectSize), objectSize);
}

/** Returns a new head in `size` bytes of a page, from `offset` of the compound page. It takes no page reference. */
export function newPageData(world: World, page: Page, offset: number, size: number): SkbData {
  const data = newSkbData(world, pageAddress(world, page) + offset, size);
  data.page = page;
  return data;
}

/** Returns the bytes from the start of the compound page to the head. Only for a page-backed head. */
export function headPageOffset(world: World, data: SkbData): number {
  return data.head - pageAddress(world, data.page as Page);
}

/**
 * Drops a head: frees a kmalloc object. The caller puts or keeps the page reference of another head,
 * and takes care of frags.
 */
export function freeSkbData(world: World, data: SkbData): void {
  if (data.freed) {
    world.violate('no-double-free', 'skb', `head#${data.id} is freed a second time`);
    return;
  }
  data.freed = true;
  world.remove(world.datas, data);
  if (data.page === null) world.memory.free(data.head, data.allocSize);
  if (data.slab !== null) forgetSlabPage(world, data.slab);
}

/** virt_to_head_page() of a kmalloc head: the slab's page. A reference to it does not keep the object. */
export function slabPageOf(world: World, data: SkbData): Page {
  if (data.slab === null) {
    data.slab = newPage(world, 0);
    data.slab.address = data.head;
  }
  return data.slab;
}

/** Frees the object for other users, even if references to the slab's page are left. */
function forgetSlabPage(world: World, page: Page): void {
  page.freed = true;
  world.touchPage(page);
  world.remove(world.pages, page);
}
