import type { Mutant } from './mutant';

const setting = (netdev: string): string => `netdev1 = netdev_add(${netdev})
umem1 = xdp_umem_reg(chunks: 1, chunk_size: 2048, entries: 1)
umem_write(umem: umem1, len: 1)
xsk1 = xsk_bind(umem: umem1, netdev: netdev1, entries: 1)
xsk_tx_desc(xsk: xsk1, len: 1)
`;
const COPY = setting('');
const ZEROCOPY = setting('no_linear: 1');
/** Since 6.6 an empty descriptor is not valid; in 6.1 nothing needs to be written. */
const EMPTY = `netdev1 = netdev_add()
umem1 = xdp_umem_reg(chunks: 1, chunk_size: 2048, entries: 1)
xsk1 = xsk_bind(umem: umem1, netdev: netdev1, entries: 1)
xsk_tx_desc(xsk: xsk1, len: 0)
`;
const SEND = 'xsk_sendto(xsk: xsk1)\n';

/** Mutants of AF_XDP: slots, charges, user pages. */
export const XSK_MUTANTS: readonly Mutant[] = [
  {
    id: 'X2',
    title: 'a busy device costs a slot of the completion ring',
    source: 'b1b95cb5c0a9 "xsk: Rollback reservation at NETDEV_TX_BUSY"',
    profile: 'linux-6.1',
    scenario: 'xsk',
    changes: { xskBusyCancelsReservation: false },
    expected: ['xsk-completion'],
    program: `${EMPTY}netdev_set_mode(netdev: netdev1, mode: busy)\n${SEND}`,
  },
  {
    id: 'X2-quiet',
    title: 'a packet that a busy device did not take completes, although its descriptor is sent again',
    source: 'xsk_generic_xmit (6.1), xsk_consume_skb (6.12): skb->destructor = sock_wfree',
    profile: 'linux-6.1',
    scenario: 'xsk',
    changes: { xskBusyFreesQuietly: false },
    expected: ['xsk-completion'],
    program: `${EMPTY}netdev_set_mode(netdev: netdev1, mode: busy)\n${SEND}`,
  },
  {
    id: 'X2-build',
    title: 'a packet that cannot be built costs a slot of the completion ring',
    source: 'a6e944f25cdb "xsk: Fix generic transmit when completion queue reservation fails": xskq_prod_cancel',
    profile: 'linux-6.1',
    scenario: 'xsk',
    needs: 'fault',
    changes: { xskFailedBuildCancels: false },
    expected: ['xsk-completion'],
    program: `${EMPTY}xsk_sendto(xsk: xsk1, fail: 1)\n`,
  },
  {
    id: 'X3',
    title: 'the slot is reserved only after the skb is built: with no free slot, the freed skb completes all the same',
    source: 'a6e944f25cdb "xsk: Fix generic transmit when completion queue reservation fails"',
    profile: 'linux-6.1',
    scenario: 'xsk',
    changes: { xskReservesBeforeBuild: false },
    expected: ['xsk-completion'],
    program: `netdev1 = netdev_add()
umem1 = xdp_umem_reg(chunks: 1, chunk_size: 2048, entries: 1)
xsk1 = xsk_bind(umem: umem1, netdev: netdev1, entries: 2)
xsk_tx_desc(xsk: xsk1, len: 0, count: 2)
${SEND}`,
  },
  {
    id: 'X4',
    title:
      'the sender keeps a reference on the skb that it sends, and the driver makes the head of a shared skb larger',
    source: '36ccdf85829a "net, xsk: Avoid taking multiple skbuff references"',
    profile: 'linux-6.1',
    scenario: 'xsk',
    changes: { xskSendsSoleReference: false },
    expected: ['skb-users'],
    program: `${EMPTY}netdev_set_mode(netdev: netdev1, mode: cow)\n${SEND}`,
  },
  {
    id: 'X6',
    title: 'a packet whose metadata is not acceptable is forgotten',
    source: '0c0d0f42ffa6 "xsk: Free skb when TX metadata options are invalid" (CVE-2024-53236)',
    profile: 'linux-6.12',
    scenario: 'xsk',
    changes: { xskBadMetadataFreesSkb: false },
    expected: ['skb-users', 'no-leak'],
    program: `${COPY.replace('desc(xsk: xsk1, len: 1', 'desc(xsk: xsk1, len: 1, options: 2')}${SEND}`,
  },
  {
    id: 'X12',
    title: "user pages in an skb are charged by the packet's length, although the whole chunk is pinned",
    source: '9c8f21e6f885 "xsk: Build skb by page (aka generic zerocopy xmit)"',
    profile: 'linux-6.1',
    scenario: 'xsk',
    changes: { xskZerocopyTruesize: 'len' },
    expected: ['truesize-exact'],
    program: `${EMPTY.replace('netdev_add()', 'netdev_add(no_linear: 1)')}${SEND}`,
  },
  {
    id: 'X12-skb',
    title: 'user pages are charged to the skb and not to its socket',
    source: '9c8f21e6f885: refcount_add(ts, &xs->sk.sk_wmem_alloc)',
    profile: 'linux-6.12',
    scenario: 'xsk',
    changes: { xskZerocopyCharges: 'skb' },
    expected: ['socket-charge'],
    program: ZEROCOPY + SEND,
  },
  {
    id: 'X12-socket',
    title: 'user pages are charged to the socket and not to the skb',
    source: '9c8f21e6f885: skb->truesize += ts',
    profile: 'linux-6.12',
    scenario: 'xsk',
    changes: { xskZerocopyCharges: 'socket' },
    expected: ['socket-charge', 'truesize-exact'],
    program: ZEROCOPY + SEND,
  },
  {
    id: 'X12-copy',
    title: "the page of a packet's further descriptor is charged to the skb and not to its socket",
    source: 'cf24f5a5feea "xsk: add support for AF_XDP multi-buffer on Tx path"',
    profile: 'linux-6.12',
    scenario: 'xsk',
    changes: { xskCopyChargesSocket: false },
    expected: ['socket-charge'],
    program: `netdev1 = netdev_add()
umem1 = xdp_umem_reg(chunks: 1, chunk_size: 2048, entries: 2)
umem_write(umem: umem1, len: 1)
xsk1 = xsk_bind(umem: umem1, netdev: netdev1, entries: 2)
xsk_tx_desc(xsk: xsk1, len: 1, options: 1, count: 2)
${SEND}`,
  },
  {
    id: 'X12-reference',
    title: "an skb has the user's page without a reference on it",
    source: '9c8f21e6f885: get_page(page) in xsk_build_skb_zerocopy',
    profile: 'linux-6.12',
    scenario: 'xsk',
    changes: { xskZerocopyTakesReference: false },
    expected: ['page-refcount', 'no-double-free'],
    program: ZEROCOPY + SEND,
  },
  {
    id: 'X6-partial',
    title: 'a socket is closed, and the packet whose end never came is forgotten',
    source: 'cf24f5a5feea: xsk_release: if (xs->skb) xsk_drop_skb(xs->skb)',
    profile: 'linux-6.12',
    scenario: 'xsk',
    changes: { xskReleaseDropsPartial: false },
    expected: ['no-leak', 'skb-users'],
    program: `${COPY.replace('desc(xsk: xsk1, len: 1', 'desc(xsk: xsk1, len: 1, options: 1')}${SEND}`,
  },
  {
    id: 'X15',
    title: 'a pool unmapped while another pool keeps the mappings retains its addresses after those are unmapped',
    source: '"xsk: always clear DMA mapping information when unmapping the pool"',
    profile: 'linux-6.12',
    scenario: 'xsk-driver',
    changes: { xpUnmapForgetsAddresses: false },
    expected: ['dma-address-kept'],
    program: `device1 = device_add()
umem1 = xdp_umem_reg(chunks: 1, chunk_size: 2048, entries: 1)
xp_dma_map(umem: umem1, device: device1)
xp_dma_map(umem: umem1, device: device1, queue: 1)
xp_dma_unmap(umem: umem1)
xp_dma_unmap(umem: umem1, queue: 1)
`,
  },
  {
    id: 'X15-contig',
    title: 'a page is unmapped at an address that has the bit of contiguity in it',
    source: '512d1999b8e9 "xsk: Clear page contiguity bit when unmapping pool"',
    profile: 'linux-6.12',
    scenario: 'xsk-driver',
    changes: { xpUnmapClearsContiguity: false },
    expected: ['dma-mapped-once'],
    program: `device1 = device_add()
umem1 = xdp_umem_reg(chunks: 3, chunk_size: 2048, unaligned: 1, entries: 1)
xp_dma_map(umem: umem1, device: device1)
`,
  },
];
