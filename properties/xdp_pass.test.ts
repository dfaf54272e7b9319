// Packets that XDP passed: numbers come from net/core/xdp.c of 7.3 (sk_buff 256, skb_shared_info 320, pages of 4096).

import type { PagePool } from '../src/model/structs/page_pool';
import type { SkBuff } from '../src/model/structs/sk_buff';
import type { XdpRxqInfo } from '../src/model/structs/xdp_rxq_info';
import { WalkThrough } from './support/walk_through';

const QUEUE = `pool1 = page_pool_create(pool_size: 16)
rxq1 = xdp_rxq_info_reg()
`;
const POOL_PACKET = `${QUEUE}xdp_rxq_info_reg_mem_model(rxq: rxq1, type: page_pool, pool: pool1)
page1 = page_pool_alloc_pages(pool: pool1)
device_write(page: page1, len: 4096)
xdp1 = xdp_prepare_buff(rxq: rxq1, page: page1, len: 1000)
page2 = page_pool_alloc_pages(pool: pool1)
device_write(page: page2, len: 4096)
xdp_buff_add_frag(xdp: xdp1, page: page2, size: 500)
`;
const CHUNKS = `${QUEUE}xdp_rxq_info_reg_mem_model(rxq: rxq1, type: xsk_buff_pool, chunks: 3)
xdp1 = xsk_buff_alloc(rxq: rxq1, len: 1000)
xdp2 = xsk_buff_alloc(rxq: rxq1, len: 2112)
xdp3 = xsk_buff_alloc(rxq: rxq1, len: 640)
xsk_buff_add_frag(xdp: xdp1, frag: xdp2)
xsk_buff_add_frag(xdp: xdp1, frag: xdp3)
`;

const after = (program: string): WalkThrough => new WalkThrough('linux-7.3', program);

test('an skb in the place of a packet is charged each buffer, is marked, and has lost its Ethernet header', () => {
  const run = after(`${POOL_PACKET}skb1 = xdp_build_skb_from_buff(xdp: xdp1)`);
  const skb = run.object<SkBuff>('skb1');
  expect([skb.truesize, skb.len, skb.dataLen, skb.ppRecycle]).toEqual([256 + 2 * 4096, 1500 - 14, 500, true]);
  expect(run.broken).toBeNull();
});

test('a copy of a packet in three chunks is charged the memory that it got, and gives the chunks back', () => {
  const run = after(`${CHUNKS}skb1 = xdp_build_skb_from_zc(xdp: xdp1, pool: pool1, context: softirq)`);
  const skb = run.object<SkBuff>('skb1');
  // A page for the head, a page for 2112 bytes, and a piece of 640.
  expect([skb.truesize, skb.len, skb.data.nrFrags]).toEqual([256 + 4096 + 4096 + 640, 3752 - 14, 2]);
  expect(run.object<XdpRxqInfo>('rxq1').mem.xsk?.freeList.length).toBe(3);
  expect(run.broken).toBeNull();
});

test('a copy without memory leaves the packet to the driver, and nothing of the pool is out', () => {
  const run = after(`${CHUNKS}skb1 = xdp_build_skb_from_zc(xdp: xdp1, pool: pool1, context: softirq, fail: 1)`);
  const { holdCnt, releaseCnt } = run.object<PagePool>('pool1');
  expect([holdCnt, releaseCnt, run.object<XdpRxqInfo>('rxq1').mem.xsk?.freeList.length]).toEqual([0, 0, 0]);
  expect(run.broken).toBeNull();
});
