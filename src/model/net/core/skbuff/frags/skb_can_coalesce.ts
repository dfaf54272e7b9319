import type { Page } from '../../../../structs/page';
import { type SkBuff } from '../../../../structs/sk_buff';
import { skbZcopy } from '../skbuff_inlines';

/** skb_can_coalesce(): do bytes at `offset` of `page` continue frag `i - 1`? Never in a zerocopy skb. (`offset` counts from the start of a compound page, `tail` says which of its pages is named.) */
export function skbCanCoalesce(skb: SkBuff, i: number, page: Page, offset: number, tail = 0): boolean {
  if (skbZcopy(skb) !== null || i === 0) return false;
  const last = skb.data.frags[i - 1];
  return page === last.page && tail === last.tail && offset === last.offset + last.size;
}
