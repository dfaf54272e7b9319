import { skbZcopyClear, skbZcopyDowngradeManaged } from '../zerocopy/skb_zcopy';
import { type SkBuff } from '../../../../structs/sk_buff';
import type { World } from '../../../../world/world';
import { skbCloned } from '../skbuff_inlines';

/**
 * skb_tx_error() (6.1.y and 6.12.y): completes the uarg of the user pages before the skb is freed. It does nothing when
 * clones share the shared_info, because they still use the pages (f66bdb1cc0fc).
 */
export function skbTxError(world: World, skb: SkBuff): void {
  if (world.rules.txErrorSkipsCloned && skbCloned(skb)) return;
  skbZcopyDowngradeManaged(world, skb);
  skbZcopyClear(world, skb, true);
  world.touchSkb(skb);
}
