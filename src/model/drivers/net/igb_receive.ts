import { getPage, pageAddress, putPage } from '../../mm/page_alloc';
import type { Page, PageRef } from '../../structs/page';
import { writePattern } from '../../mm/page_writes';
import { regionIsExclusive } from '../../world/region_exclusive';
import { skbAddRxFrag } from '../../net/core/skbuff/frags/skb_add_rx_frag';
import { napiAllocSkb } from '../../net/core/skbuff/alloc/skb_alloc';
import { skbPut } from '../../net/core/skbuff/pull_trim/skb_linear';
import type { SkBuff } from '../../structs/sk_buff';
import type { World } from '../../world/world';
import { ETH_HLEN } from '../../structs/if_ether';

/** IGB_RX_HDR_LEN: packets up to this size are copied. */
export const IGB_RX_HDR_LEN = 256;

export interface IgbReceived {
  /** Null if there was no memory; then the packet is lost. */
  readonly skb: SkBuff | null;
  /** The page stays in the ring, with this half or the other one. */
  readonly reused: boolean;
}

function writesWhatOthersRead(world: World, page: Page, offset: number, len: number): void {
  world.violate(
    'no-shared-write',
    'page',
    `the device writes bytes ${offset}..${offset + len} of page#${page.id}, which others than the driver still see`,
  );
}

/** Returns half a page, as igb_rx_frame_truesize() does with 4K pages. */
export function igbBufferSize(world: World): number {
  return world.abi.pageSize / 2;
}

/**
 * igb_can_reuse_rx_page(). `held` is page_count() less pagecnt_bias, which is the driver's own share. It includes one
 * for the packet that took this half.
 */
function mayReuse(world: World, page: Page, held: number): boolean {
  return !page.pfmemalloc && (held <= 1 || !world.rules.halfPageReuseCountsHolders);
}

/**
 * One packet of igb_clean_rx_irq() (drivers/net/ethernet/intel/igb, 6.1 and 6.12): the device writes `len` bytes into
 * the half page of `buffer`, then igb_construct_skb() and igb_put_rx_buffer() run. A short packet is copied. The half
 * of a long packet goes to the skb as a frag. The driver goes on with the other half while no one else holds the page
 * (igb_can_reuse_rx_page); after a short packet it also goes on with this half while one packet has the other. The
 * driver batches its counts in pagecnt_bias, which makes no difference to the page. The model maps nothing here.
 */
export function igbReceive(world: World, buffer: PageRef, len: number): IgbReceived {
  const { page, offset } = buffer;
  if (!regionIsExclusive(world, buffer, offset, offset + len)) writesWhatOthersRead(world, page, offset, len);
  writePattern(world, page, offset, len);
  world.touchPage(page);
  // igb_get_rx_buffer(): page_count() before this packet takes its reference.
  const holders = page.refcount;
  const skb = napiAllocSkb(world, IGB_RX_HDR_LEN);
  if (skb === null) return { skb, reused: true };
  // eth_get_headlen() of an unknown protocol.
  const headlen = len > IGB_RX_HDR_LEN ? ETH_HLEN : len;
  world.memory.copy(skbPut(world, skb, headlen), pageAddress(world, page) + offset, headlen);
  if (len === headlen) {
    // igb_put_rx_buffer() tests for every packet. A short packet has given back the count that it did not need.
    const reused = mayReuse(world, page, holders - 1);
    if (!reused) putPage(world, page);
    return { skb, reused };
  }
  const truesize = igbBufferSize(world);
  skbAddRxFrag(world, skb, page, offset + headlen, len - headlen, truesize);
  if (!mayReuse(world, page, holders)) return { skb, reused: false };
  getPage(world, page);
  buffer.offset ^= truesize;
  return { skb, reused: true };
}
