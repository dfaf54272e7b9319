import type { SkBuff } from '../../structs/sk_buff';
import { sockWfree } from '../core/sock/sock_wfree';
import type { World } from '../../world/world';
import type { XskTx } from '../../structs/xdp_sock';
import { xskCqSubmit } from './xsk_cq';

/** xsk_get_num_desc(): destructor_arg (6.6 to 6.12), or the length of its list (7.3). */
export function xskGetNumDesc(world: World, skb: SkBuff | null): number {
  if (skb === null) return 0;
  const { xskAddrs, destructorArg } = skb.data;
  return world.rules.xskSkbListsAddrs ? (xskAddrs?.numDescs ?? 1) : destructorArg;
}

/** xsk_destruct_skb(): the descriptors complete, then the socket is uncharged. */
export function xskDestructSkb(world: World, skb: SkBuff): void {
  const count = world.rules.xskMultiBuffer ? xskGetNumDesc(world, skb) : 1;
  const { xskAddrs, destructorArg } = skb.data;
  xskCqSubmit(world, skb.tx as XskTx, skb, xskAddrs?.addrs ?? [destructorArg], count);
  sockWfree(world, skb);
}
