import { EBUSY, EFAULT, EINVAL } from '../../lib/errno';
import { getPage, needsPage } from '../../mm/page_alloc';
import type { Page } from '../../structs/page';
import { skbCopyBits } from '../core/skbuff/copy/skb_copy_bits';
import { kfreeSkb } from '../core/skbuff/free/skb_free';
import { type Frag, type SkBuff } from '../../structs/sk_buff';
import { tcpInq, touchMapping, zapPages } from './user_mapping';
import type { World } from '../../world/world';
import type { UserMapping } from '../../structs/user_mapping';
import { skbHasFragList, skbHeadlen } from '../core/skbuff/skbuff_inlines';

/** TCP_ZEROCOPY_PAGE_BATCH_SIZE. */
const BATCH = 32;

/** A receive while it runs: struct tcp_zerocopy_receive, and the variables of the function. */
export interface Receive {
  readonly mapping: UserMapping;
  readonly cleanHint: boolean;
  /** zc->length: the most bytes to map. `length` counts the mapped bytes. */
  asked: number;
  length: number;
  hint: number;
  copybufLen: number;
  /** Next page of the mapping to be filled. */
  at: number;
  /** Bytes from the start of the queue that were received: seq. */
  seq: number;
  total: number;
  /**
   * The pages that were mapped, and the sequence numbers of their bytes: the command that keeps the payload reads them.
   */
  readonly mapped: { readonly page: number; readonly seq: number }[];
  /** Bytes copied, and their start in the queue. */
  copied: number;
  copiedFrom: number;
  /** A page was mapped already at the place of a new one (TCP_RECEIVE_ZEROCOPY_FLAG_TLB_CLEAN_HINT), and was zapped. */
  zapped: boolean;
  /** The mapping ended early, because of a frag that cannot be mapped, or of the place in the skb. */
  unmappable: boolean;
  /** All waiting bytes were copied. */
  fellBack: boolean;
}

/**
 * skb_advance_to_frag(): returns the frag that has byte `offset`. Null in the linear part, and for an skb with a
 * frag_list.
 */
function advanceToFrag(skb: SkBuff, offset: number): { index: number; within: number } | null {
  if (offset >= skb.len) return null;
  let left = offset - skbHeadlen(skb);
  if (left < 0 || skbHasFragList(skb)) return null;
  let index = 0;
  while (left > 0) {
    const { size } = skb.data.frags[index];
    if (size > left) return { index, within: left };
    left -= size;
    index++;
  }
  return { index, within: 0 };
}

/** can_map_frag(): true for one whole page of order 0 that is not in the page cache (577e4432f3ac). */
function canMapFrag(world: World, frag: Frag): boolean {
  const { rules, abi } = world;
  const offset = frag.offset - frag.tail * abi.pageSize;
  if (rules.zerocopyReceiveChecksGeometry && (frag.size !== abi.pageSize || offset !== 0)) return false;
  if (frag.page.netIov) {
    if (!rules.zerocopyHintsKnowNetIovs) needsPage(world, frag.page, 'can_map_frag');
    return false;
  }
  return !rules.zerocopyReceiveChecksPage || (frag.page.order === 0 && frag.page.file === null);
}

/** find_next_mappable_frag(): returns the bytes up to the next frag that can be mapped, 0 if frag `index` is one. */
function findNextMappable(world: World, skb: SkBuff, index: number, remaining: number): number {
  let offset = 0;
  for (let i = index; offset < remaining && !canMapFrag(world, skb.data.frags[i]); i++)
    offset += skb.data.frags[i].size;
  return offset;
}

/** vm_insert_pages(): maps the pages of a batch until one finds its place taken. Returns how many it mapped. */
function vmInsertPages(world: World, receive: Receive, pages: readonly Page[], seq: number): number {
  const { mapping } = receive;
  for (let i = 0; i < pages.length; i++) {
    const at = receive.at + i;
    if (mapping.pages[at] !== null) return i;
    if (world.rules.mappingTakesPageReference) getPage(world, pages[i]);
    mapping.pages[at] = pages[i];
    receive.mapped.push({ page: at, seq: seq + i * world.abi.pageSize });
  }
  return pages.length;
}

/**
 * tcp_zerocopy_vm_insert_batch() and its _error(). Returns 0 or -errno. The length is reduced by the pages that could
 * not be mapped.
 */
function insertBatch(world: World, receive: Receive, pages: readonly Page[]): number {
  const { pageSize } = world.abi;
  let inserted = vmInsertPages(world, receive, pages, receive.seq);
  receive.seq += inserted * pageSize;
  receive.at += inserted;
  let rest = pages.slice(inserted);
  if (rest.length === 0) return 0;
  if (receive.cleanHint) {
    const zap = receive.total - receive.length + rest.length * pageSize;
    zapPages(world, receive.mapping, receive.at, receive.at + zap / pageSize);
    receive.zapped = true;
    inserted = vmInsertPages(world, receive, rest, receive.seq);
    receive.seq += inserted * pageSize;
    receive.at += inserted;
    rest = rest.slice(inserted);
    if (rest.length === 0) return 0;
  }
  receive.length -= rest.length * pageSize;
  receive.hint += rest.length * pageSize;
  return -EBUSY;
}

