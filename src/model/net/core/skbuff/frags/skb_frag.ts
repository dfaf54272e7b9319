import type { FragDrop } from '../../../../../rules/skb_rules';
import { napiPpPutPage } from '../free/napi_pp_put_page';
import type { Page } from '../../../../structs/page';
import { getPage, putPage } from '../../../../mm/page_alloc';
import { pagePoolRefPage } from '../../page_pool/page_pool_ref';
import { pagePoolPageIsPp } from '../../../../mm/struct_page';
import { type SkbData, type SkBuff } from '../../../../structs/sk_buff';
import type { World } from '../../../../world/world';
import { skbZcopyManaged } from '../skbuff_inlines';

/** __skb_fill_page_desc_noacc(): sets frag `i` of the shared_info. Two heads never share a frag object. */
export function setFrag(data: SkbData, i: number, page: Page, offset: number, size: number): void {
  if (i < data.frags.length) {
    const frag = data.frags[i];
    frag.page = page;
    frag.offset = offset;
    frag.size = size;
    frag.tail = 0;
    frag.bufferEnd = 0;
  } else {
    data.frags.push({ page, offset, size, tail: 0, bufferEnd: 0 });
  }
}

/** to->frags[i] = from->frags[j]. */
export function copyFrag(to: SkbData, i: number, from: SkbData, j: number): void {
  const frag = from.frags[j];
  // Read first, because a frag may be copied to itself.
  const { tail } = frag;
  setFrag(to, i, frag.page, frag.offset, frag.size);
  if (tail !== 0) to.frags[i].tail = tail;
}

/** __skb_fill_page_desc(): sets frag `i`, and takes pfmemalloc of the page. The caller updates nr_frags. */
export function fillPageDesc(skb: SkBuff, i: number, page: Page, offset: number, size: number): void {
  setFrag(skb.data, i, page, offset, size);
  if (page.netIov) skb.unreadable = true;
  if (page.pfmemalloc) skb.pfmemalloc = true;
}

/** skb_frag_ref(): takes a plain page reference, even of a page of a pool (6.1 and 6.12). */
export function skbFragRef(world: World, skb: SkBuff, i: number): void {
  getPage(world, skb.data.frags[i].page);
}

/**
 * __skb_frag_unref(), skb_page_unref() (6.12): returns the page to its pool if `recycle` is
 * set and it is a pool's page, else puts it.
 */
export function __skbFragUnref(world: World, page: Page, recycle: boolean): void {
  if (recycle && napiPpPutPage(world, page)) return;
  putPage(world, page);
}

/** Returns whether `site` returns the frags of `skb` to their pool. */
export function dropsRecycle(world: World, skb: SkBuff, site: FragDrop): boolean {
  return skb.ppRecycle && world.rules.dropsIgnoreRecycle !== site;
}

/** skb_frag_unref(), called by `site`. It does nothing when the uarg manages the references of the frags. */
export function skbFragUnref(world: World, skb: SkBuff, i: number, site: FragDrop): void {
  if (!skbZcopyManaged(skb)) __skbFragUnref(world, skb.data.frags[i].page, dropsRecycle(world, skb, site));
}

/**
 * skb_pp_frag_ref() (6.8 and later): takes a reference of the right kind for each frag.
 * Returns false when the skb is not marked.
 */
export function skbPpFragRef(world: World, skb: SkBuff): boolean {
  if (!skb.ppRecycle) return false;
  const data = skb.data;
  for (let i = 0; i < data.nrFrags; i++) {
    const page = data.frags[i].page;
    if (pagePoolPageIsPp(world, page)) pagePoolRefPage(world, page);
    else getPage(world, page);
  }
  return true;
}
