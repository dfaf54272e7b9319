import type { Mutant } from './mutant';

/** Mutants of zerocopy owners: the references on them, and the return of their pages to user space. */
export const ZEROCOPY_MUTANTS: readonly Mutant[] = [
  {
    id: 'E1-carve',
    title: 'the pskb_carve helpers copy a zerocopy shared_info without taking a reference on its owner',
    source: '98d0912e9f84 (CVE-2026-52943)',
    profile: 'linux-6.12',
    scenario: 'splice',
    changes: { carveTakesUargReference: false },
    expected: ['uarg-refcount', 'no-shared-write', 'no-double-free', 'no-use-after-free'],
    program: `skb1 = rx_header_split(pages: 1)
uarg1 = ubuf_alloc(flags: dont_orphan)
skb_zcopy_set(skb: skb1, uarg: uarg1)
skb2 = pskb_extract(skb: skb1, to_copy: 1)
`,
  },
  {
    id: 'E1-carve-pages',
    title: 'the pskb_carve helpers copy a shared_info without taking references on the pages of its frags',
    source: 'pskb_carve_inside_header and _nonlinear: skb_frag_ref, all versions',
    profile: 'linux-6.12',
    scenario: 'splice',
    changes: { carveTakesPageReferences: false },
    expected: ['no-use-after-free', 'page-refcount', 'no-double-free'],
    program: `skb1 = rx_header_split(pages: 1)
skb2 = pskb_extract(skb: skb1, to_copy: 1)
`,
  },
  {
    id: 'E6-pages',
    title: 'skb_zerocopy shares frags without taking references on their pages',
    source: 'skb_zerocopy: skb_frag_ref, all versions',
    profile: 'linux-6.12',
    scenario: 'splice',
    changes: { skbZerocopyTakesPageReferences: false },
    expected: ['page-refcount', 'no-double-free', 'no-use-after-free'],
    program: `skb1 = rx_header_split(headlen: 1, pages: 1)
skb2 = alloc_skb(size: 0)
skb_zerocopy(to: skb2, from: skb1, len: 4097)
`,
  },
  {
    id: 'E3',
    title: 'skb_tx_error through one clone takes the owner of the user pages from all of them',
    source: 'f66bdb1cc0fc, 8ece90615012, 0dbc2398fca3',
    profile: 'linux-6.12',
    scenario: 'zerocopy',
    changes: { txErrorSkipsCloned: false },
    expected: ['no-shared-write', 'uarg-refcount'],
    program: `skb1 = alloc_skb(size: 0)
uarg1 = ubuf_alloc(flags: dont_orphan)
skb_zerocopy_iter_stream(skb: skb1, uarg: uarg1, len: 1)
skb2 = skb_clone(skb: skb1)
skb_tx_error(skb: skb1)
`,
  },
  {
    id: 'E19',
    title: 'skb_zerocopy fails, and takes the owner of the user pages from the source, which is sent on',
    source: '8ece90615012 "net: skbuff: don\'t skb_tx_error() the source skb in skb_zerocopy()"',
    profile: 'linux-7.3',
    scenario: 'zerocopy',
    needs: 'fault',
    changes: { skbZerocopyReportsError: true },
    expected: ['no-shared-write', 'uarg-refcount'],
    program: `skb1 = alloc_skb(size: 0)
skb_put(skb: skb1, len: 93)
uarg1 = ubuf_alloc()
skb_zerocopy_iter_stream(skb: skb1, uarg: uarg1, len: 292)
skb2 = alloc_skb(size: 0)
skb_zerocopy(to: skb2, from: skb1, len: 385, fail: 1)
`,
  },
  {
    id: 'E4',
    title: 'the clone that waits for a TX time stamp holds the owner, which holds the socket, which holds the clone',
    source: '50749f2dd685 (CVE-2023-53489)',
    profile: 'linux-6.12',
    scenario: 'zerocopy-sockets',
    changes: { tstampOrphansFrags: false },
    expected: ['no-leak'],
    program: `sock1 = sk_alloc()
uarg1 = msg_zerocopy_alloc(sock: sock1)
skb1 = alloc_skb(size: 0)
skb_zcopy_set(skb: skb1, uarg: uarg1)
skb_tstamp_tx(skb: skb1, sock: sock1)
`,
  },
  {
    id: 'E4-leak',
    title: 'skb_tstamp_tx forgets its clone if the user pages cannot be copied',
    source: '8a02fb71d719 (CVE-2023-53716)',
    profile: 'linux-6.12',
    scenario: 'zerocopy-sockets',
    needs: 'fault',
    changes: { tstampFreesOnFailure: false },
    expected: ['skb-users', 'no-leak'],
    program: `skb1 = alloc_skb(size: 0)
uarg1 = ubuf_alloc(flags: dont_orphan)
skb_zcopy_set(skb: skb1, uarg: uarg1)
sock1 = sk_alloc()
skb_tstamp_tx(skb: skb1, sock: sock1, fail: 2)
`,
  },
  {
    id: 'E5',
    title: 'skb_copy_ubufs copies to pages of order 0 only, and needs more than MAX_SKB_FRAGS of them',
    source: '7e692df39336 (CVE-2023-53669)',
    profile: 'linux-6.12',
    scenario: 'zerocopy',
    changes: { copyUbufsUsesHighOrders: false },
    expected: ['geometry'],
    program: `skb1 = alloc_skb(size: 0)
uarg1 = ubuf_alloc(flags: 0)
skb_zerocopy_iter_stream(skb: skb1, uarg: uarg1, len: 69633, order: 1)
skb_copy_ubufs(skb: skb1)
`,
  },
  {
    id: 'E5-compound',
    title: 'skb_copy_ubufs takes pages of a higher order without __GFP_COMP, and a put frees the first page alone',
    source: '7e692df39336, a note of its second version',
    profile: 'linux-6.12',
    scenario: 'zerocopy',
    changes: { copyUbufsAllocatesCompound: false },
    expected: ['page-refcount', 'no-leak'],
    program: `skb1 = alloc_skb(size: 0)
uarg1 = ubuf_alloc(flags: 0)
skb_zerocopy_iter_stream(skb: skb1, uarg: uarg1, len: 69633, order: 1)
skb_copy_ubufs(skb: skb1)
`,
  },
  {
    id: 'E6',
    title: 'skb_zerocopy shares user pages without orphaning them or holding their owner',
    source: '36d5fe6a0007 (CVE-2014-2568)',
    profile: 'linux-6.12',
    scenario: 'zerocopy',
    changes: { skbZerocopySharesUarg: false },
    expected: ['no-shared-write'],
    program: `skb1 = rx_header_split(headlen: 1, pages: 1)
uarg1 = ubuf_alloc(flags: 0)
skb_zerocopy_iter_stream(skb: skb1, uarg: uarg1, len: 1)
skb2 = alloc_skb(size: 0)
skb_zerocopy(to: skb2, from: skb1, len: 4098)
`,
  },
  {
    id: 'E8',
    title: 'skb_zerocopy turns a head that is no page fragment into a frag',
    source: 'a17ad0961706 "net: Fix zero-copy head len calculation."',
    profile: 'linux-6.12',
    scenario: 'zerocopy',
    changes: { skbZerocopyChecksHeadFrag: false },
    expected: ['no-use-after-free', 'no-double-free', 'geometry'],
    program: `skb1 = alloc_skb(size: 0)
skb2 = rx_header_split(headlen: 64, pages: 1)
skb_zerocopy(to: skb1, from: skb2, len: 4160)
`,
  },
  {
    id: 'E14',
    title: 'rds cannot pin a page, puts the earlier pages, and later puts them again',
    source: 'e17492979319 (CVE-2026-43494)',
    profile: 'linux-6.12',
    scenario: 'zerocopy-sockets',
    needs: 'fault',
    changes: { rdsForgetsUnpinnedPages: false },
    expected: ['no-use-after-free', 'page-refcount', 'no-double-free'],
    program: `page1 = alloc_pages()
rds_message_zcopy_from_user(page: page1, bad: yes)
`,
  },
  {
    id: 'E15',
    title: 'a vsock message is split into skbs, and only the last one holds the owner of the user pages',
    source: 'ae38d9179190 (CVE-2026-53365)',
    profile: 'linux-6.12',
    scenario: 'zerocopy-sockets',
    changes: { vsockSetsUarg: 'last' },
    expected: ['no-shared-write'],
    program: `uarg1 = ubuf_alloc(flags: 0)
skb1 = virtio_transport_send_pkt_info(uarg: uarg1, len: 65537)
`,
  },
  {
    id: 'E15-managed',
    title: 'vsock sends managed user pages without their owner: they are dropped as if the skb had references',
    source: '1e584c304cfb (CVE-2026-63970)',
    profile: 'linux-6.12',
    scenario: 'zerocopy-sockets',
    changes: { vsockSetsUarg: 'own' },
    expected: ['no-shared-write', 'no-double-free', 'page-refcount'],
    program: `uarg1 = ubuf_alloc(flags: 0)
skb1 = virtio_transport_send_pkt_info(uarg: uarg1, len: 65537, pages: managed)
`,
  },
  {
    id: 'F8',
    title: 'pages are spliced into a pure zerocopy skb, and the socket still pays for its head alone',
    source: 'f8d9d938514f (CVE-2022-48819)',
    profile: 'linux-6.12',
    scenario: 'zerocopy-sockets',
    changes: { spliceDowngradesPureZerocopy: false },
    expected: ['socket-charge'],
    program: `sock1 = sk_alloc()
uarg1 = ubuf_alloc(flags: 0)
tcp_sendmsg_zerocopy(sock: sock1, uarg: uarg1, len: 1)
page1 = alloc_pages()
device_write(page: page1, len: 1)
tcp_sendmsg_splice(sock: sock1, page: page1, size: 1)
`,
  },
];
