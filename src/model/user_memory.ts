import { getPage, newPage } from './page_alloc';
import type { Page } from './page';
import { writePattern } from './page_writes';
import { setFrag } from './skb_frag';
import type { SkBuff } from './skbuff';
import type { Uarg } from './uarg';
import type { World } from './world';

/**
 * A page of user memory with `size` bytes written: the process holds it by its page table, and may write to it again once `uarg`
 * is completed. Here it gives the memory back then, so that the owner's list stands for the page table.
 */
function newUserPage(world: World, uarg: Uarg, order: number, size: number): Page {
  const page = newPage(world, order);
  writePattern(world, page, 0, size);
  page.user = uarg;
  world.userPages = true;
  uarg.pinned.push(page);
  return page;
}

/**
 * __zerocopy_sg_from_iter() (6.1), zerocopy_fill_skb_from_iter() (6.12): `len` bytes of user memory become frags, each with a
 * reference of its own (iov_iter_get_pages2). Whose sockets pay is the caller's. The pages are new; those of a compound one are
 * contiguous, so that they become one frag.
 *
 * @param order - of the (transparent huge) pages that the memory consists of
 * @param managed - as io_sg_from_iter() (io_uring) fills them: the owner keeps the pages, the skb takes no references
 */
export function zerocopyFillSkbFromIter(
  world: World,
  skb: SkBuff,
  uarg: Uarg,
  len: number,
  order: number,
  managed = false,
): void {
  const { pageSize } = world.abi;
  const compound = pageSize << order;
  const data = skb.data;
  for (let left = len; left > 0; left -= compound) {
    const size = Math.min(left, compound);
    const page = newUserPage(world, uarg, order, size);
    if (!managed) getPage(world, page);
    setFrag(data, data.nrFrags, page, 0, size);
    data.nrFrags++;
  }
  skb.dataLen += len;
  skb.len += len;
  skb.truesize += Math.ceil(len / pageSize) * pageSize;
  world.touchSkb(skb);
}
