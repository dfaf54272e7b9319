import type { Mutant } from './mutant';

const PORT = `device1 = device_add()
port1 = mvneta_probe(device: device1, ring: 4, txq: 8)
`;
const OPEN = 'pool1 = mvneta_open(port: port1)\n';
const PLAIN = 'pool9 = mvneta_xdp_setup(port: port1, prog: plain)\n';
const RECEIVE = 'mvneta_receive(port: port1, len: 60)\n';
/** A queue with a packet in a page of its own. */
const PACKET = `page1 = alloc_pages()
device_write(page: page1, len: 78)
rxq1 = xdp_rxq_info_reg()
xdp1 = xdp_prepare_buff(rxq: rxq1, page: page1, headroom: 64, len: 14)
`;

/** Mutants of drivers by bugs of 2025 and 2026: buffers that are given twice, forgotten, or shown too large. */
export const DRIVERS_2026_MUTANTS: readonly Mutant[] = [
  {
    id: 'R19',
    title: 'the refill fails, and the hardware gets back a buffer that XDP or the stack has by now',
    source: '"net: mvpp2: refill RX buffers before XDP or skb use" (CVE-2026-53215)',
    profile: 'linux-7.3',
    scenario: 'driver',
    needs: 'fault',
    changes: { driverRefillsBeforeProgram: false },
    expected: ['pool-refcount', 'page-refcount', 'no-use-after-free', 'recycled-is-exclusive', 'pool-inflight'],
    program: `device1 = device_add()
port1 = mvneta_probe(device: device1, ring: 32, txq: 8)
pool9 = mvneta_xdp_setup(port: port1, prog: plain)
${OPEN}mvneta_receive(port: port1, len: 60, count: 32)
mvneta_poll(port: port1)
${RECEIVE}mvneta_poll(port: port1, verdict: tx, fail: 1)
`,
  },
  {
    id: 'K12',
    title: 'no skb can be built, the page is recycled, and the driver still has it in its ring',
    source: '"net: stmmac: clear stale buf->page after recycling on skb build failure" (7.2.9)',
    profile: 'linux-7.3',
    scenario: 'driver',
    needs: 'fault',
    changes: { driverForgetsFailedBuffer: false },
    expected: ['recycled-is-exclusive', 'pool-refcount', 'page-refcount', 'no-use-after-free', 'pool-inflight'],
    program: `${PORT + OPEN + RECEIVE}mvneta_poll(port: port1, fail: 1)\n`,
  },
  {
    id: 'K13',
    title: 'the skb of a packet that a program cut has the bytes that the packet had before',
    source: '"net: mvpp2: build skb from XDP-adjusted data on XDP_PASS" (6.12.94, 7.0.13)',
    profile: 'linux-7.3',
    scenario: 'driver',
    changes: { driverBuildsSkbOfProgram: false },
    expected: ['bytes', 'geometry'],
    program: `${PORT + PLAIN + OPEN + RECEIVE}mvneta_poll(port: port1, head: 1)\n`,
  },
  {
    id: 'R17',
    title: 'a driver is closed, and the skbs in its transmit ring are forgotten',
    source: 'macb, CVE-2026-72017',
    profile: 'linux-7.3',
    scenario: 'driver',
    changes: { driverFreesSentAtStop: false },
    expected: ['dma-mapped-once', 'skb-users', 'page-refcount', 'pool-refcount', 'pool-inflight', 'no-leak'],
    program: `${PORT + OPEN}skb1 = alloc_skb(size: 0)
skb_put(skb: skb1, len: 1)
mvneta_tx(port: port1, skb: skb1)
`,
  },
  {
    id: 'K14',
    title: 'an skb cannot be mapped, and is freed by the function that maps and by its caller',
    source: '"ice: fix double-free of tx_buf skb" (CVE-2026-53009)',
    profile: 'linux-7.3',
    scenario: 'driver',
    needs: 'fault',
    changes: { driverFreesUnmappedOnce: false },
    expected: ['no-double-free', 'no-use-after-free', 'skb-users'],
    program: `${PORT + OPEN}skb1 = alloc_skb(size: 0)
skb_put(skb: skb1, len: 1)
mvneta_tx(port: port1, skb: skb1, fail: 1)
`,
  },
  {
    id: 'R15',
    title: 'a frag cannot be mapped, and the head stays mapped',
    source: 'igbvf, CVE-2026-74495',
    profile: 'linux-7.3',
    scenario: 'driver',
    needs: 'fault',
    changes: { driverUnmapsUnsentHead: false },
    expected: ['dma-mapped-once'],
    program: `${PORT + OPEN}page1 = alloc_pages()
device_write(page: page1, len: 1)
skb1 = alloc_skb(size: 0)
skb_put(skb: skb1, len: 1)
skb_add_rx_frag(skb: skb1, page: page1, size: 1, truesize: 1)
mvneta_tx(port: port1, skb: skb1, fail: 2)
`,
  },
  {
    id: 'K15',
    title: 'a poll redirects packets and does not flush them: nobody sends them',
    source: '"bnxt: properly flush XDP redirect lists" (CVE-2025-38246)',
    profile: 'linux-7.3',
    scenario: 'driver',
    changes: { driverFlushesRedirects: false },
    expected: ['page-refcount', 'pool-refcount', 'pool-inflight', 'no-leak'],
    program: `${PORT + PLAIN + OPEN + RECEIVE}mvneta_poll(port: port1, verdict: redirect, target: port1)\n`,
  },
  {
    id: 'R25',
    title: 'a device reports more buffers than an skb has room for: the last frag overwrites the bytes behind the head',
    source:
      '"net: thunderbolt: Fix frags[] overflow by bounding frame_count" (CVE-2026-72157); f_phonet, CVE-2026-31616',
    profile: 'linux-7.3',
    scenario: 'gro',
    changes: { driverBoundsFrags: false },
    expected: ['geometry'],
    program: `skb1 = alloc_skb(size: 0)
page1 = alloc_pages()
device_write_packet(page: page1, len: 0, proto: tcp, flow: 0)
skb_add_rx_frags(skb: skb1, page: page1, size: 1, count: 17, truesize: 1)
skb_add_rx_frag(skb: skb1, page: page1, size: 1, truesize: 1)
`,
  },
  {
    id: 'R21',
    title: 'a program moves the packet to the front, and the head of its skb begins in front of the buffer',
    source: '"bnxt: fix head underflow on XDP head-grow" (CVE-2026-74269)',
    profile: 'linux-7.3',
    scenario: 'xdp',
    changes: { driverSkbStartsInBuffer: false },
    expected: ['geometry'],
    program: `${PACKET}bpf_xdp_adjust_head(xdp: xdp1, offset: -1)
skb1 = xdp_buff_build_skb(xdp: xdp1)
`,
  },
  {
    id: 'K16',
    title: 'the frame that a program sees is larger than the buffer: the program may write behind it',
    source: '"net: mvpp2: limit XDP frame size to the RX buffer" (CVE-2026-53216)',
    profile: 'linux-7.3',
    scenario: 'xdp',
    changes: { driverFrameFitsBuffer: false },
    expected: ['geometry'],
    program: `${PACKET.replace('headroom: 64', 'frame_sz: 4160, headroom: 64')}`,
  },
  {
    id: 'K17',
    title: 'the flags of an xdp_buff are not cleared between packets: the next one counts as of the emergency reserves',
    source: '"net: mvneta: clear XDP pfmemalloc flag between frames" (6.12.113, 7.2.10)',
    profile: 'linux-7.3',
    scenario: 'xdp',
    changes: { driverClearsXdpFlags: false },
    expected: ['pfmemalloc-is-real'],
    program: `${PACKET}page2 = alloc_pages()
set_page_pfmemalloc(page: page2)
device_write(page: page2, len: 1)
xdp_buff_add_frag(xdp: xdp1, page: page2, size: 1)
xdp_return_buff(xdp: xdp1, context: softirq)
page3 = alloc_pages()
device_write(page: page3, len: 14)
xdp2 = xdp_prepare_buff(rxq: rxq1, page: page3, headroom: 0, len: 14)
`,
  },
];
