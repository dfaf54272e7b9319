import type { Mutant } from './mutant';

const PORT = `device1 = device_add()
port1 = mvneta_probe(device: device1, ring: 4, txq: 8)
`;
const OPEN = 'pool1 = mvneta_open(port: port1)\n';
const PLAIN = 'pool9 = mvneta_xdp_setup(port: port1, prog: plain)\n';
const RECEIVE = 'mvneta_receive(port: port1, len: 60)\n';
const BACK = 'mvneta_poll(port: port1, verdict: redirect, target: port1)\n';

/** Mutants of drivers: their duties to the pool, the device and the skb. */
export const MVNETA_MUTANTS: readonly Mutant[] = [
  {
    id: 'G5',
    title: 'build_skb fails, and the buffers of the packet are forgotten',
    source: 'aa8963fdce66 (tun, CVE-2026-46322), f4feb1e20058 (CVE-2026-46321), 14fa65d10f56 (hip04, CVE-2026-68135)',
    profile: 'linux-6.12',
    scenario: 'driver',
    needs: 'fault',
    changes: { buildSkbFailurePutsBuffers: false },
    expected: ['page-refcount', 'pool-refcount', 'pool-inflight'],
    program: `${PORT + OPEN + RECEIVE}mvneta_poll(port: port1, fail: 1)\n`,
  },
  {
    id: 'H15',
    title: 'frames that a device did not take are returned together with those that it took',
    source: 'ef27f655b438 "igc: avoid returning frame twice in XDP_REDIRECT" (CVE-2024-26853)',
    profile: 'linux-6.12',
    scenario: 'driver',
    changes: { xmitReturnsUnsentOnce: false },
    expected: ['pool-refcount', 'recycled-is-exclusive', 'no-double-free', 'page-refcount', 'returns-to-its-pool'],
    program: PORT + PLAIN + OPEN + RECEIVE + BACK,
  },
  {
    id: 'K1',
    title: 'a driver redirects a page and unmaps it, although the mapping belongs to its pool',
    source: '8baeef7616d5 "bnxt_en: Fix double DMA unmapping for XDP_REDIRECT" (CVE-2024-44984)',
    profile: 'linux-6.12',
    scenario: 'driver',
    changes: { driverLeavesPoolMapping: false },
    expected: ['dma-ownership', 'dma-mapped-once'],
    program: `${PORT + PLAIN + OPEN + RECEIVE}mvneta_poll(port: port1, verdict: redirect)\n`,
  },
  {
    id: 'K2',
    title: 'the completion of a redirected frame unmaps 0 bytes',
    source: '3cdf199d4755 "bnxt_en: Set DMA unmap len correctly for XDP_REDIRECT" (CVE-2025-38439)',
    profile: 'linux-6.12',
    scenario: 'driver',
    changes: { driverUnmapsMappedLength: false },
    expected: ['dma-mapped-once'],
    program: PORT + PLAIN + OPEN + RECEIVE + BACK,
  },
  {
    id: 'K4',
    title: 'a driver puts the frags that a packet had before its program cut some off: H9 on the driver side',
    source: 'a6413e6f6c9d, db25c42c2e1f, afd5ba577c10 (mlx5e, CVE-2026-43464, CVE-2026-43465)',
    profile: 'linux-6.12',
    scenario: 'driver',
    changes: { driverCountsFragsAfterProgram: false },
    expected: ['recycled-is-exclusive', 'pool-refcount', 'no-double-free', 'page-refcount', 'returns-to-its-pool'],
    program: `${PORT}mvneta_change_mtu(port: port1, mtu: 9000)
pool9 = mvneta_xdp_setup(port: port1, prog: frags)
${OPEN}mvneta_receive(port: port1, len: 3519)
mvneta_poll(port: port1, verdict: drop, tail: 1)
`,
  },
  {
    id: 'K4-fcs',
    title: 'the FCS is counted as bytes of frags',
    source: 'mvneta_swbm_add_rx_fragment of 6.1 and 6.12: xdp_frags_size = *size; docs/reference/systems/driver.md',
    profile: 'linux-6.12',
    scenario: 'driver',
    changes: { driverCountsFcs: true },
    expected: ['geometry'],
    program: `${PORT}mvneta_change_mtu(port: port1, mtu: 9000)
${OPEN}mvneta_receive(port: port1, len: 3519)
mvneta_poll(port: port1)
`,
  },
  {
    id: 'K6',
    title: 'the skb is built before the program runs, and lost on every verdict but PASS',
    source: '5db843258de1 "net: ethernet: am65-cpsw: fix memory leak in certain XDP cases" (CVE-2025-21788)',
    profile: 'linux-6.12',
    scenario: 'driver',
    changes: { driverBuildsSkbAfterProgram: false },
    expected: ['page-refcount', 'no-leak', 'skb-users', 'recycled-is-exclusive'],
    program: `${PORT + PLAIN + OPEN + RECEIVE}mvneta_poll(port: port1, verdict: drop)\n`,
  },
  {
    id: 'K7',
    title: 'a driver reads what it received without syncing it for the CPU',
    source: 'c72a0f09c57f (mana, CVE-2026-72064)',
    profile: 'linux-6.12',
    scenario: 'driver',
    changes: { driverSyncsForCpu: false },
    expected: ['dma-ownership'],
    program: `${PORT + PLAIN + OPEN + RECEIVE}mvneta_poll(port: port1, verdict: tx)\n`,
  },
  {
    id: 'K7-fcs',
    title: 'a dropped buffer goes back to the device without a sync of the FCS, which was synced for the CPU',
    source:
      'mvneta_run_xdp of 6.1 and 6.12: len = xdp->data_end - xdp->data_hard_start - headroom; ' +
      'docs/reference/systems/driver.md',
    profile: 'linux-6.12',
    scenario: 'driver',
    changes: { driverReturnsSyncedFcs: false },
    expected: ['dma-ownership'],
    program: `${PORT + PLAIN + OPEN}mvneta_receive(port: port1, len: 60, count: 4)
mvneta_poll(port: port1, budget: 1, verdict: drop)
mvneta_receive(port: port1, len: 60)
`,
  },
  {
    id: 'K3',
    title: 'a driver saves the address of the head plus the headers: the unmap finds no mapping there',
    source: '66600fac7a98 "net: stmmac: TSO: Fix unbalanced DMA map/unmap for non-paged SKB data" (CVE-2024-53058)',
    profile: 'linux-6.12',
    scenario: 'driver',
    changes: { driverUnmapsHead: 'behind_headers' },
    expected: ['dma-mapped-once'],
    program: `${PORT + OPEN}skb1 = alloc_skb(size: 1)
skb_put(skb: skb1, len: 1)
mvneta_tx(port: port1, skb: skb1)
`,
  },
  {
    id: 'K3-size',
    title: 'the head of a packet with frags is unmapped with the length of the packet',
    source:
      '2e7d3b67630d "net: atlantic: Fix DMA mapping for PTP hwts ring" (CVE-2024-26680): a size that is not ' +
      'what was mapped',
    profile: 'linux-6.12',
    scenario: 'driver',
    changes: { driverUnmapsHead: 'whole_packet' },
    expected: ['dma-mapped-once'],
    program: `${PORT}mvneta_change_mtu(port: port1, mtu: 3501)
${OPEN}mvneta_receive(port: port1, len: 3519)
mvneta_poll(port: port1)
skb1 = mvneta_rx_next(port: port1)
mvneta_tx(port: port1, skb: skb1)
`,
  },
  {
    id: 'X16',
    title: 'XDP_TX finds the transmit ring full, and the packet is forgotten',
    source: 'b69004f5a6ad (mlx5e, CVE-2026-53229): no frame return',
    profile: 'linux-6.12',
    scenario: 'driver',
    changes: { driverPutsUnsentTx: false },
    expected: ['page-refcount', 'pool-inflight', 'pool-refcount', 'no-leak'],
    program: `${PORT.replace('ring: 4', 'ring: 8') + PLAIN + OPEN}mvneta_receive(port: port1, len: 60, count: 8)
mvneta_poll(port: port1, verdict: tx)
`,
  },
  {
    id: 'X16-unmap',
    title: 'a frag of a frame cannot be mapped, and the buffers that were mapped before it stay mapped',
    source: 'b69004f5a6ad (mlx5e, CVE-2026-53229): no unmap',
    profile: 'linux-6.12',
    scenario: 'driver',
    needs: 'fault',
    changes: { driverUnmapsUnsent: false },
    expected: ['dma-mapped-once'],
    program: `${PORT}mvneta_change_mtu(port: port1, mtu: 3501)
pool9 = mvneta_xdp_setup(port: port1, prog: frags)
${OPEN}mvneta_receive(port: port1, len: 3519)
mvneta_poll(port: port1, verdict: redirect, target: port1, fail: 2)
`,
  },
];
