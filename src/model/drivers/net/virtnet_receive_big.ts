import { buildSkb } from '../../net/core/skbuff/alloc/build_skb';
import { allocPages, pageAddress, putPage } from '../../mm/page_alloc';
import type { Page } from '../../structs/page';
import { forgetWrites, writePattern } from '../../mm/page_writes';
import { skbAddRxFrag } from '../../net/core/skbuff/frags/skb_add_rx_frag';
import { napiAllocSkb } from '../../net/core/skbuff/alloc/skb_alloc';
import { skbPut, skbReserve } from '../../net/core/skbuff/pull_trim/skb_linear';
import type { SkBuff } from '../../structs/sk_buff';
import type { World } from '../../world/world';
import { ETH_HLEN } from '../../structs/if_ether';

/** GOOD_COPY_LEN: a longer packet is not copied if its page has room to build the skb in. */
const GOOD_COPY_LEN = 128;
/** sizeof(struct padded_vnet_hdr). */
export const PADDED_HDR = 16;

/**
 * add_recvbuf_big() and receive_big() (drivers/net/virtio_net.c, 6.1 and 6.12). The device gets a chain of `count`
 * pages and writes a packet of `len` bytes behind its header. page_to_skb() makes an skb of the packet. The driver
 * takes back the pages that the packet did not reach. (The kernel has a list for them; the model puts them.) Returns
 * null when there is no memory; then nothing is left behind.
 */
export function virtnetReceiveBig(world: World, count: number, len: number): SkBuff | null {
  const pages: Page[] = [];
  for (let i = 0; i < count; i++) {
    const page = allocPages(world, 0);
    if (page === null) {
      givePages(world, pages, 0);
      return null;
    }
    pages.push(page);
  }
  const { pageSize } = world.abi;
  for (let i = 0, left = len; left > 0; i++) {
    const start = i === 0 ? PADDED_HDR : 0;
    const bytes = Math.min(left, pageSize - start);
    writePattern(world, pages[i], start, bytes);
    left -= bytes;
  }
  const skb = pageToSkb(world, pages, len);
  if (skb === null) givePages(world, pages, 0);
  return skb;
}

/** page_to_skb() of a buffer that is not mergeable, without XDP. */
function pageToSkb(world: World, pages: readonly Page[], len: number): SkBuff | null {
  const { pageSize, sharedInfoSize } = world.abi;
  const first = pages[0];
  const tailroom = pageSize - PADDED_HDR - len;
  if (len > GOOD_COPY_LEN && tailroom >= sharedInfoSize) {
    const skb = buildSkb(world, first, 0, pageSize);
    if (skb === null) return null;
    forgetWrites(first, 0, pageSize);
    skbReserve(world, skb, PADDED_HDR);
    skbPut(world, skb, len);
    // afd92d82c9d7: "page = (struct page *)page->private; if (page) give_pages(rq, page);"
    if (world.rules.bigChainGivesUnusedPages) givePages(world, pages, 1);
    return skb;
  }
  const skb = napiAllocSkb(world, GOOD_COPY_LEN);
  if (skb === null) return null;
  const copy = len <= skb.data.end - skb.tail ? len : ETH_HLEN;
  world.memory.copy(skbPut(world, skb, copy), pageAddress(world, first) + PADDED_HDR, copy);
  let left = len - copy;
  let offset = PADDED_HDR + copy;
  let used = 0;
  while (left > 0) {
    const size = Math.min(pageSize - offset, left);
    skbAddRxFrag(world, skb, pages[used++], offset, size, pageSize);
    left -= size;
    offset = 0;
  }
  givePages(world, pages, used);
  return skb;
}

/** give_pages(): gives back the pages from number `from` on. */
function givePages(world: World, pages: readonly Page[], from: number): void {
  for (let i = from; i < pages.length; i++) putPage(world, pages[i]);
}
