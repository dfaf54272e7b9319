// Net memory without pages: numbers come from net/core/page_pool.c, skbuff.c and include/net/netmem.h of 7.3.

import type { PagePool } from '../src/model/structs/page_pool';
import type { Pipe } from '../src/model/structs/pipe';
import type { SkBuff } from '../src/model/structs/sk_buff';
import { WalkThrough } from './support/walk_through';

const POOL = `pool1 = page_pool_create_mp(niovs: 2)
`;
const UNREADABLE = `${POOL}page1 = page_pool_alloc_netmems(pool: pool1, len: 1000)
skb1 = alloc_skb(size: 256)
skb_put(skb: skb1, len: 60)
skb_add_rx_frag_netmem(skb: skb1, page: page1, size: 1000, truesize: 4096)
skb_mark_for_recycle(skb: skb1)
`;

const after = (program: string): WalkThrough => new WalkThrough('linux-7.3', program);

describe('a pool with a memory provider', () => {
  test('has no more net_iovs than its provider', () => {
    const alloc = (name: string): string => `${name} = page_pool_alloc_netmems(pool: pool1, len: 1)\n`;
    const run = after(`${POOL}${alloc('page1')}${alloc('page2')}${alloc('page3')}`);
    const pool = run.object<PagePool>('pool1');
    expect([pool.holdCnt, pool.provider?.free.length]).toEqual([2, 0]);
    expect(run.broken).toBeNull();
  });

  test('gives a net_iov that finds no room in its ring back to the provider, and puts nothing', () => {
    const run = after(
      `pool1 = page_pool_create_mp(niovs: 2, pool_size: 1)
page1 = page_pool_alloc_netmems(pool: pool1, len: 1)
page2 = page_pool_alloc_netmems(pool: pool1, len: 1)
page_pool_put_full_netmem(page: page1)
page_pool_put_full_netmem(page: page2)`,
    );
    const pool = run.object<PagePool>('pool1');
    expect([pool.ring.length, pool.releaseCnt, pool.provider?.free.length]).toEqual([1, 1, 1]);
    expect(run.broken).toBeNull();
  });
});

describe('an skb with a net_iov', () => {
  test('is unreadable, and so is its clone', () => {
    const run = after(`${UNREADABLE}skb2 = skb_clone(skb: skb1)`);
    expect([run.object<SkBuff>('skb1').unreadable, run.object<SkBuff>('skb2').unreadable]).toEqual([true, true]);
    expect(run.broken).toBeNull();
  });

  test('is neither pulled nor copied', () => {
    const run = after(`${UNREADABLE}__pskb_pull_tail(skb: skb1, delta: 1)
skb2 = skb_copy(skb: skb1)
skb_linearize(skb: skb1)`);
    const skb = run.object<SkBuff>('skb1');
    expect([skb.len, skb.dataLen, skb.data.nrFrags]).toEqual([1060, 1000, 1]);
    expect(run.broken).toBeNull();
  });

  test('is readable again when its last frag is cut off', () => {
    const run = after(`${UNREADABLE}___pskb_trim(skb: skb1, len: 60)`);
    const skb = run.object<SkBuff>('skb1');
    expect([skb.unreadable, skb.data.nrFrags]).toEqual([false, 0]);
    expect(run.broken).toBeNull();
  });
});

describe('a packet of net_iovs', () => {
  const packet = (seq: number): string => `page${seq} = page_pool_alloc_frag_netmem(pool: pool1, size: 500)
skb${seq} = alloc_skb(size: 256)
skb_reserve(skb: skb${seq}, len: 128)
skb_add_rx_frag_netmem(skb: skb${seq}, page: page${seq}, size: 500, truesize: 512)
skb_mark_for_recycle(skb: skb${seq})
skb_push_headers(skb: skb${seq}, proto: tcp, flow: 1, seq: ${(seq - 1) * 500}, id: ${seq})
napi_gro_receive(napi: napi1, skb: skb${seq}, context: napi)
`;

  test('merges with the one before it: the frags move', () => {
    const run = after(`napi1 = netif_napi_add()
${POOL}${packet(1)}${packet(2)}napi_gro_flush(napi: napi1, context: napi)
gro_normal_list(napi: napi1, context: napi)
skb3 = rx_handler_take(napi: napi1, context: napi)`);
    const skb = run.object<SkBuff>('skb3');
    expect([skb.unreadable, skb.data.nrFrags, skb.dataLen]).toEqual([true, 2, 1000]);
    expect(run.broken).toBeNull();
  });

  test('gives a pipe its linear part only', () => {
    const run = after(`${UNREADABLE}pipe1 = alloc_pipe_info()
sock1 = sk_alloc()
skb_splice_bits(skb: skb1, sock: sock1, pipe: pipe1, len: 1060)`);
    expect(run.object<Pipe>('pipe1').buffers.map(({ len }) => len)).toEqual([60]);
    expect(run.broken).toBeNull();
  });

  test('keeps its net_iov out of the pool while a user reads it', () => {
    const run = after(`${UNREADABLE}page2 = io_zcrx_recv_frag(skb: skb1)
kfree_skb(skb: skb1)`);
    expect(run.object<PagePool>('pool1').provider?.free).toHaveLength(1);
    expect(run.broken).toBeNull();
  });
});
