import { EMSGSIZE } from '../../../../lib/errno';
import { getPage } from '../../../../mm/page_alloc';
import type { Page } from '../../../../structs/page';
import { skbCanCoalesce } from './skb_can_coalesce';
import { setFrag } from './skb_frag';
import { skbZcopyDowngradeManaged } from '../zerocopy/skb_zcopy';
import type { SkBuff } from '../../../../structs/sk_buff';
import type { World } from '../../../../world/world';

/** How skb_append_pagefrags ended. */
export const APPEND_NEW_FRAG = 0;
export const APPEND_COALESCED = 1;

/**
 * skb_append_pagefrags() (6.1 and 6.12): bytes of a page become a frag with a reference of its own, or make the last one longer.
 * len, data_len and truesize are the caller's. APPEND_*, or -EMSGSIZE with MAX_SKB_FRAGS frags.
 *
 * @param tail - which page of a compound one is named
 * @param offset - bytes from the start of the (compound) page
 */
export function skbAppendPagefrags(
  world: World,
  skb: SkBuff,
  page: Page,
  tail: number,
  offset: number,
  size: number,
): number {
  const data = skb.data;
  const i = data.nrFrags;
  if (skbCanCoalesce(skb, i, page, offset, tail)) {
    data.frags[i - 1].size += size;
    data.frags[i - 1].bufferEnd = 0;
    return APPEND_COALESCED;
  }
  if (i >= world.abi.maxSkbFrags) return -EMSGSIZE;
  skbZcopyDowngradeManaged(world, skb);
  getPage(world, page);
  setFrag(data, i, page, offset, size);
  data.frags[i].tail = tail;
  data.nrFrags = i + 1;
  return APPEND_NEW_FRAG;
}
