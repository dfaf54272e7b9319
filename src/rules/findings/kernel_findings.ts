import type { FindingId, KernelFinding } from './kernel_finding';

const XSK_BY_POSITION = {
  states: { '6.1.192': 'never', '6.12.117': 'has', '7.3.4': 'mended' },
  fix: { release: '6.17', commit: '30f241fcf52a' },
  priorArt:
    '"xsk: Fix immature cq descriptor production" (30f241fcf52a); Debian\'s changelog of 6.16.12 names 6.16.8, ' +
    'those of 6.1 and 6.12 do not have it.',
  suggestedFix:
    'Keep the addresses with the skb, and write them into the completion ring when the skb is freed, as 30f241fcf52a ' +
    'does.',
  invariants: ['xsk-completion'],
  forgiven: true,
} as const;

/** Every known finding, in the order of FINDING_IDS. */
export const KERNEL_FINDINGS: readonly KernelFinding[] = [
  {
    ...XSK_BY_POSITION,
    id: 'xsk-completes-what-is-not-sent',
    title: 'AF_XDP completes a chunk that is still being sent',
    function: 'xsk_destruct_skb',
    file: 'net/xdp/xsk.c',
    effect:
      "The kernel writes a descriptor's address into the completion ring when it reserves the slot " +
      '(xskq_prod_reserve_addr). The packet that is freed first makes the oldest slot visible (xskq_prod_submit_n), ' +
      'even if that slot is of another packet. A device that finishes out of order, or frees one of ' +
      'its packets early, ' +
      'tells the user that a chunk is free while the chunk is still being sent. With ' +
      'IFF_TX_SKB_NO_LINEAR the user then ' +
      'overwrites a packet on its way.',
    chain: ['sendto() on an AF_XDP socket in copy mode', 'xsk_sendmsg', '__xsk_generic_xmit', '__dev_direct_xmit',
      'ndo_start_xmit of a device with several queues or a qdisc of its own', 'consume_skb', 'xsk_destruct_skb'],
    program: 'kernel-findings/xsk/completes-what-is-not-sent.skb',
  },
  {
    ...XSK_BY_POSITION,
    id: 'xsk-close-takes-the-slot-of-another',
    title: 'AF_XDP gives back the completion slots of another socket',
    function: 'xsk_consume_skb',
    file: 'net/xdp/xsk.c',
    effect:
      'Two sockets share a umem. The first has a packet of several descriptors that waits for its end, the second ' +
      'sends. When the first is closed, or its packet is dropped, xsk_consume_skb gives back the newest slots ' +
      "(xskq_prod_cancel_n), which are the second's. The second's packet completes under the " +
      "first's address, and its " +
      'own address never comes back.',
    chain: ['close() of an AF_XDP socket', 'xsk_release', 'xsk_drop_skb', 'xsk_consume_skb', 'xsk_cq_cancel_locked'],
    program: 'kernel-findings/xsk/close-takes-the-slot-of-another.skb',
  },
  {
    id: 'xsk-drop-forgets-descriptors',
    title: 'AF_XDP never gives back the descriptors of a packet that it drops',
    function: 'xsk_drop_skb',
    file: 'net/xdp/xsk.c',
    effect:
      'A packet of several descriptors is dropped: it has too many frags, a descriptor in its ' +
      'middle is invalid, or its ' +
      'socket is closed. Its descriptors never come back through the completion ring. The user sees tx_invalid_descs ' +
      'grow, and cannot tell which chunks are lost.',
    chain: ['sendto() on an AF_XDP socket, with XDP_PKT_CONTD and an invalid descriptor in the middle of a packet',
      'xsk_sendmsg', '__xsk_generic_xmit', 'xsk_drop_skb'],
    states: { '6.1.192': 'never', '6.12.117': 'has', '7.3.4': 'mended' },
    fix: { release: '7.2', commit: 'a3c8382ebce4', cve: 'CVE-2026-74560' },
    priorArt:
      '"xsk: fix buffer leak in xsk_drop_skb() for AF_XDP multi-buffer Tx" (a3c8382ebce4, ' +
      'CVE-2026-74560), in 7.1.8 by ' +
      "Debian's changelogs.",
    suggestedFix: 'Free the packet with its destructor, so that its addresses are completed, as a3c8382ebce4 does.',
    program: 'kernel-findings/xsk/drop-forgets-descriptors.skb',
    invariants: ['xsk-completion'],
    forgiven: true,
  },
  {
    id: 'cpumap-drop-ends-the-batch',
    title: 'A cpumap program that drops one skb lets up to seven others through',
    function: 'cpu_map_bpf_prog_run_skb',
    file: 'kernel/bpf/cpumap.c',
    effect:
      'The loop over the skbs of a batch has a return where it needs a break. After the first skb ' +
      'of generic XDP that ' +
      'the program drops or redirects, the skbs behind it in the batch (CPUMAP_BATCH is 8) go up to ' +
      'the stack without a ' +
      'run of the program. A program that is used as a filter lets up to seven packets through. No memory is lost.',
    chain: ['a packet to a device with a program of generic XDP', 'do_xdp_generic', 'xdp_do_generic_redirect_map',
      'cpu_map_generic_redirect', 'cpu_map_kthread_run', 'cpu_map_bpf_prog_run_skb'],
    states: { '6.1.192': 'has', '6.12.117': 'has', '7.3.4': 'mended' },
    fix: { release: '6.15', commit: '57efe762cd3c' },
    priorArt: "57efe762cd3c; Debian's changelogs of 6.1 and 6.12 have no backport.",
    suggestedFix: 'Go on with the next skb of the batch instead of leaving the loop, as 57efe762cd3c does.',
    program: 'cpumap-program-drops-one-skb-of-a-batch.skb',
    invariants: [],
    forgiven: true,
  },
  {
    id: 'zerocopy-keeps-the-head',
    title: 'skb_zerocopy keeps a reference to the head when it fails',
    function: 'skb_zerocopy',
    file: 'net/core/skbuff.c',
    effect:
      'skb_zerocopy makes a frag of a page-backed head and takes a reference to its page. It counts ' +
      'the frag in nr_frags ' +
      'only at its end. When skb_orphan_frags has no memory for the copies of user pages, the ' +
      'caller frees the new skb, ' +
      'which does not know of the reference: the page is never freed.',
    chain: ['a packet with user pages (MSG_ZEROCOPY, vhost-net) and a page-backed head that misses the flow table',
      'ovs_dp_upcall', 'queue_userspace_packet', 'skb_zerocopy', 'skb_orphan_frags', 'skb_copy_ubufs without memory'],
    states: { '6.1.192': 'has', '6.12.117': 'has', '7.3.4': 'mended' },
    fix: { release: '7.3' },
    priorArt: 'The sources of 7.3 put the page on both ways out; those of 7.2 do not. No changelog ' +
      'that we have names it.',
    suggestedFix: 'Put the page of the head before the return, as 7.3 does.',
    program: 'kernel-findings/zerocopy-keeps-the-head.skb',
    invariants: ['page-refcount', 'dataref', 'no-leak'],
    forgiven: false,
  },
  {
    id: 'segment-list-forgets-members',
    title: 'skb_segment_list loses the members behind a clone that it cannot linearize',
    function: 'skb_segment_list',
    file: 'net/core/skbuff.c',
    effect:
      'skb_segment_list clones a member that another skb shares. If __skb_linearize of the clone ' +
      'fails, the next pointer ' +
      'of the clone is still NULL, so kfree_skb_list stops there, and every later member leaks. ' +
      'Only the other way to ' +
      'the same label sets it (nskb->next = list_skb).',
    chain: ['UDP packets that fraglist GRO chained, forwarded to a device without scatter-gather, ' +
        'while a packet socket holds a copy',
      '__udp_gso_segment_list', 'skb_segment_list', '__skb_linearize without memory'],
    states: { '6.1.192': 'has', '6.12.117': 'has', '7.3.4': 'has' },
    priorArt: 'A patch on netdev of 15 April 2021, which was never applied.',
    suggestedFix: 'Set nskb->next = list_skb before the jump to err_linearize.',
    program: 'kernel-findings/segment-list-forgets-members.skb',
    invariants: ['skb-users', 'no-leak'],
    forgiven: false,
  },
  {
    id: 'mvneta-short-ring',
    title: 'mvneta lets the device write to DMA address 0 after it filled its ring in part',
    function: 'mvneta_rxq_fill',
    file: 'drivers/net/ethernet/marvell/mvneta.c',
    effect:
      'mvneta_rxq_fill stops at the first descriptor that gets no page and hands the filled ones to ' +
      'the device. mvneta_rxq_hw_init ignores how many these are. The device takes descriptors in ' +
      'the order of the ring. The poll refills those that it took, counts them for the device, and ' +
      'never comes to the rest. So the device goes on with a descriptor whose buffer address is 0, ' +
      'and writes a packet there.',
    chain: ['an administrator opens the device while memory or DMA addresses are short', 'mvneta_open',
      'mvneta_setup_rxqs', 'mvneta_rxq_init', 'mvneta_rxq_hw_init', 'mvneta_rxq_fill'],
    states: { '6.1.192': 'has', '6.12.117': 'has', '7.3.4': 'has' },
    priorArt: 'None that the search of issues, pages and code knows. Read in the driver and seen on the model of it: ' +
      'the VM has no such device.',
    suggestedFix: 'Fail mvneta_open when the ring is not full, or let the next refill begin behind the last buffer.',
    program: 'kernel-findings/mvneta-short-ring.skb',
    invariants: ['dma-ownership'],
    forgiven: false,
  },
];

/** @throws Error for an id without a record, which a test finds */
export function kernelFinding(id: FindingId): KernelFinding {
  const finding = KERNEL_FINDINGS.find((one) => one.id === id);
  if (finding === undefined) throw new Error(`no record of the finding ${id}`);
  return finding;
}
