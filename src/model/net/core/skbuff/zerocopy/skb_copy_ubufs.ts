import { EINVAL, ENOMEM } from '../../../../lib/errno';
import { allocPages, pageAddress, putPage } from '../../../../mm/page_alloc';
import type { Page } from '../../../../structs/page';
import { fillPageDesc, skbFragUnref } from '../frags/skb_frag';
import { skbUnclone } from '../copy/skb_unclone';
import { skbZcopyClear } from './skb_zcopy';
import { skbShared, type SkbData, type SkBuff } from '../../../../structs/sk_buff';
import type { World } from '../../../../world/world';

/** __skb_pagelen(): bytes in the frags, without frag_list. */
export function __skbPagelen(skb: SkBuff): number {
  const { frags, nrFrags } = skb.data;
  let len = 0;
  for (let i = 0; i < nrFrags; i++) len += frags[i].size;
  return len;
}

/**
 * skb_copy_ubufs() (6.1 and 6.12): the payload of the frags moves to pages of the kernel's own, and the uarg is told that the
 * copy was made (success false). Returns 0 or -errno; on failure the frags are as before, though the skb may be uncloned.
 *
 * truesize stays, although the new pages may be larger than what was pinned before.
 * With frags that hold no byte at all the kernel would write frags[-1]: no command makes a frag of size 0.
 */
export function skbCopyUbufs(world: World, skb: SkBuff): number {
  const numFrags = skb.data.nrFrags;
  // A failed skb_unclone is -EINVAL too.
  if (skbShared(skb) || skbUnclone(world, skb) !== 0) return -EINVAL;
  if (numFrags !== 0) {
    const order = ubufOrder(world, __skbPagelen(skb));
    const pages = allocCopyPages(world, __skbPagelen(skb), order);
    if (pages === null) return -ENOMEM;
    const last = copyFrags(world, skb.data, pages, world.abi.pageSize << order);
    // "skb frags release userspace buffers": nothing to release when they are managed.
    for (let i = 0; i < numFrags; i++) skbFragUnref(world, skb, i, 'skb_copy_ubufs');
    for (let i = 0; i < pages.length; i++) {
      fillPageDesc(skb, i, pages[i], 0, i < pages.length - 1 ? world.abi.pageSize << order : last);
    }
    skb.data.nrFrags = pages.length;
    world.touchSkb(skb);
  }
  skbZcopyClear(world, skb, false);
  return 0;
}

/** The smallest order with which MAX_SKB_FRAGS pages are enough. */
function ubufOrder(world: World, pagelen: number): number {
  let order = 0;
  if (!world.rules.copyUbufsUsesHighOrders) return order;
  while ((world.abi.pageSize << order) * world.abi.maxSkbFrags < pagelen) order++;
  return order;
}

/** The pages in the order in which they become frags: the kernel chains them, so the last allocated comes first. */
function allocCopyPages(world: World, pagelen: number, order: number): Page[] | null {
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

/** Copies all frags, packed. Returns d_off: the bytes in the last page. */
function copyFrags(world: World, data: SkbData, pages: readonly Page[], psize: number): number {
  // The pages are new: a clone or pskb_copy that shares them later in the same call sees no write.
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
