import type { Page } from './page';
import { skbZcopy, type SkBuff } from './skbuff';

/** skb_can_coalesce(): do bytes at `offset` of `page` continue frag `i - 1`? Never in a zerocopy skb. */
export function skbCanCoalesce(skb: SkBuff, i: number, page: Page, offset: number): boolean {
  if (skbZcopy(skb) !== null || i === 0) return false;
  const last = skb.data.frags[i - 1];
  return page === last.page && offset === last.offset + last.size;
}
