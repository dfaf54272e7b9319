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
    expected: ['pool-inflight', 'page-refcount', 'pool-refcount', 'truesize-exact', 'geometry'],
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
skb2 = alloc_skb(size: 0)
skb_put(skb: skb2, len: 1)
skb_append_frag_list(skb: skb1, member: skb2)
xdp1 = veth_xdp_rcv_skb(rxq: rxq1, skb: skb1)
`,
  },
  {
    id: 'H14',
    title:
      'veth makes headroom with pskb_expand_head: the frame holds a page reference, and the head is kmalloc memory that is freed',
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
