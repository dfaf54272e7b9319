import { skbZcopyClear, skbZcopyDowngradeManaged } from '../zerocopy/skb_zcopy';
import { type SkBuff } from '../../../../structs/sk_buff';
import type { World } from '../../../../world/world';
import { skbCloned } from '../skbuff_inlines';

/**
 * skb_tx_error() (6.1.y and 6.12.y): the owner of user pages is told that they were sent before the skb is freed. Not where clones share
 * the shared_info: they still have the pages (f66bdb1cc0fc).
 */
export function skbTxError(world: World, skb: SkBuff): void {
  if (world.rules.txErrorSkipsCloned && skbCloned(skb)) return;
  skbZcopyDowngradeManaged(world, skb);
  skbZcopyClear(world, skb, true);
  world.touchSkb(skb);
}
