import { EMSGSIZE, ENOMEM } from '../../lib/errno';
import { allocPages, getPage, putPage } from '../../mm/page_alloc';
import type { Page } from '../../structs/page';
import type { SkBuff } from '../../structs/sk_buff';
import type { World } from '../../world/world';
import { __skbFragUnref, dropsRecycle, fillPageDesc } from '../core/skbuff/frags/skb_frag';
import { skbCloned, skbHasFragList, skbTailroom } from '../core/skbuff/skbuff_inlines';
import { skbZcopyDowngradeManaged } from '../core/skbuff/zerocopy/skb_zcopy';

/** SKB_FRAG_PAGE_ORDER. */
const XFRAG_ORDER = 3;

/** x->xfrag: the state's page, of which one reference is its own. */
interface XFrag {
  page: Page | null;
  offset: number;
}

/** The call of skb_to_sgvec() that fails: it counts entries, and gives up (-EMSGSIZE) where the packet has more. */
export const SGVEC_FAILS = ['never', 'first', 'second'] as const;
export const SGVEC_FIRST = SGVEC_FAILS.indexOf('first');
export const SGVEC_SECOND = SGVEC_FAILS.indexOf('second');

function align(world: World, size: number): number {
  const line = world.abi.smpCacheBytes;
  return Math.ceil(size / line) * line;
}

/** The conditions of esp_output_head() for esp->inplace = false, and for all paged bytes in one frag. */
export function espMakesOneFrag(world: World, skb: SkBuff, tailen: number): boolean {
  const { pageSize } = world.abi;
  const fits = world.rules.espGateIsCombined
    ? align(world, skb.dataLen + tailen) <= pageSize
    : align(world, skb.dataLen) <= pageSize && align(world, tailen) <= pageSize;
  if (!fits || skbCloned(skb) || skbHasFragList(skb)) return false;
  return tailen > skbTailroom(skb) && skb.data.nrFrags < world.abi.maxSkbFrags;
}

/**
 * skb_page_frag_refill(): makes room in a new page of SKB_FRAG_PAGE_ORDER, or in a page where no larger one can be had,
 * whatever `size` is. Returns false when there is no memory.
 */
function refill(world: World, xfrag: XFrag, size: number, short: boolean): boolean {
  if (xfrag.page !== null) {
    if (xfrag.offset + size <= world.abi.pageSize << xfrag.page.order) return true;
    putPage(world, xfrag.page);
  }
  xfrag.offset = 0;
  xfrag.page = allocPages(world, short ? 0 : XFRAG_ORDER);
  return xfrag.page !== null;
}

/**
 * esp_output_head() and esp_output_tail() (net/ipv4/esp4.c, 7.3) with every call in them that can fail. Returns 0,
 * -ENOMEM or -EMSGSIZE. After an error the caller frees the skb (xfrm_output_one).
 *
 * @param short - no page of a higher order can be had
 * @param sgvec - the call of skb_to_sgvec() that fails, by its position in SGVEC_FAILS
 */
export function espOutputTail(world: World, skb: SkBuff, tailen: number, short: boolean, sgvec: number): number {
  const xfrag: XFrag = { page: null, offset: 0 };
  const err = outputTail(world, skb, tailen, short, sgvec, xfrag);
  if (xfrag.page !== null) putPage(world, xfrag.page);
  return err;
}

function outputTail(world: World, skb: SkBuff, tailen: number, short: boolean, sgvec: number, xfrag: XFrag): number {
  const { data } = skb;
  world.touchSkb(skb);
  if (world.rules.espDowngradesManaged) skbZcopyDowngradeManaged(world, skb);
  if (!refill(world, xfrag, align(world, tailen), short)) return -ENOMEM;
  useXfrag(world, skb, xfrag, data.nrFrags, tailen);
  data.nrFrags++;
  skb.len += tailen;
  skb.dataLen += tailen;
  skb.truesize += tailen;
  if (sgvec === SGVEC_FIRST) return -EMSGSIZE;
  const sources = data.frags.slice(0, data.nrFrags).map(({ page }) => page);
  if (!refill(world, xfrag, align(world, skb.dataLen), short)) return -ENOMEM;
  data.nrFrags = 1;
  useXfrag(world, skb, xfrag, 0, skb.dataLen);
  if (sgvec === SGVEC_SECOND) {
    if (world.rules.espPutsSourcesOnFailure) ssgUnref(world, skb, sources);
    return -EMSGSIZE;
  }
  ssgUnref(world, skb, sources);
  return 0;
}

/** get_page(), __skb_fill_page_desc(), pfrag->offset += allocsize. */
function useXfrag(world: World, skb: SkBuff, xfrag: XFrag, i: number, size: number): void {
  const page = xfrag.page as Page;
  getPage(world, page);
  fillPageDesc(skb, i, page, xfrag.offset, size);
  xfrag.offset += align(world, size);
}

/** esp_ssg_unref(): drops the frags that the cipher read. */
function ssgUnref(world: World, skb: SkBuff, sources: readonly Page[]): void {
  for (const page of sources) __skbFragUnref(world, page, dropsRecycle(world, skb, 'esp_ssg_unref'));
}
