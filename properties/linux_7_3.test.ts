// The differences between 7.3 and 6.12. Numbers come from net/core/{skbuff,gro}.c, mm/page_frag_cache.c,
// net/ipv4/{tcp,udp}_offload.c, kernel/bpf/cpumap.c and net/xdp/xsk.c of 7.3.4, not from the model.

import type { CpuMapEntry } from '../src/model/structs/cpu_map_entry';
import type { Napi } from '../src/model/structs/napi';
import type { PageFragCache } from '../src/model/structs/page_frag_cache';
import type { PageRef } from '../src/model/structs/page';
import type { SkBuff } from '../src/model/structs/sk_buff';
import { text } from './support/gro_bench';
import { WalkThrough } from './support/walk_through';

const SK_BUFF = 256;
const SHARED_INFO = 320;
const SMALL_HEAD = 704;

const both = (program: string): [WalkThrough, WalkThrough] => [
  new WalkThrough('linux-6.12', program),
  new WalkThrough('linux-7.3', program),
];

test('a small packet of napi_alloc_skb is kmalloc memory again', () => {
  const skbs = both('skb1 = napi_alloc_skb(len: 0)\n').map((run) => run.object<SkBuff>('skb1'));
  expect(skbs.map(({ headFrag, truesize }) => [headFrag, truesize])).toEqual([
    [true, 1024 + SK_BUFF],
    [false, SMALL_HEAD + SK_BUFF],
  ]);
});

test('a page_frag cache gives its page from the start to the end', () => {
  const runs = both(`frag_cache1 = page_frag_cache_init()
    page1 = page_frag_alloc(cache: frag_cache1, size: 1000)
    page2 = page_frag_alloc(cache: frag_cache1, size: 24)\n`);
  expect(runs.map((run) => run.object<PageRef>('page2').offset)).toEqual([32768 - 1024, 1000]);
  expect(runs.map((run) => run.object<PageFragCache>('frag_cache1').offset)).toEqual([32768 - 1024, 1024]);
});

test('a piece of more than a page is refused by a used page_frag cache, whose next page would have room', () => {
  const runs = both(`frag_cache1 = page_frag_cache_init()
    page1 = page_frag_alloc(cache: frag_cache1, size: 30000)
    page2 = page_frag_alloc(cache: frag_cache1, size: 8192)\n`);
  expect(runs.map((run) => run.has('page2'))).toEqual([true, false]);
  expect(runs.map((run) => run.object<PageFragCache>('frag_cache1').offset)).toEqual([32768 - 8192, 30000]);
});

test('an unshared head takes its old end back, even where it has the size of a small head', () => {
  // 64 bytes more than the shared_info: the new head is a small head of 704 bytes.
  const runs = both(`page1 = alloc_pages()
    skb1 = build_skb(page: page1, frag_size: 384)
    skb_put(skb: skb1, len: 10)
    skb2 = skb_clone(skb: skb1)
    skb_unclone_keeptruesize(skb: skb1)\n`);
  expect(runs[0].outcomes.at(-1)).toBe('skipped');
  expect(runs[1].object<SkBuff>('skb1').data.end).toBe(384 - SHARED_INFO);
});

/** Two TCP segments of one flow, and the state of GRO after them. */
function segments(first: string, second: string): Napi[] {
  const packet = (skb: string, args: string): string => `${skb} = alloc_skb(size: 256)
    skb_put_packet(skb: ${skb}, len: 100, proto: tcp, flow: 0, ${args})
    napi_gro_receive(napi: napi1, skb: ${skb})`;
  const program = text(`napi1 = netif_napi_add()
    ${packet('skb1', first)}
    ${packet('skb2', `seq: 100, ${second}`)}`);
  return both(program).map((run) => run.object<Napi>('napi1'));
}

/** Payload bytes of the packet that GRO holds. */
const held = (napi: Napi): number[] => napi.groHash.flatMap(({ list }) => list).map(({ len }) => len);

test('packets whose IP ID stays the same merge without DF, too', () => {
  const [before, now] = segments('id: 7, odd: may_fragment', 'id: 7, odd: may_fragment');
  expect(held(before)).not.toEqual([40 + 200]);
  expect(held(now)).toEqual([40 + 200]);
});

test('packets that agree in CWR merge, as Accurate ECN wants it', () => {
  const [before, now] = segments('id: 0, flags: ack|cwr', 'id: 1, flags: ack|cwr');
  expect(held(before)).not.toEqual([40 + 200]);
  expect(held(now)).toEqual([40 + 200]);
});

test('a UDP segment that the device segments again states the length of one datagram', () => {
  const lengths = both(`skb1 = alloc_skb(size: 200)
    skb_put(skb: skb1, len: 108)
    skb_gso_set(skb: skb1, gso_size: 20, gso_type: udp_l4)
    skb2 = __udp_gso_segment(skb: skb1, headers: 0, features: sg|csum|partial)\n`).map((run) => {
    const { data, dataOffset } = run.object<SkBuff>('skb2');
    expect([run.outcomes.at(-1), run.broken]).toEqual(['partial', null]);
    return run.world.memory.view.getUint16(data.head + dataOffset + 4);
  });
  expect(lengths).toEqual([8 + 100, 8 + 20]);
});

