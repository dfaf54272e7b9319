import type { Mutant } from './mutant';

/** A packet that is too long for one page, so that a veth copies it into two. */
const LONG = `rxq1 = xdp_rxq_info_reg()
skb1 = alloc_skb(size: 1729)
skb_put(skb: skb1, len: 3521)
`;
const RINGS = (entries: number, written = 64): string => `netdev1 = netdev_add()
umem1 = xdp_umem_reg(chunks: 4, chunk_size: 2048, entries: ${entries})
umem_write(umem: umem1, len: ${written})
xsk1 = xsk_bind(umem: umem1, netdev: netdev1, entries: 4)
`;

/** Mutants of XDP, cpumap and AF_XDP by bugs of 2025 and 2026. */
export const XDP_2026_MUTANTS: readonly Mutant[] = [
  {
    id: 'R3',
    title: 'a device refuses frames of a cpumap: they enter the lockless cache of a pool of another CPU',
    source: '2b986b9e917b "bpf, cpumap: Disable page_pool direct xdp_return need larger scope"',
    profile: 'linux-7.3',
    scenario: 'cpumap-redirect',
    changes: { cpumapForbidsDirectUntilFlush: false },
    expected: ['ring-bounds'],
    program: `pool1 = page_pool_create(pool_size: 16)
rxq1 = xdp_rxq_info_reg()
xdp_rxq_info_reg_mem_model(rxq: rxq1, type: page_pool, pool: pool1)
page1 = page_pool_alloc_pages(pool: pool1)
device_write(page: page1, len: 4096)
xdp1 = xdp_prepare_buff(rxq: rxq1, page: page1, len: 21)
cpumap1 = cpu_map_update_elem(qsize: 1)
xdp_do_redirect(xdp: xdp1, cpumap: cpumap1, context: softirq)
xdp_do_flush(context: softirq)
cpu_map_kthread_redirect(cpumap: cpumap1)
`,
  },
  {
    id: 'H17',
    title: 'a program of veth cuts a frag off, and skb->len still counts its bytes',
    source: '"veth: fix skb length accounting after XDP frag adjustment" (CVE-2026-74612)',
    profile: 'linux-7.3',
    scenario: 'generic-xdp',
    changes: { vethCountsFragsAgain: false },
    expected: ['geometry'],
    program: `${LONG}skb2 = veth_xdp_rcv_skb_pass(rxq: rxq1, skb: skb1, tail: 1)
`,
  },
  {
    id: 'H18',
    title: 'a program of generic XDP cuts a frag off, and skb->len still counts its bytes',
    source: '"net: fix skb length accounting after generic XDP frag adjustment" (6.12.104, 7.1.9)',
    profile: 'linux-7.3',
    scenario: 'generic-xdp',
    changes: { genericXdpCountsFragsAgain: false },
    expected: ['geometry'],
    program: `${LONG}skb2 = bpf_prog_run_generic_xdp(rxq: rxq1, skb: skb1, tail: 1)
`,
  },
  {
    id: 'H19',
    title: 'the last frag of a packet grows out of its share of the page, if that is not the first share',
    source: '88b6b7f7b216 "xdp: use modulo operation to calculate XDP frag tailroom"',
    profile: 'linux-7.3',
    scenario: 'xdp',
    changes: { adjustTailFindsShareOfPage: false },
    expected: ['geometry'],
    program: `page1 = alloc_pages()
page2 = alloc_pages()
device_write(page: page1, len: 14)
device_write(page: page2, offset: 2048, len: 1)
rxq1 = xdp_rxq_info_reg(frag_size: 2048)
xdp1 = xdp_prepare_buff(rxq: rxq1, page: page1, headroom: 0, len: 14)
xdp_buff_add_frag(xdp: xdp1, page: page2, offset: 2048, size: 1)
bpf_xdp_adjust_tail(xdp: xdp1, offset: 2048)
`,
  },
  {
    id: 'R1',
    title: 'sendto() returns 0 although the completion ring was full and nothing was sent',
    source: '5d0b204654de (6.15)',
    profile: 'linux-7.3',
    scenario: 'xsk',
    changes: { xskFullRingIsEagain: false },
    expected: ['xsk-completion'],
    program: `${RINGS(1)}xsk_tx_desc(xsk: xsk1, len: 60, count: 2)
xsk_sendto(xsk: xsk1)
xsk_sendto(xsk: xsk1)
`,
  },
  {
    id: 'X17',
    title: 'the descriptors of a packet that is dropped never come back to user space',
    source: 'a3c8382ebce4 "xsk: fix buffer leak in xsk_drop_skb() for AF_XDP multi-buffer Tx" (CVE-2026-74560)',
    profile: 'linux-7.3',
    scenario: 'xsk',
    changes: { xskDropCompletes: false },
    expected: ['xsk-completion'],
    program: `${RINGS(32).replace('entries: 4', 'entries: 32')}xsk_tx_desc(xsk: xsk1, len: 1, options: 1, count: 18)
xsk_sendto(xsk: xsk1)
`,
  },
  {
    id: 'X18',
    title: 'packets complete in another order than they were sent, and each completes the address of the other',
    source: '30f241fcf52a "xsk: Fix immature cq descriptor production"',
    profile: 'linux-7.3',
    scenario: 'xsk',
    changes: { xskPublishesByPosition: true },
    expected: ['xsk-completion'],
    program: `${RINGS(2, 128)}xsk_tx_desc(xsk: xsk1, len: 1)
xsk_tx_desc(xsk: xsk1, addr: 64, len: 1)
xsk_sendto(xsk: xsk1)
skb1 = netdev_tx_next(netdev: netdev1)
skb2 = netdev_tx_next(netdev: netdev1)
`,
  },
  {
    id: 'X19',
    title: 'an invalid descriptor is skipped, and never comes back to user space',
    source: 'bd44a6dcd424 "xsk: drain continuation descs after overflow in xsk_build_skb()"',
    profile: 'linux-7.3',
    scenario: 'xsk',
    changes: { xskReclaimsInvalid: false },
    expected: ['xsk-completion'],
    program: `${RINGS(1).replace(/umem_write.*\n/, '')}xsk_tx_desc(xsk: xsk1, len: 0)
xsk_sendto(xsk: xsk1)
`,
  },
  {
    id: 'X20',
    title: 'the second descriptor of a packet cannot be added: the packet is freed, but the socket keeps it',
    source: '0f3776583d28 "xsk: fix use-after-free of xs->skb in xsk_build_skb() free_err path"',
    profile: 'linux-7.3',
    scenario: 'xsk',
    needs: 'fault',
    changes: { xskFailedBuildFreesPacket: true },
    expected: ['no-use-after-free'],
    program: `${RINGS(2)}xsk_tx_desc(xsk: xsk1, len: 1, options: 1, count: 2)
xsk_sendto(xsk: xsk1, fail: 3)
`,
  },
  {
    id: 'X21',
    title: 'a packet whose metadata is not acceptable completes as it is freed, and its descriptor is sent again',
    source: '3dec153ae484 "xsk: prevent CQ desync when freeing half-built skbs in xsk_build_skb()"',
    profile: 'linux-7.3',
    scenario: 'xsk',
    changes: { xskHalfBuiltCompletes: true },
    expected: ['xsk-completion'],
    program: `${RINGS(1)}xsk_tx_desc(xsk: xsk1, len: 1, options: 2)
xsk_sendto(xsk: xsk1)
`,
  },
  {
    id: 'X22',
    title: "a packet of the user's own pages whose metadata is not acceptable is forgotten",
    source: '8c2cff50afdd "xsk: avoid skb leak in XDP_TX_METADATA case"',
    profile: 'linux-7.3',
    scenario: 'xsk',
    changes: { xskZerocopyFreesSkb: false },
    expected: ['skb-users', 'no-leak'],
    program: `${RINGS(1).replace('netdev_add()', 'netdev_add(no_linear: 1)')}xsk_tx_desc(xsk: xsk1, len: 1, options: 2)
xsk_sendto(xsk: xsk1)
`,
  },
];
