import type { Mutant } from './mutant';

/** One byte of a page behind one byte of headers. */
const PAGED = `page1 = alloc_pages()
device_write(page: page1, len: 2)
skb1 = alloc_skb(size: 64)
skb_add_rx_frag(skb: skb1, page: page1, size: 2, truesize: 2)
skb_gso_set(skb: skb1, gso_size: 1, gso_type: tcpv4)
`;

/** Two bytes, charged. */
const CHARGED = `sock1 = sk_alloc()
skb1 = alloc_skb(size: 64)
skb_put(skb: skb1, len: 10)
`;

/** Of segmentation: what segments share, hold and are charged for. */
export const SEGMENT_MUTANTS: readonly Mutant[] = [
  {
    id: 'D1',
    title: 'skb_segment shares user pages with segments without asking their owner',
    source: '1fd819ecb90c "skbuff: skb_segment: orphan frags before copying" (CVE-2014-0131)',
    profile: 'linux-6.12',
    scenario: 'segment',
    changes: { segmentOrphansFrags: false },
    expected: ['uarg-refcount'],
    program: `uarg1 = ubuf_alloc()
${PAGED}skb_zcopy_set(skb: skb1, uarg: uarg1)
skb2 = skb_segment(skb: skb1, headers: 0, features: sg|csum)
`,
  },
  {
    id: 'D3',
    title: 'skb_segment looks at the first frag_list member only before it trusts a gso_size',
    source: '9e4b7a99a03a (CVE-2022-49872)',
    profile: 'linux-6.12',
    scenario: 'segment',
    changes: { segmentChecksMembers: 'first' },
    expected: ['returns-to-its-pool', 'geometry'],
    program: PAGED,
  },
  {
    id: 'D3-none',
    title: 'skb_segment trusts a gso_size that does not fit members whose heads cannot be shared',
    source: '9e4b7a99a03a (CVE-2022-49872), 3dcbdb134f32',
    profile: 'linux-6.12',
    scenario: 'segment',
    changes: { segmentChecksMembers: 'none' },
    expected: ['returns-to-its-pool', 'geometry'],
    program: PAGED,
  },
  {
    id: 'E1-segment',
    title: 'segments that share user pages hold no reference on their owner',
    source: '98d0912e9f84 (CVE-2026-52943), the same omission in skb_segment',
    profile: 'linux-6.12',
    scenario: 'segment',
    changes: { segmentTakesUargReference: false },
    expected: ['uarg-refcount', 'no-double-free', 'no-use-after-free'],
    program: `uarg1 = ubuf_alloc(flags: dont_orphan)
${PAGED}skb_zcopy_set(skb: skb1, uarg: uarg1)
skb2 = skb_segment(skb: skb1, headers: 0, features: sg|csum)
`,
  },
  {
    id: 'J3-segment',
    title: 'segments forget that their frags may be written by somebody else',
    source: '48f6a5356a33 (CVE-2026-43503)',
    profile: 'linux-6.12',
    scenario: 'segment',
    changes: { segmentKeepsSharedFrag: false },
    expected: ['no-shared-write'],
    program: `uarg1 = ubuf_alloc(flags: shared_frag|dont_orphan)
${PAGED}skb_zcopy_set(skb: skb1, uarg: uarg1)
skb2 = skb_segment(skb: skb1, headers: 0, features: sg|csum)
`,
  },
  {
    id: 'F15',
    title: 'the last segment takes over the destructor, and not the truesize that was charged',
    source: '0d08c42cf9a7 "tcp: gso: fix truesize tracking"',
    profile: 'linux-6.12',
    scenario: 'segment',
    changes: { segmentSwapsTruesize: false },
    expected: ['socket-charge', 'truesize-exact'],
    program: `${CHARGED}skb_set_owner_w(skb: skb1, sock: sock1)
skb_gso_set(skb: skb1, gso_size: 5, gso_type: tcpv4)
skb2 = skb_segment(skb: skb1, headers: 0)
`,
  },
  {
    id: 'F5',
    title: 'tcp_gso_segment and __udp_gso_segment leave sk_wmem_alloc as it was, whatever the segments weigh',
    source: '7ec318feeed1, 575b65bc5bff',
    profile: 'linux-6.12',
    scenario: 'segment',
    changes: { gsoCorrectsCharge: false },
    expected: ['socket-charge'],
    program: `${CHARGED}skb_set_owner_w(skb: skb1, sock: sock1)
skb_gso_set(skb: skb1, gso_size: 1, gso_type: udp_l4)
skb2 = __udp_gso_segment(skb: skb1, headers: 0)
`,
  },
  {
    id: 'C5',
    title: 'skb_segment_list takes the truesize of the members from the head, which stays charged for them',
    source: '238e03d04662 (CVE-2026-22979)',
    profile: 'linux-6.12',
    scenario: 'segment',
    changes: { segmentListTakesTruesize: true },
    expected: ['truesize-exact', 'socket-charge', 'truesize-covers'],
    program: `skb1 = alloc_skb(size: 64)
skb2 = alloc_skb(size: 64)
skb_put(skb: skb2, len: 1)
skb_append_frag_list(skb: skb1, member: skb2)
skb3 = skb_segment_list(skb: skb1, headers: 0)
`,
  },
  {
    id: 'C7',
    title: 'skb_segment_list links members that another frag_list has, too',
    source: '53475c5dd856 "net: fix use-after-free when UDP GRO with shared fraglist"',
    profile: 'linux-6.12',
    scenario: 'segment',
    changes: { segmentListForksShared: false },
    expected: ['skb-users', 'geometry', 'bytes', 'no-shared-write', 'no-double-free', 'no-use-after-free'],
    program: `skb1 = alloc_skb(size: 64)
skb2 = alloc_skb(size: 64)
skb_put(skb: skb2, len: 1)
skb_append_frag_list(skb: skb1, member: skb2)
skb4 = skb_clone(skb: skb1)
skb3 = skb_segment_list(skb: skb1, headers: 0)
`,
  },
  {
    id: 'C8',
    title: 'skb_segment_list writes the head and its shared_info while a clone sees them',
    source: 'c329b261afe7 (CVE-2023-54094)',
    profile: 'linux-6.12',
    scenario: 'segment',
    changes: { segmentListUnclones: false },
    expected: ['skb-users', 'geometry', 'bytes', 'no-shared-write', 'no-double-free', 'no-use-after-free'],
    program: `skb1 = alloc_skb(size: 64)
skb2 = alloc_skb(size: 64)
skb_put(skb: skb2, len: 1)
skb_append_frag_list(skb: skb1, member: skb2)
skb4 = skb_clone(skb: skb1)
skb3 = skb_segment_list(skb: skb1, headers: 0)
`,
  },
];
