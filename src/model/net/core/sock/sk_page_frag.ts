import { allocPages, putPage } from '../../../mm/page_alloc';
import type { Sock } from '../../../structs/sock';
import type { World } from '../../../world/world';

/** get_order(32768). */
const SKB_FRAG_PAGE_ORDER = 3;
/** The room that sk_page_frag_refill asks for ("32U"), bytes. */
const REFILL_MIN = 32;

/**
 * sk_page_frag_refill(), skb_page_frag_refill() (net/core/sock.c, 6.1 and 6.12): makes room for REFILL_MIN bytes.
 * A page with no other reference is used again from its start. A new page has SKB_FRAG_PAGE_ORDER, or order 0 when that
 * fails. Returns false when there is no memory.
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
