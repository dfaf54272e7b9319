import { SKB_DATAREF_SHIFT, type SkBuff } from '../../../../structs/sk_buff';
import type { World } from '../../../../world/world';

/** __skb_header_release(): clones may use the headroom from now on. Sets dataref, so it is only for an skb that shares nothing. */
export function __skbHeaderRelease(world: World, skb: SkBuff): void {
  skb.nohdr = true;
  skb.data.dataref = 1 + (1 << SKB_DATAREF_SHIFT);
  world.touchSkb(skb);
}
