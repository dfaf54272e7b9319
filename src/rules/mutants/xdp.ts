import type { Mutant } from './mutant';

/** Of XDP, its frames, cpumap and veth. */
export const XDP_MUTANTS: readonly Mutant[] = [
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
      '__xdp_build_skb_from_frame: nr_frags = sinfo->nr_frags comes first (6.1 and 6.12); 9f7b2aa5034e is the same trap',
    profile: 'linux-6.12',
    scenario: 'xdp',
    changes: { frameSkbSavesFragCount: false },
    expected: ['pool-inflight', 'page-refcount', 'pool-refcount', 'geometry'],
    program: `pool1 = page_pool_create(pool_size: 1)
rxq1 = xdp_rxq_info_reg()
xdp_rxq_info_reg_mem_model(rxq: rxq1, type: page_pool, pool: pool1)
page1 = page_pool_alloc_pages(pool: pool1)
page2 = page_pool_alloc_pages(pool: pool1)
device_write(page: page2, len: 54)
xdp1 = xdp_prepare_buff(rxq: rxq1, page: page2, headroom: 40, len: 14)
device_write(page: page1, len: 1)
xdp_buff_add_frag(xdp: xdp1, page: page1, size: 1)
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
];
