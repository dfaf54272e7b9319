import type { Page } from '../../../../structs/page';
import { type SkBuff } from '../../../../structs/sk_buff';
import { skbZcopy } from '../skbuff_inlines';

/**
 * skb_can_coalesce(): true when bytes at `offset` of `page` continue frag `i - 1`. False in a zerocopy skb.
 *
 * @param offset - bytes from the start of the (compound) page
 * @param tail - the index of the named page in its compound page
 */
export function skbCanCoalesce(skb: SkBuff, i: number, page: Page, offset: number, tail = 0): boolean {
  if (skbZcopy(skb) !== null || i === 0) return false;
  const last = skb.data.frags[i - 1];
  return page === last.page && tail === last.tail && offset === last.offset + last.size;
}
