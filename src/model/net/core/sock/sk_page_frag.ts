import { allocPages, putPage } from '../../../mm/page_alloc';
import type { Sock } from '../../../structs/sock';
import type { World } from '../../../world/world';

/** SKB_FRAG_PAGE_ORDER: get_order(32768). */
const SKB_FRAG_PAGE_ORDER = 3;
/** What sk_page_frag_refill asks for: "32U". */
const REFILL_MIN = 32;

/**
 * sk_page_frag_refill(), skb_page_frag_refill() (net/core/sock.c, 6.1 and 6.12): room for 32 bytes at least. A page that nobody else
 * holds starts over; a new one has order 3, or 0 where there is none. False: no memory.
 */
export function skPageFragRefill(world: World, sk: Sock): boolean {
  const { frag } = sk;
  if (frag.page !== null) {
    if (frag.page.refcount === 1) {
      frag.offset = 0;
      return true;
    }
    if (frag.offset + REFILL_MIN <= frag.size) return true;
    putPage(world, frag.page);
  }
  frag.offset = 0;
  frag.page = allocPages(world, SKB_FRAG_PAGE_ORDER) ?? allocPages(world, 0);
  if (frag.page === null) return false;
  frag.size = world.abi.pageSize << frag.page.order;
  return true;
}

/** __sk_destruct(): "if (sk->sk_frag.page) put_page". */
export function skPageFragFree(world: World, sk: Sock): void {
  const { page } = sk.frag;
  sk.frag.page = null;
  if (page !== null) putPage(world, page);
}
