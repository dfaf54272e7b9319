import { getPage, needsPage, pageAddress } from '../../../../mm/page_alloc';
import type { Page } from '../../../../structs/page';
import { skPageFragRefill } from '../../sock/sk_page_frag';
import { touchPipe } from '../../../../fs/pipe';
import { spliceToPipe } from '../../../../fs/splice_to_pipe';
import { type SkBuff } from '../../../../structs/sk_buff';
import type { Sock } from '../../../../structs/sock';
import type { World } from '../../../../world/world';
import type { Pipe, PipeBuffer } from '../../../../structs/pipe';
import { skbHeadIsLocked, skbHeadlen } from '../skbuff_inlines';

/** struct splice_pipe_desc, the bytes that are left to splice, and flags for the outcome. */
interface Splice {
  readonly pages: PipeBuffer[];
  readonly sk: Sock;
  offset: number;
  len: number;
  /** Linear bytes were copied to the socket's page_frag. */
  copied: boolean;
  /** A segment continued the page before it. */
  coalesced: boolean;
  /** The limit of MAX_SKB_FRAGS pages ended the splice. */
  full: boolean;
  /** There was no page of order 3 for the page_frag. */
  orderZero: boolean;
}

export interface Spliced {
  /** The return value of skb_splice_bits: bytes, or -errno; 0 when there was nothing to splice. */
  readonly ret: number;
  readonly copied: boolean;
  readonly coalesced: boolean;
  readonly full: boolean;
  readonly orderZero: boolean;
}

/**
 * skb_splice_bits() (net/core/skbuff.c, 6.1 and 6.12): moves `len` bytes from `offset` on to the pipe. Frags go by
 * reference, and so does the linear part when the head is an unshared page fragment. The references are plain ones,
 * even if the skb holds pool references. Other linear bytes are copied to the socket's page_frag.
 */
export function skbSpliceBits(world: World, skb: SkBuff, sk: Sock, offset: number, pipe: Pipe, len: number): Spliced {
  const splice: Splice = {
    ...{ pages: [], sk, offset, len },
    ...{ copied: false, coalesced: false, full: false, orderZero: false },
  };
  __skbSpliceBits(world, skb, splice);
  let ret = 0;
  if (splice.pages.length > 0) ret = spliceToPipe(world, pipe, splice.pages);
  else touchPipe(world, pipe);
  const { copied, coalesced, full, orderZero } = splice;
  return { ret, copied, coalesced, full, orderZero };
}

/** __skb_splice_bits(). Returns true when there is no room left, or nothing left to splice. */
function __skbSpliceBits(world: World, skb: SkBuff, splice: Splice): boolean {
  const data = skb.data;
  const locked = skbHeadIsLocked(skb);
  const linear = locked && (world.rules.spliceCopiesLockedHead || data.page === null);
  // Owners of clones of a locked head know of no reader, so only an unlocked head is marked.
  if (!locked && splice.len > 0 && splice.offset < skbHeadlen(skb)) data.handedOut = true;
  if (spliceSegment(world, splice, data.page, -1, data.head + skb.dataOffset, skbHeadlen(skb), linear)) return true;
  if (skb.unreadable && world.rules.spliceStopsAtUnreadable) return false;
  for (let i = 0; i < data.nrFrags; i++) {
    const frag = data.frags[i];
    needsPage(world, frag.page, '__skb_splice_bits');
    const address = pageAddress(world, frag.page) + frag.offset;
    if (spliceSegment(world, splice, frag.page, frag.tail, address, frag.size, false)) return true;
  }
  for (let member = data.fragList; member !== null; member = member.next) {
    if (splice.offset >= member.len) {
      splice.offset -= member.len;
      continue;
    }
    if (__skbSpliceBits(world, member, splice)) return true;
  }
  return false;
}

/**
 * __splice_segment(): splices `plen` bytes at an arena address.
 *
 * @param tail - the index of the named page in its compound page; -1: the page of the first byte
 * (virt_to_page(skb->data))
 */
function spliceSegment(
  world: World,
  splice: Splice,
  page: Page | null,
  tail: number,
  address: number,
  plen: number,
  linear: boolean,
): boolean {
  if (splice.len === 0) return true;
  if (splice.offset >= plen) {
    splice.offset -= plen;
    return false;
  }
  // The kernel takes virt_to_page of the first byte of the segment, even if that byte is skipped.
  const start = page === null ? 0 : address - pageAddress(world, page);
  const named = tail >= 0 ? tail : Math.floor(start / world.abi.pageSize);
  let at = address + splice.offset;
  let left = plen - splice.offset;
  splice.offset = 0;
  do {
    const asked = Math.min(splice.len, left);
    const flen = spdFillPage(world, splice, page, named, at, asked, linear);
    if (flen < 0) return true;
    at += flen;
    left -= flen;
    splice.len -= flen;
  } while (splice.len > 0 && left > 0);
  return false;
}

/** spd_fill_page(). Returns the bytes taken, or -1 when the descriptor is full or there is no memory. */
function spdFillPage(
  world: World,
  splice: Splice,
  source: Page | null,
  sourceTail: number,
  address: number,
  asked: number,
  linear: boolean,
): number {
  if (splice.pages.length === world.abi.maxSkbFrags) {
    splice.full = true;
    return -1;
  }
  let page = source as Page;
  let tail = sourceTail;
  let offset = source === null ? 0 : address - pageAddress(world, page);
  let len = asked;
  if (linear) {
    const { frag } = splice.sk;
    const held = frag.page;
    if (!skPageFragRefill(world, splice.sk)) return -1;
    page = frag.page as Page;
    if (page !== held && page.order === 0) splice.orderZero = true;
    len = Math.min(len, frag.size - frag.offset);
    offset = frag.offset;
    tail = 0;
    linearToPage(world, splice.sk, address, len);
    splice.copied = true;
  }
  const { pages } = splice;
  const last = pages.length > 0 ? pages[pages.length - 1] : null;
  if (last !== null && last.page === page && last.tail === tail && last.offset + last.len === offset) {
    last.len += len;
    splice.coalesced = true;
    return len;
  }
  getPage(world, page);
  pages.push({ id: world.newId(), page, tail, offset, len });
  return len;
}

/** linear_to_page(), after the refill. */
function linearToPage(world: World, sk: Sock, address: number, len: number): void {
  const { frag } = sk;
  const page = frag.page as Page;
  world.memory.copy(pageAddress(world, page) + frag.offset, address, len);
  if (world.rules.linearToPageAdvances) frag.offset += len;
}
