import { XMIT_BUSY, XMIT_COMPLETE, XMIT_COW, XMIT_COW_HEADROOM, XMIT_DROP, type NetDev } from '../../../structs/netdev';
import { skbCow } from '../skbuff/head/skb_cow';
import { consumeSkb, kfreeSkb } from '../skbuff/free/skb_free';
import type { SkBuff } from '../../../structs/sk_buff';
import type { World } from '../../../world/world';

export const NETDEV_TX_OK = 0;
export const NET_XMIT_DROP = 1;
export const NETDEV_TX_BUSY = 16;

/**
 * __dev_direct_xmit() with the device's ndo_start_xmit in its mode.
 * The device supports scatter-gather, so nothing is linearized.
 */
export function __devDirectXmit(world: World, netdev: NetDev, skb: SkBuff): number {
  if (netdev.mode === XMIT_DROP) {
    kfreeSkb(world, skb);
    return NET_XMIT_DROP;
  }
  if (netdev.mode === XMIT_BUSY) return NETDEV_TX_BUSY;
  if (netdev.mode === XMIT_COW && skbCow(world, skb, XMIT_COW_HEADROOM) !== 0) {
    kfreeSkb(world, skb);
    return NETDEV_TX_OK;
  }
  if (netdev.mode === XMIT_COMPLETE) consumeSkb(world, skb);
  else netdev.held.push(skb);
  return NETDEV_TX_OK;
}