/** A cpumap with a frame and then skbs of generic XDP in its ring. */
function cpumap(prog: string): string {
  return `cpumap1 = cpu_map_update_elem(qsize: 8, prog: ${prog})
    rxq1 = xdp_rxq_info_reg()
    xdp_rxq_info_reg_mem_model(rxq: rxq1, type: page_order0)
    page1 = alloc_pages()
    device_write(page: page1, len: 4096)
    skb1 = alloc_skb(size: 64)
    skb_put(skb: skb1, len: 20)
    skb2 = alloc_skb(size: 64)
    skb_put(skb: skb2, len: 30)
    cpu_map_generic_redirect(cpumap: cpumap1, skb: skb1)
    xdp1 = xdp_prepare_buff(rxq: rxq1, page: page1, len: 1000)
    xdp_do_redirect(xdp: xdp1, cpumap: cpumap1, context: softirq)
    xdp_do_flush(context: softirq)
    cpu_map_generic_redirect(cpumap: cpumap1, skb: skb2)\n`;
}
const received = (run: WalkThrough): number[] => run.object<CpuMapEntry>('cpumap1').received.map(({ len }) => len);

test('a cpumap delivers the skbs that it built before those of generic XDP', () => {
  expect(both(`${cpumap('none')}cpu_map_kthread_run(cpumap: cpumap1)\n`).map(received)).toEqual([
    [20, 30, 986],
    [986, 20, 30],
  ]);
});

test('the program of a cpumap sees every skb of a batch', () => {
  expect(both(`${cpumap('drop')}cpu_map_kthread_run(cpumap: cpumap1)\n`).map(received)).toEqual([[30], []]);
});

test('a cpumap tries again where the cache of sk_buffs cannot be refilled', () => {
  expect(both(`${cpumap('none')}cpu_map_kthread_run(cpumap: cpumap1, fail: 1)\n`).map(received)).toEqual([
    [20, 30],
    [986, 20, 30],
  ]);
});

const XSK = `netdev1 = netdev_add()
umem1 = xdp_umem_reg(chunks: 16, chunk_size: 2048, entries: 2)
umem_write(umem: umem1, len: 2048)
umem_write(umem: umem1, addr: 2048, len: 2048)
xsk1 = xsk_bind(umem: umem1, netdev: netdev1, entries: 8)
`;

test('the descriptors of an AF_XDP packet that is dropped come back', () => {
  const drops = `${XSK}xsk_tx_desc(xsk: xsk1, addr: 2048, len: 60, options: 1)
    xsk_sendto(xsk: xsk1)
    xsk_close(xsk: xsk1)\n`;
  const rings = both(drops).map((run) => {
    expect(run.broken).toBeNull();
    return run.world.systems.umems[0].cq;
  });
  expect(rings.map(({ producer, cachedProd }) => [producer, cachedProd])).toEqual([
    [0, 0],
    [1, 1],
  ]);
  expect(rings[1].slot(0)).toBe(2048);
});

test('AF_XDP says that the completion ring is full, and how far it read the TX ring', () => {
  const fills = both(`${XSK}xsk_tx_desc(xsk: xsk1, len: 60, count: 3)\nxsk_sendto(xsk: xsk1)\n`);
  expect(fills.map((run) => [run.outcomes.at(-1), run.returned.at(-1)])).toEqual([
    ['cq_full', 0],
    ['cq_full', -11],
  ]);
  expect(fills.map((run) => run.world.systems.xdpSocks[0].tx.consumer)).toEqual([0, 2]);
});

test('the second descriptor of an AF_XDP packet needs memory for the list of addresses', () => {
  const second = `xsk_tx_desc(xsk: xsk1, len: 60, options: 1)
    xsk_sendto(xsk: xsk1)
    xsk_tx_desc(xsk: xsk1, addr: 2048, len: 60)
    xsk_sendto(xsk: xsk1, fail: 1)\n`;
  expect(both(`${XSK}${second}`).map((run) => [run.outcomes.at(-1), run.returned.at(-1)])).toEqual([
    ['no_memory', -11],
    ['no_memory', -12],
  ]);
});

test('sk_filter says that a packet is not permitted, where it was short of memory', () => {
  const short = `sock1 = sk_alloc()
    page1 = alloc_pages()
    device_write(page: page1, len: 2)
    skb1 = alloc_skb(size: 0)
    skb_add_rx_frag(skb: skb1, page: page1, size: 2, truesize: 2)
    skb2 = skb_clone(skb: skb1)
    sk_filter_trim_cap(skb: skb1, sock: sock1, len: 1, fail: 1)\n`;
  expect(both(short).map((run) => [run.outcomes.at(-1), run.returned.at(-1)])).toEqual([
    ['enomem', -12],
    ['enomem', -1],
  ]);
});
