import { getPage, newPage } from '../../../../mm/page_alloc';
import type { Page } from '../../../../structs/page';
import { writePattern } from '../../../../mm/page_writes';
import { setFrag } from '../frags/skb_frag';
import type { SkBuff } from '../../../../structs/sk_buff';
import type { Uarg } from '../../../../structs/uarg';
import type { World } from '../../../../world/world';

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
 * contiguous, so that they become one frag; with MAX_SKB_FRAGS frags it ends, even in a compound page (-EMSGSIZE).
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
  const { pageSize, maxSkbFrags } = world.abi;
  const compound = pageSize << order;
  const { data } = skb;
  let done = 0;
  while (done < len) {
    const size = Math.min(len - done, compound);
    const page = newUserPage(world, uarg, order, size);
    const i = data.nrFrags;
    if (!managed) getPage(world, page);
    // As many pages at a time as there are descriptors left, though those of a compound page share one.
    let taken = Math.min(size, (maxSkbFrags - i) * pageSize);
    setFrag(data, i, page, 0, taken);
    data.nrFrags = i + 1;
    for (; taken < size && data.nrFrags < maxSkbFrags; taken = data.frags[i].size)
      data.frags[i].size = Math.min(size, taken + (maxSkbFrags - data.nrFrags) * pageSize);
    done += taken;
    if (taken < size) break;
  }
  skb.dataLen += done;
  skb.len += done;
  skb.truesize += Math.ceil(done / pageSize) * pageSize;
  world.touchSkb(skb);
}
