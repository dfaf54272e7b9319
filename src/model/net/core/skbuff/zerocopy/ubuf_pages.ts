import type { SkBuff, SkbData } from '../../../../structs/sk_buff';
import type { World } from '../../../../world/world';
import type { Page } from '../../../../structs/page';
import { allocPages, putPage, pageAddress } from '../../../../mm/page_alloc';

/** __skb_pagelen(): the bytes in the frags, without the frag_list. */
export function __skbPagelen(skb: SkBuff): number {
  const { frags, nrFrags } = skb.data;
  let len = 0;
  for (let i = 0; i < nrFrags; i++) len += frags[i].size;
  return len;
}

/** Returns the smallest order with which MAX_SKB_FRAGS pages hold `pagelen` bytes. */
export function ubufOrder(world: World, pagelen: number): number {
  let order = 0;
  if (!world.rules.copyUbufsUsesHighOrders) return order;
  while ((world.abi.pageSize << order) * world.abi.maxSkbFrags < pagelen) order++;
  return order;
}

/**
 * Allocates pages for `pagelen` bytes, in the order in which they become frags: the kernel chains them, so the last one
 * comes first. Returns null when there is no memory.
 */
export function allocCopyPages(world: World, pagelen: number, order: number): Page[] | null {
  const size = world.abi.pageSize << order;
  const pages: Page[] = [];
  for (let left = pagelen; left > 0; left -= size) {
    const page = allocPages(world, order);
    if (page === null) {
      for (let i = pages.length - 1; i >= 0; i--) putPage(world, pages[i]);
      return null;
    }
    page.compound = order === 0 || world.rules.copyUbufsAllocatesCompound;
    pages.push(page);
  }
  return pages.reverse();
}

/** Copies all frags without gaps. Returns d_off: the bytes in the last page. */
export function copyFrags(world: World, data: SkbData, pages: readonly Page[], psize: number): number {
  // The pages are new, so these writes are hidden from a clone or pskb_copy that shares the
  // pages later in the same call.
  const writes = world.memory.writes.length;
  let page = 0;
  let dOff = 0;
  for (let i = 0; i < data.nrFrags; i++) {
    const frag = data.frags[i];
    let done = 0;
    while (done < frag.size) {
      if (dOff === psize) {
        dOff = 0;
        page++;
      }
      const copy = Math.min(psize - dOff, frag.size - done);
      world.memory.copy(
        pageAddress(world, pages[page]) + dOff,
        pageAddress(world, frag.page) + frag.offset + done,
        copy,
      );
      done += copy;
      dOff += copy;
    }
  }
  world.memory.writes.length = writes;
  return dOff;
}
