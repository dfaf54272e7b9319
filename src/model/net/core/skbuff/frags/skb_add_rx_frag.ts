import type { Page } from '../../../../structs/page';
import { fillPageDesc } from './skb_frag';
import type { SkBuff } from '../../../../structs/sk_buff';
import type { World } from '../../../../world/world';

/**
 * skb_fill_page_desc() behind the last frag. The page reference moves to the skb.
 * The caller updates lengths and truesize.
 */
export function skbFillPageDesc(world: World, skb: SkBuff, page: Page, offset: number, size: number): void {
  const data = skb.data;
  fillPageDesc(skb, data.nrFrags, page, offset, size);
  data.nrFrags++;
  world.touchSkb(skb);
  world.touchPage(page);
}

/** skb_add_rx_frag(). */
export function skbAddRxFrag(
  world: World,
  skb: SkBuff,
  page: Page,
  offset: number,
  size: number,
  truesize: number,
): void {
  skbFillPageDesc(world, skb, page, offset, size);
  skb.len += size;
  skb.dataLen += size;
  skb.truesize += truesize;
}

/** skb_coalesce_rx_frag() of the last frag: the frag grows, and no reference moves. */
export function skbCoalesceRxFrag(world: World, skb: SkBuff, size: number, truesize: number): void {
  const data = skb.data;
  data.frags[data.nrFrags - 1].size += size;
  data.frags[data.nrFrags - 1].bufferEnd = 0;
  skb.len += size;
  skb.dataLen += size;
  skb.truesize += truesize;
  world.touchSkb(skb);
}
