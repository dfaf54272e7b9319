import type { Mutant } from './mutant';

const QUEUE = `pool1 = page_pool_create(pool_size: 16)
rxq1 = xdp_rxq_info_reg()
xdp_rxq_info_reg_mem_model(rxq: rxq1, type: page_pool, pool: pool1)
page1 = page_pool_alloc_pages(pool: pool1)
device_write(page: page1, len: 14)
xdp1 = xdp_prepare_buff(rxq: rxq1, page: page1, headroom: 0, len: 14)
`;
const ZC_PACKET = `pool1 = page_pool_create(pool_size: 16)
rxq1 = xdp_rxq_info_reg()
xdp_rxq_info_reg_mem_model(rxq: rxq1, type: xsk_buff_pool)
xdp1 = xsk_buff_alloc(rxq: rxq1, len: 14)
`;

const IN_PLACE = 'xdp_build_skb_from_buff (net/core/xdp.c, 7.3)';
const COPY = 'xdp_build_skb_from_zc (net/core/xdp.c, 7.3)';

/** Mutants of the functions that make skbs of xdp_buffs. */
export const XDP_PASS_MUTANTS: readonly Mutant[] = [
  {
    id: 'F10-buff',
    title: 'an skb is built in a packet, and nr_frags is read after build_skb has cleared it: the frags are lost',
    source: `${IN_PLACE}: nr_frags is read before napi_build_skb; 9f7b2aa5034e (CVE-2025-21961) is the same trap`,
    profile: 'linux-7.3',
    scenario: 'xdp-pass',
    changes: { buffSkbSavesFragCount: false },
    expected: ['truesize-exact', 'page-refcount', 'pool-inflight', 'pool-refcount', 'bytes', 'geometry'],
    program: `rxq1 = xdp_rxq_info_reg()
page1 = alloc_pages()
device_write(page: page1, len: 14)
xdp1 = xdp_prepare_buff(rxq: rxq1, page: page1, headroom: 0, len: 14)
page2 = alloc_pages()
device_write(page: page2, len: 1)
xdp_buff_add_frag(xdp: xdp1, page: page2, size: 1)
skb1 = xdp_build_skb_from_buff(xdp: xdp1)
`,
  },
  {
    id: 'B10-buff',
    title: 'an skb that is built in a packet of a pool is not marked for recycling',
    source: `${IN_PLACE}: skb_mark_for_recycle for MEM_TYPE_PAGE_POOL`,
    profile: 'linux-7.3',
    scenario: 'xdp-pass',
    changes: { buffSkbIsMarked: false },
    expected: ['pool-inflight', 'pool-refcount', 'returns-to-its-pool', 'page-refcount'],
    program: `${QUEUE}skb1 = xdp_build_skb_from_buff(xdp: xdp1)
`,
  },
  {
    id: 'B10-zc',
    title: 'the copy of a packet of user memory lies in pages of a pool, and is not marked for recycling',
    source: `${COPY}: skb_mark_for_recycle`,
    profile: 'linux-7.3',
    scenario: 'xdp-pass',
    changes: { zcSkbIsMarked: false },
    expected: ['pool-inflight', 'pool-refcount', 'returns-to-its-pool', 'page-refcount'],
    program: `${ZC_PACKET}skb1 = xdp_build_skb_from_zc(xdp: xdp1, pool: pool1, context: softirq)
`,
  },
  {
    id: 'F14-zc',
    title: 'the copies of further chunks are charged with the bytes of the packet instead of the memory they got',
    source: 'xdp_copy_frags_from_zc (net/core/xdp.c, 7.3): tsize += truesize, which page_pool_alloc raises',
    profile: 'linux-7.3',
    scenario: 'xdp-pass',
    changes: { zcCopyChargesPieces: false },
    expected: ['truesize-exact', 'truesize-covers'],
    program: `${ZC_PACKET}xdp2 = xsk_buff_alloc(rxq: rxq1, len: 2112)
xsk_buff_add_frag(xdp: xdp1, frag: xdp2)
skb1 = xdp_build_skb_from_zc(xdp: xdp1, pool: pool1, context: softirq)
`,
  },
];
