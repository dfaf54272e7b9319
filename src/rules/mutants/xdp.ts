import type { Mutant } from './mutant';

/** A packet in two buffers of one page, which the driver cut up. */
const JUMBO = `page1 = alloc_pages()
device_write(page: page1, len: 78)
page2 = page_split(page: page1, size: 64)
rxq1 = xdp_rxq_info_reg()
xdp1 = xdp_prepare_buff(rxq: rxq1, page: page1, frame_sz: 4032, headroom: 0, len: 14)
xdp_buff_add_frag(xdp: xdp1, page: page2, size: 1)
`;
const POOL_JUMBO = `pool1 = page_pool_create(pool_size: 16)
rxq1 = xdp_rxq_info_reg()
xdp_rxq_info_reg_mem_model(rxq: rxq1, type: page_pool, pool: pool1)
page1 = page_pool_alloc_pages(pool: pool1)
device_write(page: page1, len: 14)
xdp1 = xdp_prepare_buff(rxq: rxq1, page: page1, headroom: 0, len: 14)
page2 = page_pool_alloc_pages(pool: pool1)
device_write(page: page2, len: 1)
xdp_buff_add_frag(xdp: xdp1, page: page2, size: 1)
`;
const ZC = `rxq1 = xdp_rxq_info_reg()
xdp_rxq_info_reg_mem_model(rxq: rxq1, type: xsk_buff_pool)
`;
const POOL_QUEUE = `pool1 = page_pool_create(pool_size: 16)
rxq1 = xdp_rxq_info_reg()
xdp_rxq_info_reg_mem_model(rxq: rxq1, type: page_pool, pool: pool1)
page1 = page_pool_alloc_pages(pool: pool1)
device_write(page: page1, len: 4096)
xdp1 = xdp_prepare_buff(rxq: rxq1, page: page1, len: 14)
frame1 = xdp_convert_buff_to_frame(xdp: xdp1)
`;

