import type { Mutant } from './mutant';

/** NAPI of a device that lets GRO chain packets as they are. */
const LISTING = 'napi1 = netif_napi_add(features: fraglist)\n';

/** Mutants of GRO, reassembly, zerocopy and page_pool by bugs of 2025 and 2026. */
export const STACK_2026_MUTANTS: readonly Mutant[] = [
  {
    id: 'R10',
    title: 'GRO chains a packet that a device has merged already into a list of packets',
    source: '66817a979426 "net: gro: Fix nesting of TCP GSO SKBs in skb_gro_receive_list()"',
    profile: 'linux-7.3',
    scenario: 'gro-fraglist',
    changes: { groTcpListSkipsGso: false },
    expected: ['geometry'],
    program: `${LISTING}skb1 = alloc_skb(size: 0)
skb_put_packet(skb: skb1, len: 1, proto: tcp, flow: 0)
napi_gro_receive(napi: napi1, skb: skb1, context: softirq)
skb2 = alloc_skb(size: 0)
skb_put_packet(skb: skb2, len: 2, proto: tcp, flow: 0, seq: 1)
skb_lro_set(skb: skb2, gso_size: 1)
napi_gro_receive(napi: napi1, skb: skb2, context: softirq)
`,
  },
  {
    id: 'C17',
    title: 'a list of packets that GRO chained enters GRO once more, and becomes a member of another list',
    source: '"gro: fix double aggregation of flush-marked skbs" (CVE-2026-68136)',
    profile: 'linux-7.3',
    scenario: 'gro-fraglist',
    changes: { groListChecksFlush: false },
    expected: ['geometry'],
    program: `${LISTING}skb1 = alloc_skb(size: 0)
skb_put_packet(skb: skb1, len: 150, proto: udp, flow: 0)
napi_gro_receive(napi: napi1, skb: skb1, context: softirq)
skb2 = alloc_skb(size: 0)
skb_put_packet(skb: skb2, len: 150, proto: udp, flow: 0)
napi_gro_receive(napi: napi1, skb: skb2, context: softirq)
skb3 = alloc_skb(size: 0)
skb_put_packet(skb: skb3, len: 300, proto: udp, flow: 0)
napi_gro_receive(napi: napi1, skb: skb3, context: softirq)
gro_normal_list(napi: napi1, context: softirq)
skb4 = rx_handler_take(napi: napi1, context: softirq)
skb_push_headers(skb: skb4, proto: ethernet, flow: 0)
napi_gro_receive(napi: napi1, skb: skb4, context: softirq)
`,
  },
  {
    id: 'C18',
    title: 'a fragment with a gso_size from user space becomes part of a reassembled datagram',
    source: '"inet: frags: strip GSO state from fragments before reassembly" (CVE-2026-80590)',
    profile: 'linux-7.3',
    scenario: 'reassembly',
    changes: { reassemblyStripsGso: false },
    expected: ['geometry'],
    program: `skb1 = alloc_skb(size: 0)
skb2 = alloc_skb(size: 0)
skb_put(skb: skb2, len: 1)
skb_gso_set(skb: skb2, gso_size: 1, gso_type: udp_l4)
ip_defrag(skb: skb1, fragment: skb2)
`,
  },
  {
    id: 'F21',
    title: 'a fragment waits for reassembly while a socket is charged for it, and loses its socket there',
    source: '"ipv6: defrag: orphan skb before queuing" (6.12.117, 7.3.4)',
    profile: 'linux-7.3',
    scenario: 'stack',
    changes: { reassemblyOrphansQueued: false },
    expected: ['socket-charge', 'no-use-after-free'],
    program: `sock1 = sk_alloc()
skb1 = alloc_skb(size: 0)
skb2 = alloc_skb(size: 0)
skb_put(skb: skb2, len: 1)
skb_set_owner_w(skb: skb2, sock: sock1)
ip_defrag(skb: skb1, fragment: skb2)
`,
  },
  {
    id: 'R5',
    title: 'the frags were replaced, the second skb_to_sgvec fails, and the pages of the old ones are never put',
    source: '2982e599fff6 "esp: fix page frag reference leak on skb_to_sgvec failure"',
    profile: 'linux-7.3',
    scenario: 'esp',
    changes: { espPutsSourcesOnFailure: false },
    expected: ['page-refcount', 'no-leak', 'pool-refcount', 'pool-inflight'],
    program: `skb1 = alloc_skb(size: 0)
esp_output_tail(skb: skb1, tailen: 385, sgvec: second)
`,
  },
  {
    id: 'R7',
    title: 'two lengths are compared with a page one by one: the frag that both make is longer than the page it gets',
    source: '"xfrm: esp: restore combined single-frag length gate" (CVE-2026-63912)',
    profile: 'linux-7.3',
    scenario: 'esp',
    changes: { espGateIsCombined: false },
    expected: ['geometry', 'no-shared-write'],
    program: `page1 = alloc_pages()
device_write(page: page1, len: 3712)
skb1 = alloc_skb(size: 0)
skb_add_rx_frag(skb: skb1, page: page1, size: 3712, truesize: 3712)
esp_output_tail(skb: skb1, tailen: 385, short: 1)
`,
  },
  {
    id: 'E18',
    title: 'esp puts pages of managed frags, for which the skb holds no references',
    source: '"esp: downgrade zerocopy managed frags before mutating skb frags" (6.12.112, 7.2.8); CVE-2026-93105',
    profile: 'linux-7.3',
    scenario: 'esp',
    changes: { espDowngradesManaged: false },
    expected: ['page-refcount', 'no-double-free', 'no-use-after-free', 'no-leak'],
    program: `uarg1 = ubuf_alloc(flags: dont_orphan)
skb1 = alloc_skb(size: 0)
skb_zcopy_set(skb: skb1, uarg: uarg1)
page1 = alloc_pages()
device_write(page: page1, len: 1)
skb_fill_page_desc_managed(skb: skb1, page: page1, size: 1, truesize: 1)
esp_output_tail(skb: skb1, tailen: 385)
`,
  },
  {
    id: 'A18',
    title: 'a fragment of an odd size leaves the next one of its page unaligned, and its skb_shared_info with it',
    source: '"page_pool: keep frag_offset aligned for odd-sized requests" (CVE-2026-99127)',
    profile: 'linux-7.3',
    changes: { poolFragsAligned: false },
    expected: ['geometry'],
    program: `pool1 = page_pool_create(pool_size: 16)
page1 = page_pool_alloc_frag(pool: pool1, size: 1)
page2 = page_pool_alloc_frag(pool: pool1, size: 1)
`,
  },
  {
    id: 'E17',
    title: 'the pskb_carve helpers copy the mark of managed frags although they take references: nobody drops them',
    source: '"net: skbuff: fix pskb_carve leaking zcopy pages" (6.1.176, 6.12.93, 7.0.12)',
    profile: 'linux-7.3',
    scenario: 'splice',
    changes: { carveDowngradesManaged: false },
    expected: ['page-refcount', 'no-leak', 'no-double-free', 'uarg-refcount'],
    program: `uarg1 = ubuf_alloc(flags: dont_orphan)
skb1 = alloc_skb(size: 0)
skb_zcopy_set(skb: skb1, uarg: uarg1)
page1 = alloc_pages()
device_write(page: page1, len: 1)
skb_fill_page_desc_managed(skb: skb1, page: page1, size: 1, truesize: 1)
skb2 = pskb_extract(skb: skb1, to_copy: 1)
`,
  },
  {
    id: 'R13',
    title: 'the owner of user pages is told that they are free at each put, not at the last one',
    source: '"vhost/net: complete zerocopy ubufs only once" (CVE-2026-74310)',
    profile: 'linux-7.3',
    changes: { uargCompletesOnce: false },
    expected: ['no-double-free', 'uarg-refcount', 'no-shared-write', 'no-use-after-free', 'page-refcount'],
    program: `skb1 = alloc_skb(size: 0)
uarg1 = ubuf_alloc()
skb_zcopy_set(skb: skb1, uarg: uarg1)
`,
  },
];
