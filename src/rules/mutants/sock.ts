import type { Mutant } from './mutant';

/** Mutants of sockets: the charges of sk_buffs. */
export const SOCK_MUTANTS: readonly Mutant[] = [
  {
    id: 'E11',
    title: 'skb_unclone_keeptruesize keeps truesize, but leaves the head larger than it was',
    source: '2b88cba55883 "net: preserve skb_end_offset() in skb_unclone_keeptruesize()" (CVE-2022-49142)',
    profile: 'linux-6.12',
    changes: { uncloneKeepsEndOffset: false },
    expected: ['truesize-covers'],
    program: `skb1 = netdev_alloc_skb(len: 321)
skb2 = skb_clone(skb: skb1)
skb_unclone_keeptruesize(skb: skb1)
`,
  },
  {
    id: 'F2',
    title: 'skb_prepare_for_shift unclones with a change of truesize',
    source: '097b9146c0e2 "net: fix up truesize of cloned skb in skb_prepare_for_shift()"',
    profile: 'linux-6.12',
    changes: { shiftKeepsTruesize: false },
    expected: ['truesize-exact'],
    program: `page1 = alloc_pages()
device_write(page: page1, len: 1)
skb1 = netdev_alloc_skb(len: 321)
skb_add_rx_frag(skb: skb1, page: page1, size: 1, truesize: 1)
skb2 = skb_clone(skb: skb1)
skb_shift(tgt: skb2, skb: skb1, shiftlen: 1)
`,
  },
  {
    id: 'F6',
    title: 'tiny heads come from the 32K page_frag: each pins up to 51 times what it is charged',
    source: '3226b158e67c "net: avoid 32 x truesize under-estimation for tiny skbs"',
    profile: 'linux-6.12',
    changes: { tinyHeadsAvoidPageFrag: false },
    expected: ['truesize-covers'],
    program: `skb1 = napi_alloc_skb(len: 0)
`,
  },
  {
    id: 'F16',
    title: '___pskb_trim leaves truesize alone when it drops the frags of an skb that no socket is charged for',
    source: 'c21b48cc1bbf "net: adjust skb->truesize in ___pskb_trim()"',
    profile: 'linux-6.12',
    changes: { trimCondenses: 'never' },
    expected: ['truesize-exact'],
    program: `page1 = alloc_pages()
device_write(page: page1, len: 1)
skb1 = alloc_skb(size: 0)
skb_add_rx_frag(skb: skb1, page: page1, size: 1, truesize: 1)
___pskb_trim(skb: skb1, len: 0)
`,
  },
  {
    id: 'F16-owned',
    title: '___pskb_trim condenses an skb that a socket is charged for',
    source:
      'c21b48cc1bbf "net: adjust skb->truesize in ___pskb_trim()": only if !skb->sk || skb->destructor == sock_edemux',
    profile: 'linux-6.12',
    changes: { trimCondenses: 'always' },
    expected: ['socket-charge', 'truesize-exact'],
    program: `page1 = alloc_pages()
device_write(page: page1, len: 1)
skb1 = alloc_skb(size: 0)
skb_add_rx_frag(skb: skb1, page: page1, size: 1, truesize: 1)
sock1 = sk_alloc()
skb_set_owner_w(skb: skb1, sock: sock1)
___pskb_trim(skb: skb1, len: 0)
`,
  },
  {
    id: 'E9',
    title: 'llc sends the skb that it keeps (skb_get), and the device reallocates the head of a shared skb',
    source: '64e6a754d33d "llc: do not use skb_get() before dev_queue_xmit()" (CVE-2025-21925)',
    profile: 'linux-6.12',
    scenario: 'stack',
    changes: { llcSendsClone: false },
    expected: ['skb-users'],
    program: `skb1 = alloc_skb(size: 0)
llc_prepare_and_xmit(skb: skb1, headroom: 0)
`,
  },
  {
    id: 'F16-head',
    title: 'tcp_trim_head takes the linear bytes that were acknowledged from truesize, although the head stays',
    source: '7162fb242cb8 "tcp: do not underestimate skb->truesize in tcp_trim_head()"',
    profile: 'linux-6.1',
    scenario: 'stack',
    changes: { trimHeadKeepsHeadCharge: false },
    expected: ['truesize-exact'],
    program: `skb1 = alloc_skb(size: 0)
skb_put(skb: skb1, len: 2)
tcp_trim_head(skb: skb1, len: 1)
`,
  },
  {
    id: 'F17',
    title: 'ip_do_fragment charges the fragments to the socket of the head, which stays charged for them, too',
    source: '3d13008e7345 "ip: fix truesize mismatch in ip fragmentation"',
    profile: 'linux-6.12',
    scenario: 'stack',
    changes: { fragmentMovesTruesize: false },
    expected: ['truesize-exact', 'socket-charge'],
    program: `skb1 = alloc_skb(size: 0)
skb2 = alloc_skb(size: 0)
skb_put(skb: skb2, len: 1)
skb_append_frag_list(skb: skb1, member: skb2)
ip_do_fragment(skb: skb1)
`,
  },
  {
    id: 'F18',
    title:
      'skb->sk is another socket while sk_filter_trim_cap trims: truesize is left alone as if the skb were charged',
    source: 'd1f496fd8f34 "bpf: restore skb->sk before pskb_trim() call"',
    profile: 'linux-6.12',
    scenario: 'stack',
    changes: { filterRestoresSkBeforeTrim: false },
    expected: ['truesize-exact'],
    program: `page1 = alloc_pages()
device_write(page: page1, len: 2)
skb1 = alloc_skb(size: 0)
skb_add_rx_frag(skb: skb1, page: page1, size: 2, truesize: 2)
sock1 = sk_alloc()
sk_filter_trim_cap(skb: skb1, sock: sock1, len: 1)
`,
  },
  {
    id: 'F19',
    title: 'skb_orphan_partial uncharges all but one byte, and makes truesize 1',
    source: 'f6ba8d33cfbb "netem: fix skb_orphan_partial()"',
    profile: 'linux-6.12',
    scenario: 'stack',
    changes: { orphanPartialKeepsTruesize: false },
    expected: ['truesize-exact'],
    program: `skb1 = alloc_skb(size: 0)
sock1 = sk_alloc()
skb_set_owner_w(skb: skb1, sock: sock1)
skb_orphan_partial(skb: skb1)
`,
  },
  {
    id: 'F20',
    title: 'reassembly adds the truesize of fragments to an skb that a socket is charged for, without charging it',
    source: '48cac18ecf1d "ipv6: orphan skbs in reassembly unit"; 18685451fc4e',
    profile: 'linux-6.12',
    scenario: 'stack',
    changes: { reassemblyChargesSum: false },
    expected: ['socket-charge'],
    program: `sock1 = sk_alloc()
skb1 = alloc_skb(size: 0)
skb_set_owner_w(skb: skb1, sock: sock1)
skb2 = alloc_skb(size: 0)
skb_put(skb: skb2, len: 1)
ip_defrag(skb: skb1, fragment: skb2)
`,
  },
  {
    id: 'K9',
    title: 'ip_defrag orphans the skb whose socket its caller still uses',
    source: '18685451fc4e "inet: inet_defrag: prevent sk release while still in use" (CVE-2024-26921)',
    profile: 'linux-6.12',
    scenario: 'stack',
    changes: { reassemblyKeepsSk: false },
    expected: ['no-use-after-free'],
    program: `sock1 = sk_alloc()
skb1 = alloc_skb(size: 0)
skb_set_owner_w(skb: skb1, sock: sock1)
sk_common_release(sock: sock1)
skb2 = alloc_skb(size: 0)
skb_put(skb: skb2, len: 1)
ip_defrag(skb: skb1, fragment: skb2)
`,
  },
  {
    id: 'K11',
    title: 'an skb is left to another CPU to be freed while it is charged to a socket, which may be freed by then',
    source: 'e5c8eda39a9f "udp: call skb_orphan() before skb_attempt_defer_free()" (CVE-2026-23048)',
    profile: 'linux-6.12',
    scenario: 'stack',
    changes: { deferFreeOrphansBefore: false },
    expected: ['socket-charge'],
    program: `skb1 = alloc_skb(size: 0)
sock1 = sk_alloc()
skb_set_owner_r(skb: skb1, sock: sock1)
tcp_eat_recv_skb(skb: skb1)
`,
  },
];