/** Mutants of XDP, its frames, cpumap and veth. */
export const XDP_MUTANTS: readonly Mutant[] = [
  {
    id: 'B10-frame',
    title: 'an skb that cpumap or veth builds in a frame of a pool is not marked for recycling',
    source:
      '9c94bbf9a87b "xdp: recycle Page Pool backed skbs built from XDP frames", without its mark but with the rest',
    profile: 'linux-6.12',
    scenario: 'xdp',
    changes: { frameSkbIsMarked: false },
    expected: ['pool-inflight', 'returns-to-its-pool', 'page-refcount', 'pool-refcount'],
    program: `${POOL_QUEUE}skb1 = xdp_build_skb_from_frame(frame: frame1)
`,
  },
  {
    id: 'G4-convert',
    title: 'a packet with too little headroom becomes a frame: its struct overwrites the packet',
    source:
      'xdp_update_frame_from_buff, both: headroom - metasize < sizeof(struct xdp_frame); 676e4a6fe703 for the room',
    profile: 'linux-6.12',
    scenario: 'xdp',
    changes: { xdpConvertChecksHeadroom: false },
    expected: ['geometry', 'bytes'],
    program: `rxq1 = xdp_rxq_info_reg()
page1 = alloc_pages()
device_write(page: page1, len: 14)
xdp1 = xdp_prepare_buff(rxq: rxq1, page: page1, headroom: 0, len: 14)
frame1 = xdp_convert_buff_to_frame(xdp: xdp1)
`,
  },
  {
    id: 'G7-tx',
    title: 'no frame can be made of a packet that the driver copied into a page of its own, and the page is forgotten',
    source: '7a542bee27c6 "virtio_net: fix memory leak inside XPD_TX with mergeable" (CVE-2022-50065)',
    profile: 'linux-6.12',
    scenario: 'xdp-2016',
    changes: { driverPutsLinearizedPage: false },
    expected: ['page-refcount', 'no-leak'],
    program: `rxq1 = xdp_rxq_info_reg()
page1 = alloc_pages()
device_write(page: page1, len: 14)
xdp1 = xdp_prepare_buff(rxq: rxq1, page: page1, headroom: 0, len: 14)
xdp_linearize_page(xdp: xdp1, headroom: 0)
frame1 = bpf_prog_run_xdp(xdp: xdp1, verdict: tx, context: softirq)
`,
  },
  {
    id: 'H1',
    title: 'cpumap guesses the size of a frame from its packet: skb_shared_info spills over the end of the memory',
    source: '676e4a6fe703 "xdp: fix cpumap redirect SKB creation bug"',
    profile: 'linux-6.12',
    scenario: 'xdp',
    changes: { frameSkbSize: 'spills' },
    expected: ['geometry', 'truesize-covers'],
    program: `${ZC}xdp1 = xsk_buff_alloc(rxq: rxq1, len: 3713)
frame1 = xdp_convert_buff_to_frame(xdp: xdp1)
skb1 = xdp_build_skb_from_frame(frame: frame1)
`,
  },
  {
    id: 'H2',
    title: 'cpumap charges what the packet needs, not the frame that it pins',
    source: '34cc0b338a61 "xdp: Xdp_frame add member frame_sz and handle in convert_to_xdp_frame"',
    profile: 'linux-6.12',
    scenario: 'xdp',
    changes: { frameSkbSize: 'guessed' },
    expected: ['truesize-exact'],
    program: `${ZC}xdp1 = xsk_buff_alloc(rxq: rxq1, len: 14)
frame1 = xdp_convert_buff_to_frame(xdp: xdp1)
skb1 = xdp_build_skb_from_frame(frame: frame1)
`,
  },
  {
    id: 'H2-zc',
    title: 'a frame that was copied from user memory does not say how large it is',
    source: 'xdp_convert_zc_to_xdp_frame: xdpf->frame_sz = PAGE_SIZE, "xdp: fix xdp_convert_zc_to_xdp_frame" (2020-06)',
    profile: 'linux-6.12',
    scenario: 'xdp',
    changes: { zcFrameHasSize: false },
    expected: ['geometry'],
    program: `${ZC}xdp1 = xsk_buff_alloc(rxq: rxq1, len: 14)
frame1 = xdp_convert_buff_to_frame(xdp: xdp1)
`,
  },
  {
    id: 'H3',
    title: 'a frame that was copied from user memory forgets its metadata in the headroom',
    source: 'CVE-2026-81002 "xdp: fix zero-copy frame layout"',
    profile: 'linux-6.12',
    scenario: 'xdp',
    changes: { zcFrameHeadroomCountsMeta: false },
    expected: ['geometry'],
    program: `${ZC}xdp1 = xsk_buff_alloc(rxq: rxq1, len: 14)
bpf_xdp_adjust_meta(xdp: xdp1, offset: -4)
frame1 = xdp_convert_buff_to_frame(xdp: xdp1)
`,
  },
  {
    id: 'H3-limit',
    title: 'a frame that was copied from user memory has no room for skb_shared_info',
    source: 'CVE-2026-81002 "xdp: fix zero-copy frame layout"',
    profile: 'linux-6.12',
    scenario: 'xdp',
    changes: { zcFrameLimitReservesSharedInfo: false },
    expected: ['geometry'],
    program: `${ZC}xdp1 = xsk_buff_alloc(rxq: rxq1, len: 3737)
frame1 = xdp_convert_buff_to_frame(xdp: xdp1)
`,
  },
  {
    id: 'H4',
    title: 'the copy of a frame of a pool for a broadcast has no room for skb_shared_info',
    source: 'e48e8edbef2e "xdp: reject clones that overrun skb_shared_info tailroom"',
    profile: 'linux-6.12',
    scenario: 'xdp',
    changes: { xdpfCloneReservesSharedInfo: 'pages' },
    expected: ['geometry'],
    program: `pool1 = page_pool_create(order: 1, pool_size: 16)
rxq1 = xdp_rxq_info_reg()
xdp_rxq_info_reg_mem_model(rxq: rxq1, type: page_pool, pool: pool1)
page1 = page_pool_alloc_pages(pool: pool1)
device_write(page: page1, len: 3777)
xdp1 = xdp_prepare_buff(rxq: rxq1, page: page1, frame_sz: 4160, headroom: 40, len: 3737)
frame1 = xdp_convert_buff_to_frame(xdp: xdp1)
frame2 = xdpf_clone(frame: frame1)
`,
  },
  {
    id: 'H6',
    title: 'the thread of a cpumap stops before it has emptied its ring, and the clean-up takes skbs for frames',
    source: '7c62b75cd1a7 (CVE-2023-53660), 640a604585aa (CVE-2023-53577)',
    profile: 'linux-6.12',
    scenario: 'cpumap',
    changes: { cpumapStopDrainsRing: false, cpumapCleanupKnowsSkbs: false },
    expected: ['no-double-free'],
    program: `cpumap1 = cpu_map_update_elem(qsize: 1)
skb1 = alloc_skb(size: 0)
cpu_map_generic_redirect(cpumap: cpumap1, skb: skb1)
`,
  },
  {
    id: 'H7',
    title:
      'the queue that the program of a cpumap sees is not cleared: its frag_size lets a frag grow into the next buffer',
    source: '2487007aa3b9 "cpumap: Zero-initialise xdp_rxq_info struct before running XDP program" (CVE-2024-27431)',
    profile: 'linux-6.12',
    scenario: 'cpumap',
    changes: { cpumapClearsRxq: false },
    expected: ['geometry', 'bytes'],
    program:
      JUMBO.replace('headroom: 0, len: 14', 'headroom: 40, len: 21').replace('len: 78', 'len: 125') +
      `cpumap1 = cpu_map_update_elem(qsize: 1, prog: grow)
xdp_do_redirect(xdp: xdp1, cpumap: cpumap1, context: softirq)
xdp_do_flush(context: softirq)
cpu_map_kthread_run(cpumap: cpumap1)
`,
  },
  {
    id: 'H8',
    title: 'a packet of a pool is returned without its frags',
    source: '719d3e71691d (icssg, CVE-2026-23453), aaab619ccd07 (mlx5e)',
    profile: 'linux-6.12',
    scenario: 'xdp',
    changes: { xdpReturnIncludesFrags: 'pages' },
    expected: ['pool-inflight', 'pool-refcount'],
    program: POOL_JUMBO,
  },
  {
    id: 'H8-pages',
    title: "a packet of a driver's own pages is returned without its frags",
    source: '84bf1ac85af8 "ice: fix Rx page leak on multi-buffer frames" (CVE-2025-39948)',
    profile: 'linux-6.12',
    scenario: 'xdp',
    changes: { xdpReturnIncludesFrags: 'pools' },
    expected: ['page-refcount'],
    program: JUMBO,
  },
  {
    id: 'H8-bulk',
    title: 'a bulk of returned frames mixes the pages of two pools',
    source: '8965398713d8 "net: xdp: Introduce bulking for xdp tx return path": mem->id != xa->mem.id',
    profile: 'linux-6.12',
    scenario: 'xdp',
    changes: { bulkFlushesOnOtherMemId: false },
    expected: ['returns-to-its-pool', 'pool-inflight', 'dma-ownership', 'dma-mapped-once'],
    program: `${POOL_QUEUE}pool2 = page_pool_create(pool_size: 16)
rxq2 = xdp_rxq_info_reg()
xdp_rxq_info_reg_mem_model(rxq: rxq2, type: page_pool, pool: pool2)
page2 = page_pool_alloc_pages(pool: pool2)
device_write(page: page2, len: 4096)
xdp2 = xdp_prepare_buff(rxq: rxq2, page: page2, len: 14)
frame2 = xdp_convert_buff_to_frame(xdp: xdp2)
xdp_return_frame_bulk(frame: frame1, frame2: frame2)
`,
  },
  {
    id: 'H9',
    title: 'a frag of a pool that bpf_xdp_adjust_tail gave back is still in nr_frags',
    source: 'a6413e6f6c9d (CVE-2026-43464), db25c42c2e1f (CVE-2026-43465): released frags still counted',
    profile: 'linux-6.12',
    scenario: 'xdp',
    changes: { adjustTailForgetsReturnedFrags: 'pages' },
    expected: ['recycled-is-exclusive', 'pool-refcount', 'no-use-after-free', 'geometry'],
    program: `${POOL_JUMBO}bpf_xdp_adjust_tail(xdp: xdp1, offset: -1)
`,
  },
  {
    id: 'H9-room',
    title: 'bpf_xdp_adjust_tail lets the last frag of a packet of a pool grow out of its buffer',
    source: 'bf25146a5595 "bpf: add frags support to the bpf_xdp_adjust_tail() API": offset > tailroom',
    profile: 'linux-6.12',
    scenario: 'xdp',
    changes: { adjustTailChecksFragRoom: 'pages' },
    expected: ['geometry'],
    program:
      POOL_JUMBO.replace('xdp_rxq_info_reg()', 'xdp_rxq_info_reg(frag_size: 2048)') +
      `bpf_xdp_adjust_tail(xdp: xdp1, offset: 2048)
`,
  },
  {
    id: 'H11',
    title:
      'a frag of user memory that bpf_xdp_adjust_tail cuts off is returned by its page, which knows of no xdp_buff',
    source: 'c5114710c8ce "xsk: fix usage of multi-buffer BPF helpers for ZC XDP" (CVE-2024-26611)',
    profile: 'linux-6.12',
    scenario: 'xdp-2016',
    changes: { adjustTailKnowsZcFrags: false },
    expected: ['no-use-after-free'],
    program: `${ZC}xdp1 = xsk_buff_alloc(rxq: rxq1, len: 14)
xdp2 = xsk_buff_alloc(rxq: rxq1, len: 14)
xsk_buff_add_frag(xdp: xdp1, frag: xdp2)
bpf_xdp_adjust_tail(xdp: xdp1, offset: -14)
`,
  },
  // ---- truesize of skbs made from XDP packets; veth; generic devmap ----
  {
    id: 'F10',
    title: 'a driver reckons truesize with the nr_frags that build_skb has cleared: the frags are not charged',
    source: '9f7b2aa5034e "eth: bnxt: fix truesize for mb-xdp-pass case" (CVE-2025-21961)',
    profile: 'linux-6.12',
    scenario: 'xdp',
    changes: { driverSavesFragCount: false },
    expected: ['truesize-exact', 'truesize-covers'],
    program: `page1 = alloc_pages()
device_write(page: page1, len: 14)
rxq1 = xdp_rxq_info_reg()
xdp1 = xdp_prepare_buff(rxq: rxq1, page: page1, headroom: 0, len: 14)
page2 = alloc_pages()
device_write(page: page2, len: 1)
xdp_buff_add_frag(xdp: xdp1, page: page2, size: 1)
skb1 = xdp_buff_build_skb(xdp: xdp1)
`,
  },
  {
    id: 'F10-frame',
    title: '__xdp_build_skb_from_frame reads nr_frags after build_skb_around has cleared it: the frags are lost',
    source:
      '__xdp_build_skb_from_frame: nr_frags = sinfo->nr_frags comes first (6.1 and 6.12); 9f7b2aa5034e is the ' +
      'same trap',
    profile: 'linux-6.12',
    scenario: 'xdp',
    changes: { frameSkbSavesFragCount: false },
    expected: ['page-refcount', 'pool-inflight', 'pool-refcount', 'truesize-exact', 'geometry'],
    program: `page1 = alloc_pages(order: 1)
device_write(page: page1, len: 118)
page2 = page_split(page: page1, size: 64)
rxq1 = xdp_rxq_info_reg()
xdp1 = xdp_prepare_buff(rxq: rxq1, page: page1, headroom: 40, len: 14)
xdp_buff_add_frag(xdp: xdp1, page: page2, size: 1)
frame1 = xdp_convert_buff_to_frame(xdp: xdp1)
skb1 = xdp_build_skb_from_frame(frame: frame1)
`,
  },
  {
    id: 'F14',
    title: 'a driver charges a frag with the bytes of the packet instead of the buffer that it pins',
    source: '50269e19ad99 "net: add a truesize parameter to skb_add_rx_frag()"; 4b727361f0bc (virtio_net)',
    profile: 'linux-6.12',
    scenario: 'xdp',
    changes: { driverChargesBuffer: false },
    expected: ['truesize-exact'],
    program: `rxq1 = xdp_rxq_info_reg()
page1 = alloc_pages()
device_write(page: page1, len: 14)
xdp1 = xdp_prepare_buff(rxq: rxq1, page: page1, headroom: 0, len: 14)
skb1 = xdp_buff_copy_headers(xdp: xdp1, headers: 1)
`,
  },
  {
    id: 'H13',
    title: 'veth does not copy an skb with a frag_list, and says that it has frags',
    source: 'd0d641596304 "veth: convert frag_list skbs before running XDP" (CVE-2026-74476)',
    profile: 'linux-6.1',
    scenario: 'veth',
    changes: { vethCopiesFragList: false },
    expected: ['geometry'],
    program: `rxq1 = xdp_rxq_info_reg()
skb1 = napi_alloc_skb(len: 0)
skb_reserve(skb: skb1, len: 192)
skb_put(skb: skb1, len: 14)
skb2 = skb_copy(skb: skb1)
skb_append_frag_list(skb: skb1, member: skb2)
xdp1 = veth_xdp_rcv_skb(rxq: rxq1, skb: skb1)
`,
  },
  {
    id: 'H14',
    title:
      'veth makes headroom with pskb_expand_head: the frame holds a page reference, and the head is kmalloc ' +
      'memory that is freed',
    source: '7c10131803e4 "veth: Fix use after free in XDP_REDIRECT" (CVE-2023-53107)',
    profile: 'linux-6.1',
    scenario: 'veth',
    changes: { vethCopiesLowHeadroom: false },
    expected: ['no-use-after-free'],
    program: `rxq1 = xdp_rxq_info_reg()
skb1 = napi_alloc_skb(len: 0)
skb_put(skb: skb1, len: 14)
xdp1 = veth_xdp_rcv_skb(rxq: rxq1, skb: skb1)
`,
  },
  {
    id: 'H16',
    title: 'the program of a devmap entry writes to the head that all clones of a generic broadcast share',
    source: '"bpf: Run generic devmap egress prog on private skb" (6.12.y); dev_map_generic_redirect',
    profile: 'linux-6.12',
    scenario: 'veth',
    changes: { devmapProgramGetsCopy: false },
    expected: ['no-shared-write', 'bytes'],
    program: `skb1 = alloc_skb(size: 0)
skb_put(skb: skb1, len: 14)
skb2 = dev_map_redirect_clone(skb: skb1, len: 1)
`,
  },
];
