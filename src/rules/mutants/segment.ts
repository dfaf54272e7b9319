import type { Mutant } from './mutant';

/** A member with a byte in a frag_list, and a clone of the head. */
const CLONED_LIST = `skb1 = alloc_skb(size: 1)
skb_put(skb: skb1, len: 1)
skb2 = alloc_skb(size: 0)
skb_append_frag_list(skb: skb2, member: skb1)
skb3 = skb_clone(skb: skb2)
`;

/** Mutants of segmentation: the memory that segments share, hold and are charged for. */
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
skb1 = alloc_skb(size: 10)
skb_put(skb: skb1, len: 10)
skb_zcopy_set(skb: skb1, uarg: uarg1)
skb_gso_set(skb: skb1, gso_size: 1, gso_type: tcpv4)
skb2 = skb_segment(skb: skb1, headers: 0, features: sg)
`,
  },
  {
    id: 'D3',
    title: 'skb_segment looks at the first frag_list member only before it trusts a gso_size',
    source: '9e4b7a99a03a (CVE-2022-49872)',
    profile: 'linux-6.12',
    scenario: 'segment',
    changes: { segmentChecksMembers: 'first' },
    expected: ['geometry', 'returns-to-its-pool', 'truesize-exact'],
    program: `skb1 = napi_alloc_skb(len: 1)
skb_put(skb: skb1, len: 1)
skb2 = skb_copy(skb: skb1)
skb3 = alloc_skb(size: 0)
skb_append_frag_list(skb: skb3, member: skb1)
skb_append_frag_list(skb: skb3, member: skb2)
skb_gso_set(skb: skb3, gso_size: 1, gso_type: dodgy)
skb4 = skb_segment(skb: skb3, headers: 0, features: sg|csum|partial)
`,
  },
  {
    id: 'D3-none',
    title: 'skb_segment trusts a gso_size that does not fit members whose heads cannot be shared',
    source: '9e4b7a99a03a (CVE-2022-49872), 3dcbdb134f32',
    profile: 'linux-6.12',
    scenario: 'segment',
    changes: { segmentChecksMembers: 'none' },
    expected: ['returns-to-its-pool', 'geometry', 'truesize-exact'],
    program: `skb1 = alloc_skb(size: 10)
skb_put(skb: skb1, len: 10)
skb2 = skb_copy(skb: skb1)
skb_append_frag_list(skb: skb1, member: skb2)
skb_gso_set(skb: skb1, gso_size: 3, gso_type: dodgy)
skb3 = skb_segment(skb: skb1, headers: 0, features: sg)
`,
  },
  {
    id: 'D4',
    title: 'a pull shortens a frag_list member, and skb_segment goes on trusting the gso_size that it fitted',
    source: '2d7afdcbc9d3 "skbuff: Account for tail adjustment during pull operations" (CVE-2022-50365)',
    profile: 'linux-6.12',
    scenario: 'segment',
    changes: { pullMarksDodgy: false },
    expected: ['returns-to-its-pool', 'geometry', 'truesize-exact'],
    program: `skb1 = alloc_skb(size: 0)
skb_put(skb: skb1, len: 2)
skb_gso_set(skb: skb1, gso_size: 2, gso_type: tcpv4)
skb2 = skb_segment(skb: skb1, headers: 0)
skb_append_frag_list(skb: skb1, member: skb2)
__pskb_pull_tail(skb: skb1, delta: 1)
skb3 = skb_segment(skb: skb1, headers: 0, features: sg)
`,
  },
  {
    id: 'D8',
    title: 'kcm_sendmsg copies nothing into an skb, and leaves the skb in the frag_list',
    source: 'ca220141fa8e (CVE-2026-43244)',
    profile: 'linux-6.12',
    scenario: 'segment',
    needs: 'fault',
    changes: { kcmUnlinksEmpty: false },
    expected: ['geometry'],
    program: `skb1 = alloc_skb(size: 0)
