import { ENOMEM } from '../../lib/errno';
import { allocPages, getPage, putPage } from '../../mm/page_alloc';
import type { Page } from '../../structs/page';
import { __skbFragUnref, dropsRecycle, fillPageDesc } from '../core/skbuff/frags/skb_frag';
import { type SkBuff } from '../../structs/sk_buff';
import type { World } from '../../world/world';
import { skbHasFragList, skbCloned, skbTailroom } from '../core/skbuff/skbuff_inlines';

/** SKB_FRAG_PAGE_ORDER: the order of the page that skb_page_frag_refill() takes for x->xfrag. */
const XFRAG_ORDER = 3;

function align(world: World, size: number): number {
  const line = world.abi.smpCacheBytes;
  return Math.ceil(size / line) * line;
}

/**
 * Returns whether esp_output_head() puts the trailer into a page of its own, and so replaces everything paged
 * (esp->inplace = false).
 */
export function espReplacesFrags(world: World, skb: SkBuff, tailen: number): boolean {
  if (align(world, skb.dataLen + tailen) > world.abi.pageSize || skbCloned(skb)) return false;
  return tailen > skbTailroom(skb) && skb.data.nrFrags < world.abi.maxSkbFrags && !skbHasFragList(skb);
}

/**
 * esp_output_head() and esp_output_tail() (net/ipv4/esp4.c, 6.1 and 6.12), if they do not write in place. The trailer
 * of `tailen` bytes becomes a frag of x->xfrag. Then one frag with all paged bytes takes the place of all others, and
 * esp_ssg_unref() drops the frags that the cipher read. The caller writes the bytes. Returns 0 or -ENOMEM; on failure
 * nothing was done. The page of the state lives no longer than the call.
 */
export function espOutput(world: World, skb: SkBuff, tailen: number): number {
  const xfrag = allocPages(world, XFRAG_ORDER);
  if (xfrag === null) return -ENOMEM;
  const data = skb.data;
  getPage(world, xfrag);
  fillPageDesc(skb, data.nrFrags, xfrag, 0, tailen);
  data.nrFrags++;
  skb.len += tailen;
  skb.dataLen += tailen;
  skb.truesize += tailen;
  const source: Page[] = [];
  for (let i = 0; i < data.nrFrags; i++) source.push(data.frags[i].page);
  data.nrFrags = 1;
  getPage(world, xfrag);
  fillPageDesc(skb, 0, xfrag, align(world, tailen), skb.dataLen);
  world.touchSkb(skb);
  // skb_page_unref(skb, page, ...) returns a page to the pool if the skb recycles (c3198822c6cb).
  for (const page of source) __skbFragUnref(world, page, dropsRecycle(world, skb, 'esp_ssg_unref'));
  putPage(world, xfrag);
  return 0;
}
