/** Rules of the stack's own steps: callers of the core that charge, cut, reassemble, fragment and free skbs. */
export interface StackRules {
  /** __pskb_trim_head eats linear bytes, too (6.1; 6.12: the skbs of TCP have none). */
  readonly trimHeadEatsLinear: boolean;
  /**
   * tcp_trim_head leaves the charge of the head as it was: "skb->head is not reallocated" (7162fb242cb8). Broken by
   * F16-head.
   */
  readonly trimHeadKeepsHeadCharge: boolean;
  /** sk_filter_trim_cap puts skb->sk back before it trims (d1f496fd8f34). Broken by F18. */
  readonly filterRestoresSkBeforeTrim: boolean;
  /** skb_orphan_partial changes the destructor, not truesize (f6ba8d33cfbb). Broken by F19. */
  readonly orphanPartialKeepsTruesize: boolean;
  /**
   * ip_do_fragment takes a fragment's truesize from the head when it gives it the head's socket (3d13008e7345). Broken
   * by F17.
   */
  readonly fragmentMovesTruesize: boolean;
  /**
   * inet_frag_reasm_finish charges the socket of the datagram for the fragments (18685451fc4e; orphaned before:
   * 48cac18ecf1d). Broken by F20.
   */
  readonly reassemblyChargesSum: boolean;
  /**
   * ip_defrag lets the skb that completes a datagram keep its socket: the caller may still use it (18685451fc4e).
   * Broken by K9.
   */
  readonly reassemblyKeepsSk: boolean;
  /**
   * llc_prepare_and_xmit sends a clone of the skb that it keeps (64e6a754d33d). Broken by E9: it sends the skb itself
   * (skb_get).
   */
  readonly llcSendsClone: boolean;
  /**
   * A caller releases the socket before it calls skb_attempt_defer_free (tcp_eat_recv_skb; udp: e5c8eda39a9f). Broken
   * by K11.
   */
  readonly deferFreeOrphansBefore: boolean;
  /**
   * sk_filter returns the error of sk_filter_trim_cap (until 7.0). 7.1 returns -EPERM for each, because
   * sk_filter_trim_cap returns a reason to drop and no error.
   */
  readonly filterReturnsError: boolean;
  /**
   * inet_frag_queue_insert strips the GSO state of a fragment ("inet: frags: strip GSO state from fragments before
   * reassembly", CVE-2026-80590, 6.1.186, 6.12.107, 7.2.2). Broken by C18.
   */
  readonly reassemblyStripsGso: boolean;
  /**
   * A fragment that waits for the rest of its datagram is orphaned (ip_frag_queue; "ipv6: defrag: orphan skb before
   * queuing", 6.12.117, 7.3.4). Broken by F21.
   */
  readonly reassemblyOrphansQueued: boolean;
  /**
   * esp_output_tail drops the frags that it replaced if the second skb_to_sgvec() fails ("esp: fix page frag reference
   * leak on skb_to_sgvec failure", 2982e599fff6, 7.0.13; not in 6.1.192 and 6.12.117). Broken by R5.
   */
  readonly espPutsSourcesOnFailure: boolean;
  /**
   * esp_output_head compares the paged bytes and the trailer together with PAGE_SIZE, since they become one frag
   * ("xfrm: esp: restore combined single-frag length gate", CVE-2026-63912, 6.1.176, 6.12.93, 7.0.12). Broken by R7:
   * one by one.
   */
  readonly espGateIsCombined: boolean;
  /**
   * esp_output_head takes page references for managed frags before it changes the frags ("esp: downgrade zerocopy
   * managed frags before mutating skb frags", 6.1.189, 6.12.112, 7.2.8; CVE-2026-93105). Broken by E18.
   */
  readonly espDowngradesManaged: boolean;
}
