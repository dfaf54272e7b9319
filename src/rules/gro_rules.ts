/** Rules of GRO. */
export interface GroRules {
  /** skb_gro_receive refuses packets whose pp_recycle differ (7d2c89b32587). Broken by C1. */
  readonly groRequiresSameRecycle: boolean;
  /** skb_gro_receive refuses zerocopy packets (4db79a322db8, CVE-2026-46323). Broken by C2. */
  readonly groRefusesZcopy: boolean;
  /**
   * A contract: the cloned packets that may enter GRO, which moves their frags and heads unasked (9695b7de5b47 ended
   * that for veth). C3 allows packets of a local sender, whose heads are kmalloc memory, so that frags move and packets
   * are chained. C3-head allows any packet.
   */
  readonly groMayReceiveCloned: 'none' | 'kmalloc_heads' | 'any';
  /** A chained packet loses skb->sk together with its destructor (ed4cccef64c1, CVE-2024-35890). Broken by C4. */
  readonly groChainClearsSk: boolean;
  /** skb_gro_receive_list pulls the headers into the linear part (f2bb34345444, in 6.12.y). Broken by C11. */
  readonly groListChecksPull: boolean;
  /** skb_gro_receive does not chain a linear part that skb_segment cannot split (6.12.y, not in 6.1.y). C12. */
  readonly groChainRefusesLongLinear: boolean;
  /**
   * A promise that `geometry` checks: skb_segment can split every list that skb_gro_receive chained. 6.1.y breaks the
   * promise (see C12).
   */
  readonly groChainsSplittable: boolean;
  /** An skb whose frags moved away is charged for its head alone (e33d0ba8047b). Broken by C14. */
  readonly groResetsTruesize: boolean;
  /** napi_skb_free_stolen_head releases the owner. Broken by the GRO side of C15. */
  readonly groStolenHeadOrphans: boolean;
  /** A contract: netif_napi_del may run while packets wait on rx_list, which it does not free (1118b2049d77). C16. */
  readonly napiDelWithRxList: boolean;
  /** A merge adds the packet's truesize minus the freed memory (715dc1f34271). F13 adds the packet's bytes instead. */
  readonly groTruesizeDelta: 'exact' | 'len';
  /** The frag_list member that takes the frags is charged as well (skb_gro_receive, lp != p). Broken by F11. */
  readonly groChargesLast: boolean;
  /**
   * The functions that pass SKBFL_SHARED_FRAG on with the frags: skb_gro_receive and skb_gro_receive_list
   * (48f6a5356a33, CVE-2026-43503), before that none of them. J3: only one of them.
   */
  readonly groPropagatesSharedFrag: 'both' | 'receive' | 'receive_list' | 'none';
  /** gro_pull_from_frag0 puts a frag that it emptied. */
  readonly groPullPutsEmptyFrag: boolean;
  /**
   * GRO compares the IP headers only with the held packet of the flow (6.12: gro_receive_network_flush). Before, it
   * noted the result for each held packet.
   */
  readonly groFlushByPair: boolean;
  /** frag0 describes the linear part, too (6.12: skb_gro_reset_offset). */
  readonly groFrag0IsLinear: boolean;
  /** NETIF_F_GRO_FRAGLIST chains TCP packets, too (6.12: tcp4_check_fraglist_gro). */
  readonly groTcpFraglist: boolean;
  /**
   * tcp4_check_fraglist_gro takes packets that a device has merged out of fraglist GRO. Before, they became members of
   * a frag_list, with a gso_size of their own.
   */
  readonly groTcpListSkipsGso: boolean;
  /** IPv4 packets may be merged beyond 64K (6.12: netif_get_gro_max_size, skb_gro_receive). */
  readonly groBigIpv4: boolean;
  /**
   * Packets whose IP ID stays the same merge only if they have DF (inet_gro_flush, until 6.17). 6.18 merges them
   * without DF, too.
   */
  readonly groFixedIdNeedsDf: boolean;
  /**
   * CWR is a bit of a counter of Accurate ECN: only TCP packets that agree in it merge, and the merged packet is
   * SKB_GSO_TCP_ACCECN, not SKB_GSO_TCP_ECN (tcp_gro_receive and tcp_gro_complete, 6.15).
   */
  readonly groMarksAccEcn: boolean;
  /** TCP packets with CWR merge (ab4c8b6f7fcb, 7.0). Before, CWR ended a merge. */
  readonly groMergesCwr: boolean;
  /**
   * skb_gro_receive_list refuses a packet with NAPI_GRO_CB(skb)->flush: "make sure to check flush flag and to not
   * merge" ("gro: fix double aggregation of flush-marked skbs", CVE-2026-68136, 6.1.184, 6.12.101, 7.1.6). Broken by
   * C17: a packet with a frag_list of its own becomes a member.
   */
  readonly groListChecksFlush: boolean;
}
