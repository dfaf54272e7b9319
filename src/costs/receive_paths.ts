import type { CostPath } from './path';

const PROFILE = 'linux-6.12';
const BYTES = 1500;
const HEADERS = 128;
const TUTORIAL = 'the page_pool tutorial of 2020';
const DROP_SOURCE = `${TUTORIAL}: XDP_DROP against drop by tc`;
const SEND_SOURCE = `${TUTORIAL}: XDP_TX with the mapping of the pool, redirect with another`;
const OPTIONS_SOURCE = 'Jesper Dangaard Brouer on netdev, April 2016: option A against option B';
const RECYCLE_SOURCE = 'Jesper Dangaard Brouer on netdev, April 2016: page_pool against the cost of the page allocator';
/** build_skb in a page with XDP's headroom and room for the shared_info. */
const BUILD = [
  'skb$ = build_skb(page: page$, frag_size: 4096)',
  'skb_reserve(skb: skb$, len: 256)',
  `skb_put(skb: skb$, len: ${BYTES})`,
];
const POOL = ['pool1 = page_pool_create(pool_size: 64, flags: dma_map|dma_sync_dev, offset: 256, max_len: 3520)'];
const FROM_POOL = [
  'page$ = page_pool_alloc_pages(pool: pool1)',
  `device_write(page: page$, offset: 256, len: ${BYTES})`,
  `dma_sync_single_for_cpu(page: page$, offset: 256, len: ${BYTES})`,
];
const QUEUE = [
  ...POOL,
  'rxq1 = xdp_rxq_info_reg()',
  'xdp_rxq_info_reg_mem_model(rxq: rxq1, type: page_pool, pool: pool1)',
];
const INTO_XDP = [...FROM_POOL, `xdp$ = xdp_prepare_buff(rxq: rxq1, page: page$, len: ${BYTES})`];

const PORT = [
  'device1 = device_add()',
  'port1 = mvneta_probe(device: device1, ring: 32, txq: 64)',
  'pool0 = mvneta_xdp_setup(port: port1, prog: plain)',
  'pool1 = mvneta_open(port: port1)',
];
const RECEIVE = `mvneta_receive(port: port1, len: ${BYTES})`;

/** Early against late drops, recycling against the page allocator, option A against option B. */
export const RECEIVE_PATHS: readonly CostPath[] = [
  {
    name: 'xdp-drop',
    title: 'the driver runs a program, which drops: the page returns to the cache of its pool',
    group: 'dropping',
    source: DROP_SOURCE,
    profile: PROFILE,
    setup: PORT,
    packet: [RECEIVE, 'mvneta_poll(port: port1, verdict: drop)'],
    bytes: BYTES,
  },
  {
    name: 'stack-drop',
    title: 'the packet becomes an skb, goes up the stack, and is dropped there',
    group: 'dropping',
    source: DROP_SOURCE,
    profile: PROFILE,
    setup: PORT,
    packet: [RECEIVE, 'mvneta_poll(port: port1, verdict: pass)', 'mvneta_rx_drop(port: port1, context: napi)'],
    bytes: BYTES,
  },
  {
    name: 'xdp-tx',
    title: 'the program sends the packet back, with the mapping of the pool and one more sync',
    group: 'sending back',
    source: SEND_SOURCE,
    profile: PROFILE,
    setup: PORT,
    packet: [RECEIVE, 'mvneta_poll(port: port1, verdict: tx)', 'mvneta_tx_done(port: port1)'],
    bytes: BYTES,
  },
  {
    name: 'xdp-redirect',
    title: 'the packet leaves by another device, which maps it anew',
    group: 'sending back',
    source: SEND_SOURCE,
    profile: PROFILE,
    setup: [...PORT, 'port2 = mvneta_probe(device: device1, ring: 32, txq: 64)', 'pool2 = mvneta_open(port: port2)'],
    packet: [RECEIVE, 'mvneta_poll(port: port1, target: port2, verdict: redirect)', 'mvneta_tx_done(port: port2)'],
    bytes: BYTES,
  },
  {
    name: 'option-a',
    title: 'writable page: build_skb in place',
    group: 'two ways to an skb',
    source: OPTIONS_SOURCE,
    profile: PROFILE,
    setup: QUEUE,
    packet: [...INTO_XDP, 'skb$ = xdp_buff_build_skb(xdp: xdp$)', 'consume_skb(skb: skb$, context: napi)'],
    bytes: BYTES,
  },
  {
    name: 'option-b',
    title: `read-only page: a head of its own, ${HEADERS} bytes of headers copied, the page as a frag`,
    group: 'two ways to an skb',
    source: OPTIONS_SOURCE,
    profile: PROFILE,
    setup: QUEUE,
    packet: [
      ...INTO_XDP,
      `skb$ = xdp_buff_copy_headers(xdp: xdp$, headers: ${HEADERS})`,
      'consume_skb(skb: skb$, context: napi)',
    ],
    bytes: BYTES,
  },
  {
    name: 'page-pool',
    title: 'pool page, skb built in it and marked, page back in the pool when the skb is freed',
    group: 'recycling',
    source: RECYCLE_SOURCE,
    profile: PROFILE,
    setup: POOL,
    packet: [...FROM_POOL, ...BUILD, 'skb_mark_for_recycle(skb: skb$)', 'consume_skb(skb: skb$, context: napi)'],
    bytes: BYTES,
  },
  {
    name: 'page-allocator',
    title: 'page from the allocator, mapped and unmapped for each packet, freed with the skb',
    group: 'recycling',
    source: RECYCLE_SOURCE,
    profile: PROFILE,
    setup: ['device1 = device_add()'],
    packet: [
      'page$ = alloc_pages(order: 0)',
      'mapping$ = dma_map_page(device: device1, page: page$, dir: from_device)',
      `device_write(page: page$, offset: 256, len: ${BYTES})`,
      'dma_unmap_page(mapping: mapping$)',
      ...BUILD,
      'consume_skb(skb: skb$, context: napi)',
    ],
    bytes: BYTES,
  },
];
