import { DESTRUCTOR_SOCK_WFREE, type SkBuff } from '../../structs/sk_buff';
import type { World } from '../../world/world';
import { skbHeadlen } from '../core/skbuff/skbuff_inlines';
import { __skbPagelen } from '../core/skbuff/zerocopy/ubuf_pages';

/**
 * The fast path of ip_do_fragment() (net/ipv4/ip_output.c, 6.1 and 6.12): makes every member of the frag_list a packet
 * that is charged to the socket of the head. The charge of the head shrinks by as much. The packets stay on skb->next,
 * in order, for the output. Headers are not modelled.
 */
export function ipDoFragment(world: World, skb: SkBuff): void {
  const { data } = skb;
  const headlen = skbHeadlen(skb);
  world.touchSkb(skb);
  for (let frag = data.fragList; frag !== null; frag = frag.next) {
    world.touchSkb(frag);
    if (skb.sk !== null) {
      frag.sk = skb.sk;
      frag.destructor = DESTRUCTOR_SOCK_WFREE;
    }
    if (world.rules.fragmentMovesTruesize) skb.truesize -= frag.truesize;
  }
  // ip_fraglist_init()
  skb.next = data.fragList;
  data.fragList = null;
  skb.dataLen = __skbPagelen(skb);
  skb.len = headlen + skb.dataLen;
}
