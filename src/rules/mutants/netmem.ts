import type { Mutant } from './mutant';

const NIOV = `pool1 = page_pool_create_mp(niovs: 1)
page1 = page_pool_alloc_netmems(pool: pool1, len: 1)
`;
const UNREADABLE = `${NIOV}skb1 = alloc_skb(size: 1)
skb_add_rx_frag_netmem(skb: skb1, page: page1, size: 1, truesize: 1)
skb_mark_for_recycle(skb: skb1)
`;

/** Mutants of net_iovs and of skbs that the CPU cannot read. */
export const NETMEM_MUTANTS: readonly Mutant[] = [
  {
    id: 'U1',
    title: 'a pool puts a net_iov that its provider took back, as if it were a page',
    source: 'mp_dmabuf_devmem_release_page (net/core/devmem.c, 7.3): "We don\'t want the page pool put_page()ing"',
    profile: 'linux-7.3',
    scenario: 'netmem',
    changes: { providerKeepsNetIovs: false },
    expected: ['returns-to-its-pool'],
    program: NIOV,
  },
  {
    id: 'U2',
    title: 'skb_try_coalesce moves net_iovs into an skb that stays readable',
    source: 'skb_try_coalesce (net/core/skbuff.c, 7.3): skb_frags_readable(from) != skb_frags_readable(to)',
    profile: 'linux-7.3',
    scenario: 'netmem',
    changes: { coalesceRequiresSameReadable: false },
    expected: ['geometry'],
    program: `${UNREADABLE}skb2 = alloc_skb(size: 1)
skb_mark_for_recycle(skb: skb2)
skb_try_coalesce(to: skb2, from: skb1)
`,
  },
  {
    id: 'U3',
    title: 'a clone of an skb with net_iovs says that it is readable',
    source: '__copy_skb_header (net/core/skbuff.c, 7.3): `unreadable` is in the group `headers` of struct sk_buff',
    profile: 'linux-7.3',
    scenario: 'netmem',
    changes: { copyHeaderCopiesUnreadable: false },
    expected: ['geometry'],
    program: `${UNREADABLE}skb2 = skb_clone(skb: skb1)
`,
  },
  {
    id: 'U4',
    title: '__pskb_pull_tail pulls bytes that the CPU cannot read',
    source: '__pskb_pull_tail (net/core/skbuff.c, 7.3): !skb_frags_readable(skb), before BUG_ON(skb_copy_bits())',
    profile: 'linux-7.3',
    scenario: 'netmem',
    changes: { pullRefusesUnreadable: false },
    expected: ['bytes', 'geometry'],
    program: `${UNREADABLE}__pskb_pull_tail(skb: skb1, delta: 1)
`,
  },
  {
    id: 'U5',
    title: 'skb_splice_bits puts net_iovs into a pipe, as if they were pages',
    source: '__skb_splice_bits (net/core/skbuff.c, 7.3): !skb_frags_readable(skb) ends it before the frags',
    profile: 'linux-7.3',
    scenario: 'netmem',
    changes: { spliceStopsAtUnreadable: false },
    expected: ['no-use-after-free'],
    program: `${UNREADABLE}pipe1 = alloc_pipe_info(slots: 1)
sock1 = sk_alloc()
skb_splice_bits(skb: skb1, sock: sock1, pipe: pipe1, len: 1)
`,
  },
  {
    id: 'U6',
    title: 'tcp_zerocopy_receive asks for the page of a net_iov, to say where the next page begins',
    source: 'tcp: reject net_iov in zerocopy receive mapping hints (6.12.113, 7.2.11)',
    profile: 'linux-7.3',
    scenario: 'netmem',
    changes: { zerocopyHintsKnowNetIovs: false },
    expected: ['no-use-after-free'],
    program: `mm1 = tcp_mmap(pages: 1)
skb1 = alloc_skb(size: 1)
skb_put(skb: skb1, len: 1)
tcp_queue_rcv(mm: mm1, skb: skb1)
pool1 = page_pool_create_mp(niovs: 1)
page1 = page_pool_alloc_netmems(pool: pool1, len: 4096)
skb2 = alloc_skb(size: 1)
skb_add_rx_frag_netmem(skb: skb2, page: page1, size: 4096, truesize: 4096)
skb_mark_for_recycle(skb: skb2)
tcp_queue_rcv(mm: mm1, skb: skb2)
tcp_zerocopy_receive(mm: mm1, length: 0, copybuf_len: 4097)
`,
  },
  {
    id: 'U7',
    title: 'a user that reads a net_iov holds no reference of its pool, which gives the net_iov to a new packet',
    source: 'net: make page_pool_ref_netmem work with net iovs (6.12.11)',
    profile: 'linux-7.3',
    scenario: 'netmem',
    changes: { zcrxTakesPoolReference: false },
    expected: ['pool-refcount'],
    program: `${UNREADABLE}page2 = io_zcrx_recv_frag(skb: skb1)
`,
  },
];
