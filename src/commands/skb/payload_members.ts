import { type SkBuff } from '../../model/structs/sk_buff';
import { slicePayload } from '../../model/lib/payload';
import { skbHeadlen } from '../../model/net/core/skbuff/skbuff_inlines';
import { __skbPagelen } from '../../model/net/core/skbuff/zerocopy/ubuf_pages';

/**
 * Sets the payload of frag_list members, and of their members. A call pulled, cut or replaced them, so the payload of
 * the head decides what each member holds.
 */
export function syncMemberPayloads(skb: SkBuff): void {
  let at = skbHeadlen(skb) + __skbPagelen(skb);
  for (let member = skb.data.fragList; member !== null; member = member.next) {
    member.payload = slicePayload(skb.payload, at, member.len);
    at += member.len;
    syncMemberPayloads(member);
  }
}
