import type { SkBuff } from '../../structs/sk_buff';
import { sockWfree } from '../core/sock/sock_wfree';
import type { World } from '../../world/world';
import type { XskTx } from '../../structs/xdp_sock';
import { xskCqSubmit } from './xsk_cq';

/** xsk_get_num_desc() (6.6 and later): destructor_arg. */
export function xskGetNumDesc(skb: SkBuff | null): number {
  return skb === null ? 0 : skb.data.destructorArg;
}

/** xsk_destruct_skb(): the descriptors complete, then the socket is uncharged. */
export function xskDestructSkb(world: World, skb: SkBuff): void {
  const count = world.rules.xskMultiBuffer ? xskGetNumDesc(skb) : 1;
  xskCqSubmit(world, skb.tx as XskTx, skb, skb.data.destructorArg, count);
  sockWfree(world, skb);
}
