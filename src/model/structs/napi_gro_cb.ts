import type { SkBuff } from './sk_buff';

/** NAPI_GRO_CB(skb)->free: the parts of a merged skb that are left to free. */
export const NAPI_GRO_FREE = 1;
export const NAPI_GRO_FREE_STOLEN_HEAD = 2;

/**
 * struct napi_gro_cb (include/net/gro.h), and the fields of struct sk_buff that only GRO reads. A packet carries them
 * from its entry into GRO until it is complete.
 */
export class NapiGroCb {
  /** Arena address of the headers where they can be read without a pull; -1: nowhere. */
  frag0 = -1;
  frag0Len = 0;
  /** Where the layer that is looked at starts, from skb->data: skb_gro_offset(). */
  dataOffset = 0;
  /** This packet must not be merged. A held packet (6.1) must not be merged with the packet that is looked at. */
  flush = false;
  /** 6.1: the distance of the IP IDs, 0 if they fit. */
  flushId = 0;
  count = 0;
  proto = 0;
  /** Held since before the last tick: age != jiffies. */
  old = false;
  free = 0;
  sameFlow = false;
  /** 6.1: so far, no IP ID had to increase. */
  isAtomic = false;
  /** 6.12: the same, decided at the second packet. */
  ipFixedid = false;
  isFlist = false;
  last!: SkBuff;

  /** skb->protocol, host order. */
  protocol = 0;
  /** skb->hash. */
  hash = 0;
  /** Bytes from the head's start. */
  macHeader = 0;
  transportHeader = 0;
}

/** NAPI_GRO_CB(skb) of a packet that is in GRO. */
export function groCb(skb: SkBuff): NapiGroCb {
  return skb.gro as NapiGroCb;
}

export function skbGroOffset(skb: SkBuff): number {
  return groCb(skb).dataOffset;
}

export function skbGroLen(skb: SkBuff): number {
  return skb.len - groCb(skb).dataOffset;
}
