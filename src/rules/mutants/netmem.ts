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
];
