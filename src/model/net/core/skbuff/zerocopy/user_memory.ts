import { getPage, newPage } from '../../../../mm/page_alloc';
import type { Page } from '../../../../structs/page';
import { writePattern } from '../../../../mm/page_writes';
import { setFrag } from '../frags/skb_frag';
import type { SkBuff } from '../../../../structs/sk_buff';
import type { Uarg } from '../../../../structs/uarg';
import type { World } from '../../../../world/world';

/**
 * Returns a new page of user memory with `size` bytes written. The process holds it by its page table, and may write to
 * it again once `uarg` is completed. Here the process unmaps it then, so uarg.pinned represents the page table.
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
 * __zerocopy_sg_from_iter() (6.1), zerocopy_fill_skb_from_iter() (6.12): adds `len` bytes of new user memory as frags,
 * each with a reference of its own (iov_iter_get_pages2). The caller charges sockets. The pages of a compound page are
 * contiguous, so they become one frag. MAX_SKB_FRAGS frags end it, even inside a compound page (-EMSGSIZE).
 *
 * @param order - the order of the (transparent huge) pages of the memory
 * @param managed - as io_sg_from_iter() (io_uring) fills them: the uarg keeps the pages, the skb takes no references
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
    // The kernel takes as many pages at a time as frags are left, though the pages of a compound page share one frag.
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