/** The loop of tcp_zerocopy_receive(): maps the pages of skb after skb, as long as they can be mapped. */
function mapPages(world: World, receive: Receive): number {
  const { pageSize } = world.abi;
  const { queue } = receive.mapping;
  let number = -1;
  let start = 0;
  let index = 0;
  let pages: Page[] = [];
  while (receive.length + pageSize <= receive.asked) {
    if (receive.hint < pageSize) {
      if (number >= 0 && receive.hint > 0) break;
      if (number >= 0) start += queue[number].len;
      number++;
      // If parts of pages count as whole pages (zerocopyReceiveChecksGeometry is broken), the loop maps more bytes than
      // wait.
      if (number === queue.length) break;
      if (queue[number].unreadable) {
        receive.unmappable = true;
        break;
      }
      receive.hint = queue[number].len - (receive.seq - start);
      const frag = advanceToFrag(queue[number], receive.seq - start);
      if (frag === null || frag.within > 0) {
        receive.unmappable = true;
        break;
      }
      index = frag.index;
    }
    const skb = queue[number];
    const mappable = findNextMappable(world, skb, index, receive.hint);
    if (mappable > 0) {
      receive.hint = mappable;
      receive.unmappable = true;
      break;
    }
    pages.push(skb.data.frags[index].page);
    receive.length += pageSize;
    receive.hint -= pageSize;
    index++;
    if (pages.length === BATCH || receive.hint < pageSize) {
      const ret = insertBatch(world, receive, pages);
      if (ret !== 0) return ret;
      pages = [];
    }
  }
  return pages.length > 0 ? insertBatch(world, receive, pages) : 0;
}

/**
 * tcp_zc_handle_leftover() and tcp_copy_straggler_data(): copy up to recv_skip_hint bytes of one skb to the copy
 * buffer.
 */
function copyLeftover(world: World, receive: Receive, wanted: number): number {
  const { mapping } = receive;
  const length = Math.min(wanted, receive.hint);
  if (length === 0) return 0;
  let start = 0;
  let i = 0;
  while (i < mapping.queue.length && receive.seq - start >= mapping.queue[i].len) start += mapping.queue[i++].len;
  const skb = mapping.queue.at(i);
  // skb_copy_datagram_msg fails, because it would copy more bytes than the skb has.
  if (skb === undefined || receive.seq - start + length > skb.len) {
    receive.copybufLen = -EFAULT;
    return 0;
  }
  if (!skbCopyBits(world, skb, receive.seq - start, mapping.copybuf, length)) {
    receive.copybufLen = -EFAULT;
    return 0;
  }
  receive.copiedFrom = receive.seq;
  receive.hint -= length;
  receive.seq += length;
  receive.copybufLen = length;
  return length;
}

/** tcp_eat_recv_skb() of every skb that was read to its end. */
function eatRead(world: World, mapping: UserMapping, seq: number): void {
  mapping.consumed = seq;
  while (mapping.queue.length > 0 && mapping.consumed >= mapping.queue[0].len) {
    const skb = mapping.queue.shift() as SkBuff;
    mapping.consumed -= skb.len;
    kfreeSkb(world, skb);
  }
}

/** tcp_zerocopy_set_hint_for_skb(), for an skb of which nothing was read. */
function setHint(world: World, receive: Receive, skb: SkBuff): void {
  receive.hint = skb.len;
  const frag = advanceToFrag(skb, 0);
  if (frag !== null) receive.hint = findNextMappable(world, skb, frag.index, receive.hint);
}

/**
 * receive_fallback_to_copy(): copies all waiting bytes, which fit into the copy buffer, up to an skb that the CPU
 * cannot read (tcp_recvmsg_locked without MSG_SOCK_DEVMEM). Returns 0 or -errno.
 */
function fallBackToCopy(world: World, receive: Receive): number {
  const { mapping } = receive;
  let copied = 0;
  let skip = mapping.consumed;
  for (const skb of mapping.queue) {
    if (skb.unreadable) break;
    skbCopyBits(world, skb, skip, mapping.copybuf + copied, skb.len - skip);
    copied += skb.len - skip;
    skip = 0;
  }
  if (copied === 0) return -EFAULT;
  receive.copied = copied;
  receive.fellBack = true;
  receive.copiedFrom = receive.seq;
  receive.copybufLen = copied;
  receive.length = 0;
  eatRead(world, mapping, receive.seq + copied);
  if (mapping.queue.length > 0) setHint(world, receive, mapping.queue[0]);
  return 0;
}

/**
 * tcp_zerocopy_receive() (net/ipv4/tcp.c, 6.1 and 6.12): maps pages of the receive queue at `address` (bytes from the
 * start of the mapping). It leaves the bytes that cannot be mapped, or copies them to the copy buffer. Returns 0 or
 * -errno; `receive` has the other results.
 */
export function tcpZerocopyReceive(
  world: World,
  receive: Receive,
  address: number,
  length: number,
  copybufLen: number,
): number {
  const { pageSize } = world.abi;
  const { mapping } = receive;
  const inq = tcpInq(mapping);
  receive.seq = mapping.consumed;
  touchMapping(world, mapping);
  if (address % pageSize !== 0) return -EINVAL;
  if (inq > 0 && inq <= copybufLen) return fallBackToCopy(world, receive);
  if (inq < pageSize) {
    receive.hint = inq;
    return 0;
  }
  receive.at = address / pageSize;
  const available = Math.min(length, mapping.pages.length * pageSize - address, inq);
  receive.total = available - (available % pageSize);
  if (receive.total > 0) {
    if (!receive.cleanHint) zapPages(world, mapping, receive.at, receive.at + receive.total / pageSize);
    receive.asked = receive.total;
  } else {
    receive.asked = available;
    receive.hint = available;
  }
  const ret = mapPages(world, receive);
  if (ret === 0) receive.copied = copyLeftover(world, receive, copybufLen);
  if (receive.length + receive.copied === 0) return ret;
  eatRead(world, mapping, receive.seq);
  if (receive.length === receive.asked) receive.hint = 0;
  return 0;
}
