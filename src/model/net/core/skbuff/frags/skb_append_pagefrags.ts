import { EMSGSIZE } from '../../../../lib/errno';
import { getPage } from '../../../../mm/page_alloc';
import type { Page } from '../../../../structs/page';
import { skbCanCoalesce } from './skb_can_coalesce';
import { setFrag } from './skb_frag';
import { skbZcopyDowngradeManaged } from '../zerocopy/skb_zcopy';
import type { SkBuff } from '../../../../structs/sk_buff';
import type { World } from '../../../../world/world';

/** Results of skb_append_pagefrags. */
export const APPEND_NEW_FRAG = 0;
export const APPEND_COALESCED = 1;

/**
 * skb_append_pagefrags() (6.1 and 6.12): adds bytes of a page as a frag with a reference of its own, or extends the
 * last frag. The caller updates len, data_len and truesize. Returns APPEND_*,
 * or -EMSGSIZE when the skb has MAX_SKB_FRAGS frags.
 *
 * @param tail - the index of the named page in its compound page
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
