import type { SkBuff } from './sk_buff';

export const GRO_HASH_BUCKETS = 8;
/** Packets that one bucket holds (net/core/gro.c). */
export const MAX_GRO_SKBS = 8;
/** net.core.gro_normal_batch, its default. */
export const GRO_NORMAL_BATCH = 8;

/** struct gro_list. */
export interface GroList {
  /** The youngest first. */
  readonly list: SkBuff[];
  count: number;
}

/** One merge: which packet went into which. The truesize ledger follows the memory that moved. */
export interface GroMerge {
  readonly p: SkBuff;
  /** The frag_list member that took the frags, or p itself if there is none. */
  readonly lp: SkBuff;
  readonly skb: SkBuff;
  /** Usable size of skb's head when it was merged. */
  readonly end: number;
  /** Where the payload began, from the network header. */
  readonly offset: number;
  /** The way of the merge: GRO_*. */
  readonly how: number;
}

/**
 * struct napi_struct with its GRO lists and a receiving device of its own. The rx_handler on that device keeps the skbs
 * that the stack is given.
 */
export class Napi {
  id = 0;
  freed = false;
  /** Position in the world's list. */
  index = 0;
  /** NETIF_F_GRO of the device; without it, netif_elide_gro(). */
  gro = true;
  /** NETIF_F_GRO_FRAGLIST. */
  groFraglist = false;
  /** NETIF_F_GRO_UDP_FWD. */
  groUdpFwd = false;
  /** dev->gro_max_size, dev->gro_ipv4_max_size. */
  groMaxSize = 0;
  readonly groHash: readonly GroList[] = Array.from({ length: GRO_HASH_BUCKETS }, () => ({ list: [], count: 0 }));
  groBitmask = 0;
  /** GRO_NORMAL packets and complete ones, on their way to the stack. */
  readonly rxList: SkBuff[] = [];
  /** Their segments. */
  rxCount = 0;
  /** The skbs that the rx_handler received, in order. */
  readonly received: SkBuff[] = [];
  /** The skb of napi_get_frags(). */
  skb: SkBuff | null = null;

  /**
   * The results of the last call: the merge, the reason of a refused merge (GRO_REFUSED_*, -1), and the completed
   * packets that have merged packets in them (`listed`: chained by skb_gro_receive_list).
   */
  merge: GroMerge | null = null;
  refused = -1;
  flushedOldest = false;
  readonly completed: { readonly skb: SkBuff; readonly listed: boolean }[] = [];
}
