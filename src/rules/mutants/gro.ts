import type { Mutant } from './mutant';

/** GRO holds the first packet of a flow. Calls that NAPI polls make run in softirq. */
const FIRST = `napi1 = netif_napi_add()
skb1 = napi_alloc_skb(len: 300)
skb_put_packet(skb: skb1, len: 1, proto: tcp, flow: 0)
napi_gro_receive(napi: napi1, skb: skb1, context: softirq)
`;

/** Mutants of GRO: merges, chains, stolen heads, charges. */
export const GRO_MUTANTS: readonly Mutant[] = [
  {
    id: 'C1',
    title: 'GRO merges a packet of a pool into one that does not recycle',
    source: '7d2c89b32587 "skb: Do mix page pool and page referenced frags in GRO"',
    profile: 'linux-6.12',
    scenario: 'gro',
    changes: { groRequiresSameRecycle: false },
    expected: ['pool-inflight', 'pool-refcount', 'returns-to-its-pool', 'page-refcount', 'dma-mapped-once'],
    program: `${FIRST}pool1 = page_pool_create(pool_size: 16)
page1 = page_pool_alloc_pages(pool: pool1)
device_write_packet(page: page1, len: 1, proto: tcp, flow: 0, seq: 1)
napi_add_rx_frag(napi: napi1, page: page1, size: 55, truesize: 55, context: softirq)
napi_gro_frags(napi: napi1, context: softirq)
`,
  },
  {
    id: 'C2',
    title: 'GRO moves frags whose page references an uarg manages into an skb that puts them',
    source: '4db79a322db8 (CVE-2026-46323)',
    profile: 'linux-6.12',
    scenario: 'gro',
    changes: { groRefusesZcopy: false },
    expected: ['uarg-refcount', 'page-refcount', 'no-double-free', 'no-use-after-free'],
    program: `${FIRST}uarg1 = ubuf_alloc(flags: dont_orphan)
skb2 = napi_alloc_skb(len: 300)
skb_zcopy_set(skb: skb2, uarg: uarg1)
skb_put_packet(skb: skb2, len: 1, proto: tcp, flow: 0, seq: 1)
napi_gro_receive(napi: napi1, skb: skb2, context: softirq)
`,
  },
  {
    id: 'C3',
    title: 'a cloned packet enters GRO, which moves its frags out of the shared_info that the clone shares',
    source: '9695b7de5b47 "veth: ensure skb entering GRO are not cloned." (CVE-2021-47099)',
    profile: 'linux-6.12',
    scenario: 'gro',
    changes: { groMayReceiveCloned: 'kmalloc_heads' },
    expected: ['truesize-covers', 'no-shared-write', 'geometry', 'page-refcount', 'bytes', 'dataref'],
    program: `napi1 = netif_napi_add()
skb1 = alloc_skb(size: 256)
skb_put_packet(skb: skb1, len: 1, proto: tcp, flow: 0)
skb2 = skb_clone(skb: skb1)
napi_gro_receive(napi: napi1, skb: skb1, context: softirq)
skb3 = alloc_skb(size: 256)
skb_put_packet(skb: skb3, len: 1, proto: tcp, flow: 0, seq: 1)
napi_gro_receive(napi: napi1, skb: skb3, context: softirq)
`,
  },
  {
    id: 'C3-head',
    title: 'a cloned packet enters GRO, which makes its head a frag of another packet',
    source: '9695b7de5b47 "veth: ensure skb entering GRO are not cloned." (CVE-2021-47099)',
    profile: 'linux-6.12',
    scenario: 'gro',
    changes: { groMayReceiveCloned: 'any' },
    expected: [
      ...['no-use-after-free', 'no-double-free', 'page-refcount', 'dataref', 'geometry', 'no-shared-write', 'bytes'],
      'truesize-covers',
    ],
    program: `${FIRST}skb2 = napi_alloc_skb(len: 300)
skb_put_packet(skb: skb2, len: 1, proto: tcp, flow: 0, seq: 1)
skb3 = skb_clone(skb: skb2)
napi_gro_receive(napi: napi1, skb: skb2, context: softirq)
`,
  },
  {
    id: 'C4',
    title: 'a packet that GRO chained keeps its socket without the destructor',
    source: 'ed4cccef64c1 (CVE-2024-35890)',
    profile: 'linux-6.12',
    scenario: 'gro',
    changes: { groChainClearsSk: false },
    expected: ['socket-charge'],
    program: `napi1 = netif_napi_add()
sock1 = sk_alloc()
skb1 = alloc_skb(size: 256)
skb_put_packet(skb: skb1, len: 1, proto: tcp, flow: 0)
skb_set_owner_w(skb: skb1, sock: sock1)
napi_gro_receive(napi: napi1, skb: skb1, context: softirq)
skb2 = alloc_skb(size: 256)
skb_put_packet(skb: skb2, len: 1, proto: tcp, flow: 0, seq: 1)
skb_set_owner_w(skb: skb2, sock: sock1)
napi_gro_receive(napi: napi1, skb: skb2, context: softirq)
`,
  },
  {
    id: 'C11',
    title: 'headers that are only in frags are pulled from a list member: len shrinks, data_len does not',
    source: 'f2bb34345444 (CVE-2026-53235)',
    profile: 'linux-6.12',
    scenario: 'gro',
    changes: { groListChecksPull: false },
    expected: ['geometry'],
    program: `napi1 = netif_napi_add(features: fraglist)
skb1 = napi_alloc_skb(len: 300)
skb_put_packet(skb: skb1, len: 1, proto: tcp, flow: 0)
napi_gro_receive(napi: napi1, skb: skb1, context: softirq)
page1 = alloc_pages()
device_write_packet(page: page1, len: 1, proto: tcp, flow: 0, seq: 1)
napi_add_rx_frag(napi: napi1, page: page1, size: 55, truesize: 55, context: softirq)
napi_gro_frags(napi: napi1, context: softirq)
`,
  },
  {
    id: 'C12',
    title: 'GRO chains a linear part that is longer than gso_size, which skb_segment cannot split',
    source: '"net: gro: don\'t chain linear parts larger than gso_size into frag_list" (6.12.y)',
    profile: 'linux-6.12',
    scenario: 'gro',
    changes: { groChainRefusesLongLinear: false },
    expected: ['geometry'],
    program: `${FIRST}skb2 = alloc_skb(size: 256)
skb_put_packet(skb: skb2, len: 2, proto: tcp, flow: 0, seq: 1)
skb_lro_set(skb: skb2, gso_size: 1)
napi_gro_receive(napi: napi1, skb: skb2, context: softirq)
`,
  },
  {
    id: 'C14',
    title: 'the skb of napi_get_frags stays charged for the frags that it gave away',
    source: 'e33d0ba8047b "net-gro: reset skb->truesize in napi_reuse_skb()"',
    profile: 'linux-6.12',
    scenario: 'gro',
    changes: { groResetsTruesize: false },
    expected: ['truesize-exact'],
    program: `${FIRST}page1 = alloc_pages()
device_write_packet(page: page1, len: 1, proto: tcp, flow: 0, seq: 1)
napi_add_rx_frag(napi: napi1, page: page1, size: 55, truesize: 55, context: softirq)
napi_gro_frags(napi: napi1, context: softirq)
`,
  },
  {
    id: 'C15-gro',
    title: 'GRO frees an sk_buff whose head was stolen and leaves its socket charged',
    source: '"net: Call skb destructor on NAPI_GRO_FREE_STOLEN_HEAD" (2020)',
    profile: 'linux-6.12',
    scenario: 'gro',
    changes: { groStolenHeadOrphans: false },
    expected: ['socket-charge', 'no-leak'],
    program: `napi1 = netif_napi_add()
sock1 = sk_alloc()
skb1 = napi_alloc_skb(len: 300)
skb_put_packet(skb: skb1, len: 1, proto: tcp, flow: 0)
skb_set_owner_w(skb: skb1, sock: sock1)
napi_gro_receive(napi: napi1, skb: skb1, context: softirq)
skb2 = napi_alloc_skb(len: 300)
skb_put_packet(skb: skb2, len: 1, proto: tcp, flow: 0, seq: 1)
skb_set_owner_w(skb: skb2, sock: sock1)
napi_gro_receive(napi: napi1, skb: skb2, context: softirq)
`,
  },
  {
    id: 'C16-tun',
    title: 'NAPI is deleted while packets wait on its rx_list, which is never flushed',
    source: '1118b2049d77 "net: tun: Fix memory leaks of napi_get_frags" (CVE-2022-49871)',
    profile: 'linux-6.12',
    scenario: 'gro',
    changes: { napiDelWithRxList: true },
    expected: ['skb-users', 'no-leak'],
    program: `napi1 = netif_napi_add()
skb1 = napi_alloc_skb(len: 300)
skb_put_packet(skb: skb1, len: 0, proto: arp, flow: 0)
napi_gro_receive(napi: napi1, skb: skb1, context: softirq)
`,
  },
  {
    id: 'F11',
    title: 'the chained packet that takes the frags of the next is not charged for them',
    source: 'skb_gro_receive: lp->truesize += delta_truesize; history e33d0ba8047b',
    profile: 'linux-6.12',
    scenario: 'gro',
    changes: { groChargesLast: false },
    expected: ['truesize-exact', 'truesize-covers'],
    program: `${FIRST.replace('napi_alloc_skb(len: 300)', 'alloc_skb(size: 256)')}skb2 = alloc_skb(size: 256)
skb_put_packet(skb: skb2, len: 1, proto: tcp, flow: 0, seq: 1)
napi_gro_receive(napi: napi1, skb: skb2, context: softirq)
skb3 = napi_alloc_skb(len: 300)
skb_put_packet(skb: skb3, len: 1, proto: tcp, flow: 0, seq: 2)
napi_gro_receive(napi: napi1, skb: skb3, context: softirq)
`,
  },
  {
    id: 'F13',
    title: 'GRO charges a merged packet for its bytes instead of the memory that moved',
    source: '715dc1f34271 "net: Fix truesize accounting in skb_gro_receive()"',
    profile: 'linux-6.12',
    scenario: 'gro',
    changes: { groTruesizeDelta: 'len' },
    expected: ['truesize-exact', 'truesize-covers'],
    program: `${FIRST}skb2 = napi_alloc_skb(len: 300)
skb_put_packet(skb: skb2, len: 1, proto: tcp, flow: 0, seq: 1)
napi_gro_receive(napi: napi1, skb: skb2, context: softirq)
`,
  },
  {
    id: 'B9-gro-pull',
    title: 'gro_pull_from_frag0 puts the page of a frag that it emptied as a plain page, although the skb recycles',
    source: 'c3198822c6cb "net: esp: fix bad handling of pages from page_pool", put into gro_pull_from_frag0',
    profile: 'linux-6.12',
    scenario: 'gro',
    changes: { dropsIgnoreRecycle: 'gro_pull_from_frag0' },
    expected: ['returns-to-its-pool', 'pool-inflight', 'pool-refcount', 'page-refcount', 'dma-mapped-once'],
    program: `napi1 = netif_napi_add()
pool1 = page_pool_create(pool_size: 16)
page1 = page_pool_alloc_pages(pool: pool1)
device_write_packet(page: page1, len: 0, proto: tcp, flow: 0)
napi_add_rx_frag(napi: napi1, page: page1, size: 54, truesize: 54, context: softirq)
napi_gro_frags(napi: napi1, context: softirq)
`,
  },
  {
    id: 'D6',
    title:
      'skb_copy makes a linear copy of a packet whose frag_list members are its segments, and keeps SKB_GSO_FRAGLIST',
    source: 'd091e579b864 (CVE-2024-36929)',
    profile: 'linux-6.12',
    scenario: 'gro',
    changes: { copyRefusesFraglist: false },
    expected: ['geometry'],
    program: `napi1 = netif_napi_add(features: fraglist)
skb1 = napi_alloc_skb(len: 300)
skb_put_packet(skb: skb1, len: 2, proto: tcp, flow: 0)
napi_gro_receive(napi: napi1, skb: skb1, context: softirq)
skb2 = napi_alloc_skb(len: 300)
skb_put_packet(skb: skb2, len: 1, proto: tcp, flow: 0, seq: 2)
napi_gro_receive(napi: napi1, skb: skb2, context: softirq)
gro_normal_list(napi: napi1, context: softirq)
skb3 = rx_handler_take(napi: napi1, context: softirq)
skb4 = skb_copy(skb: skb3)
`,
  },
  {
    id: 'B9-gro-pull-leak',
    title: 'gro_pull_from_frag0 removes a frag that it emptied from the array, and does not put its page',
    source: 'gro_pull_from_frag0: skb_frag_unref of the emptied frag, all versions',
    profile: 'linux-6.12',
    scenario: 'gro',
    changes: { groPullPutsEmptyFrag: false },
    expected: ['page-refcount', 'pool-refcount', 'pool-inflight', 'no-leak'],
    program: `napi1 = netif_napi_add()
page1 = alloc_pages()
device_write_packet(page: page1, len: 0, proto: tcp, flow: 0)
napi_add_rx_frag(napi: napi1, page: page1, size: 54, truesize: 54, context: softirq)
napi_gro_frags(napi: napi1, context: softirq)
`,
  },
  {
    id: 'J3-gro',
    title: 'skb_gro_receive moves frags that another holder may write, without SKBFL_SHARED_FRAG',
    source: '48f6a5356a33 (CVE-2026-43503)',
    profile: 'linux-6.12',
    scenario: 'gateway',
    changes: { groPropagatesSharedFrag: 'receive_list' },
    expected: ['no-shared-write'],
    program: `${FIRST}file1 = shmem_file_setup(pages: 1)
pipe1 = alloc_pipe_info()
filemap_splice_read(file: file1, pipe: pipe1, len: 1)
skb2 = netdev_alloc_skb(len: 0)
splice_to_socket(pipe: pipe1, skb: skb2, len: 1)
skb_push_headers(skb: skb2, proto: tcp, flow: 0, seq: 1)
napi_gro_receive(napi: napi1, skb: skb2, context: softirq)
`,
  },
  {
    id: 'J3-gro-list',
    title: 'skb_gro_receive_list chains frags that another holder may write, without SKBFL_SHARED_FRAG',
    source: '48f6a5356a33 (CVE-2026-43503)',
    profile: 'linux-6.12',
    scenario: 'gateway',
    changes: { groPropagatesSharedFrag: 'receive' },
    expected: ['no-shared-write'],
    program:
      FIRST.replace('netif_napi_add()', 'netif_napi_add(features: fraglist)') +
      `file1 = shmem_file_setup(pages: 1)
pipe1 = alloc_pipe_info()
filemap_splice_read(file: file1, pipe: pipe1, len: 1)
skb2 = netdev_alloc_skb(len: 0)
splice_to_socket(pipe: pipe1, skb: skb2, len: 1)
skb_push_headers(skb: skb2, proto: tcp, flow: 0, seq: 1)
napi_gro_receive(napi: napi1, skb: skb2, context: softirq)
`,
  },
];
