import type { SkBuff } from './sk_buff';

/** The ways in which the device's ndo_start_xmit treats an skb: names of the numbers below. */
export const XMIT_MODES = ['hold', 'complete', 'busy', 'drop', 'cow'] as const;

function mode(name: (typeof XMIT_MODES)[number]): number {
  return XMIT_MODES.indexOf(name);
}

export const XMIT_HOLD = mode('hold');
/** The device sends at once: consume_skb() inside ndo_start_xmit. */
export const XMIT_COMPLETE = mode('complete');
/** NETDEV_TX_BUSY: the caller keeps the skb. */
export const XMIT_BUSY = mode('busy');
/** No carrier: __dev_direct_xmit() frees the skb and says NET_XMIT_DROP. */
export const XMIT_DROP = mode('drop');
/**
 * skb_cow_head() for a header of XMIT_COW_HEADROOM bytes, as drivers of tunnels and switches do. Then the device holds
 * the skb.
 */
export const XMIT_COW = mode('cow');
export const XMIT_COW_HEADROOM = 128;

/** A network device with its rings: the parts of struct net_device that a sender needs. */
export class NetDev {
  id = 0;
  freed = false;
  /** dev->needed_headroom, dev->needed_tailroom, bytes. */
  neededHeadroom = 0;
  neededTailroom = 0;
  /** IFF_TX_SKB_NO_LINEAR: the device sends skbs whose bytes are all in frags. */
  noLinear = false;
  /** XMIT_*. */
  mode = XMIT_HOLD;
  /** The skbs that were accepted and not sent yet, oldest first. Each entry is one of skb.users. */
  readonly held: SkBuff[] = [];
  /** Position in the world's list. */
  index = 0;
}