kcm_sendmsg_fault(skb: skb1)
`,
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
skb1 = alloc_skb(size: 10)
skb_put(skb: skb1, len: 10)
skb_zcopy_set(skb: skb1, uarg: uarg1)
skb_gso_set(skb: skb1, gso_size: 1, gso_type: tcpv4)
skb2 = skb_segment(skb: skb1, headers: 0, features: sg)
`,
  },
  {
    id: 'J3-segment',
    title: 'segments forget that another holder may write their frags',
    source: '48f6a5356a33 (CVE-2026-43503)',
    profile: 'linux-6.12',
    scenario: 'gateway',
    changes: { segmentKeepsSharedFrag: false },
    expected: ['no-shared-write'],
    program: `file1 = shmem_file_setup(pages: 1)
pipe1 = alloc_pipe_info()
filemap_splice_read(file: file1, pipe: pipe1, len: 1)
skb1 = alloc_skb(size: 0)
splice_to_socket(pipe: pipe1, skb: skb1, len: 1)
skb_gso_set(skb: skb1, gso_size: 1, gso_type: tcpv4)
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
    program: `sock1 = sk_alloc()
skb1 = napi_alloc_skb(len: 0)
skb_put(skb: skb1, len: 1)
skb_set_owner_w(skb: skb1, sock: sock1)
skb_gso_set(skb: skb1, gso_size: 1, gso_type: tcpv4)
skb2 = skb_segment(skb: skb1, headers: 0)
`,
  },
  {
    id: 'F5',
    title: 'tcp_gso_segment leaves sk_wmem_alloc as it was, whatever the truesize of the segments',
    source: '7ec318feeed1 "tcp: gso: avoid refcount_t warning from tcp_gso_segment()"',
    profile: 'linux-6.12',
    scenario: 'segment',
    changes: { gsoCorrectsCharge: 'udp' },
    expected: ['socket-charge'],
    program: `sock1 = sk_alloc()
skb1 = alloc_skb(size: 64)
skb_put(skb: skb1, len: 64)
tcp_set_owner_w(skb: skb1, sock: sock1)
skb_gso_set(skb: skb1, gso_size: 8, gso_type: tcpv4)
skb2 = tcp_gso_segment(skb: skb1, headers: 0)
`,
  },
  {
    id: 'F5-udp',
    title: '__udp_gso_segment leaves sk_wmem_alloc as it was, whatever the truesize of the segments',
    source: '575b65bc5bff "udp: avoid refcount_t saturation in __udp_gso_segment()"',
    profile: 'linux-6.12',
    scenario: 'segment',
    changes: { gsoCorrectsCharge: 'tcp' },
    expected: ['socket-charge'],
    program: `sock1 = sk_alloc()
skb1 = alloc_skb(size: 10)
skb_put(skb: skb1, len: 10)
skb_set_owner_w(skb: skb1, sock: sock1)
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
    program: `skb1 = alloc_skb(size: 0)
skb2 = alloc_skb(size: 1)
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
    expected: ['geometry', 'skb-users', 'bytes', 'no-shared-write', 'no-double-free', 'no-use-after-free'],
    program: `skb1 = alloc_skb(size: 0)
skb_put(skb: skb1, len: 1)
skb2 = skb_realloc_headroom(skb: skb1, headroom: 1)
skb_append_frag_list(skb: skb1, member: skb2)
skb3 = skb_clone(skb: skb1)
skb4 = skb_segment_list(skb: skb1, headers: 1)
`,
  },
  {
    id: 'C8',
    title: 'skb_segment_list writes the head and its shared_info while a clone sees them',
    source: 'c329b261afe7 (CVE-2023-54094)',
    profile: 'linux-6.12',
    scenario: 'segment',
    changes: { segmentListUnclones: false },
    expected: ['geometry', 'skb-users', 'bytes', 'no-shared-write', 'no-double-free', 'no-use-after-free'],
    program: `${CLONED_LIST}skb4 = skb_segment_list(skb: skb3, headers: 0)
`,
  },
];
