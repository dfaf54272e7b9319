import type { Page } from '../../../../structs/page';
import { setFrag } from './skb_frag';
import { firstWord, pageIsPfmemalloc } from '../../../../mm/struct_page';
import { SKBFL_MANAGED_FRAG_REFS, type SkBuff } from '../../../../structs/sk_buff';
import type { World } from '../../../../world/world';
import { skbZcopy } from '../skbuff_inlines';

/** Sets skb->pfmemalloc because of the words of a page. Only a page from the reserves may cause that. */
export function sensePfmemalloc(world: World, skb: SkBuff, page: Page): void {
  skb.pfmemalloc = true;
  if (page.pfmemalloc) return;
  const word = firstWord(world, page).toString(16);
  world.violate(
    'pfmemalloc-is-real',
    'skb',
    `skb#${skb.id} is taken for one of the emergency reserves: word 1 of page#${page.id} is 0x${word}`,
  );
}

/**
 * One step of io_sg_from_iter() (io_uring/net.c, 6.1 and 6.12): adds a frag whose page the uarg keeps pinned, so the
 * skb holds no reference. Here the reference moves to the uarg. __skb_fill_page_desc_noacc does not read pfmemalloc.
 */
export function skbAddManagedFrag(
  world: World,
  skb: SkBuff,
  page: Page,
  offset: number,
  size: number,
  truesize: number,
): void {
  const data = skb.data;
  if (data.nrFrags === 0) data.flags |= SKBFL_MANAGED_FRAG_REFS;
  if (!world.rules.userFragsSkipPfmemalloc && pageIsPfmemalloc(world, page)) sensePfmemalloc(world, skb, page);
  setFrag(data, data.nrFrags, page, offset, size);
  data.nrFrags++;
  skb.dataLen += size;
  skb.len += size;
  skb.truesize += truesize;
  skbZcopy(skb)?.pinned.push(page);
  world.touchSkb(skb);
  world.touchPage(page);
}
