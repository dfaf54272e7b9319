import { SKB_DATAREF_SHIFT, type SkBuff } from '../../../../structs/sk_buff';
import type { World } from '../../../../world/world';

/** __skb_header_release(): lets clones use the headroom from now on. It sets dataref, so the skb must share nothing. */
export function __skbHeaderRelease(world: World, skb: SkBuff): void {
  skb.nohdr = true;
  skb.data.dataref = 1 + (1 << SKB_DATAREF_SHIFT);
  world.touchSkb(skb);
}
