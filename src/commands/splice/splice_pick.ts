import { type SkBuff } from '../../model/structs/sk_buff';
import { isWhole, sendsUserPages } from '../skb/skb_contract';
import { skbZcopy } from '../../model/net/core/skbuff/skbuff_inlines';

/** More names than these do not make a generated program find more. */
export const PIPE_NAMES_MAX = 2;
export const FILE_NAMES_MAX = 2;
export const MM_NAMES_MAX = 2;

/** An skb as a reader finds it: user pages were copied on the way up (skb_orphan_frags_rx), of it and of its frag_list. */
export function isReceived(skb: SkBuff): boolean {
  if (!isWhole(skb) || skbZcopy(skb) !== null || sendsUserPages(skb)) return false;
  for (let member = skb.data.fragList; member !== null; member = member.next) if (!isReceived(member)) return false;
  return true;
}
