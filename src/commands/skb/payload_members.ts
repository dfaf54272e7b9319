import { type SkBuff } from '../../model/structs/sk_buff';
import { slicePayload } from '../../model/lib/payload';
import { skbHeadlen } from '../../model/net/core/skbuff/skbuff_inlines';
import { __skbPagelen } from '../../model/net/core/skbuff/zerocopy/ubuf_pages';

/**
 * Frag_list members were pulled, cut, or replaced by clones inside a call: what each must hold follows from what the head must
 * hold. Members of members likewise.
 */
export function syncMemberPayloads(skb: SkBuff): void {
  let at = skbHeadlen(skb) + __skbPagelen(skb);
  for (let member = skb.data.fragList; member !== null; member = member.next) {
    member.payload = slicePayload(skb.payload, at, member.len);
    at += member.len;
    syncMemberPayloads(member);
  }
}
