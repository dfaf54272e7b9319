import { mutantNamed } from '../src/session/named';

/** A finding whose reachability by an ordinary user is known from the kernel's source. */
export interface ReachCase {
  readonly name: string;
  /** The rule whose break the program shows. */
  readonly mutant: string;
  /** Without its profile line. */
  readonly program: string;
  /** Absent: the first call at which the two models differ. */
  readonly call?: number;
  /** By an ordinary user in namespaces of his own, with what a distribution's kernel has. */
  readonly reachable: boolean;
  /** The lines of the source that say so, of 6.12. */
  readonly why: string;
}

const of = (mutant: string): Pick<ReachCase, 'mutant' | 'program'> => ({
  mutant,
  program: mutantNamed(mutant).program,
});

const NO_POOL =
  'pages of a pool come from drivers and from XDP, whose programs need CAP_BPF outside of a user namespace ' +
  '(bpf_prog_load, kernel/bpf/syscall.c); lo, sockets and pipes have none';

export const REACH_CASES: readonly ReachCase[] = [
  {
    name: 'clone of a zerocopy packet gets its own head',
    mutant: 'E1',
    program: `skb1 = alloc_skb(size: 0)
uarg1 = ubuf_alloc(flags: dont_orphan)
skb_zcopy_set(skb: skb1, uarg: uarg1)
skb2 = skb_clone(skb: skb1)
pskb_expand_head(skb: skb2, nhead: 0, ntail: 0)
`,
    reachable: true,
    why:
      'TCP with MSG_ZEROCOPY over lo: tcp_transmit_skb clones, __netif_receive_skb_core calls skb_orphan_frags_rx, ' +
      'skb_copy_ubufs calls skb_unclone, and that pskb_expand_head',
  },
  {
    name: 'frags move to the packet before',
    mutant: 'F1',
    program: `page1 = alloc_pages()
device_write(page: page1, len: 1000)
skb1 = alloc_skb(size: 0)
skb_add_rx_frag(skb: skb1, page: page1, size: 1000, truesize: 4096)
skb2 = alloc_skb(size: 0)
skb_try_coalesce(to: skb2, from: skb1)
`,
    reachable: true,
    why: 'TCP over lo: tcp_queue_rcv and tcp_data_queue_ofo call tcp_try_coalesce, and that skb_try_coalesce',
  },
  {
    ...of('J3-split'),
    name: 'split of frags that another holder may write',
    reachable: true,
    why: 'sendfile over TCP marks frags shared (skb_splice_from_iter); tso_fragment and tcp_fragment call skb_split',
  },
  {
    ...of('J3-coalesce'),
    name: 'frags that another holder may write move to the packet before',
    reachable: true,
    why: 'sendfile over TCP marks frags shared; over lo the receiver gets them, and tcp_try_coalesce moves them',
  },
  {
    ...of('J5-no-room'),
    name: 'pipe with less room than pages',
    reachable: true,
    why: 'tcp_splice_read calls skb_splice_bits, whose splice_to_pipe gives back the pages that found no room',
  },
  { ...of('B2'), name: 'pool page becomes a frag of another packet', reachable: false, why: NO_POOL },
  { ...of('B9-pull'), name: 'pull drops a frag of a pool', reachable: false, why: NO_POOL },
  { ...of('A11'), name: 'pool page is put while another holds it', reachable: false, why: NO_POOL },
  {
    ...of('E1-carve'),
    name: 'packet is carved',
    reachable: false,
    why: 'pskb_extract has one caller: rds_tcp_data_recv (net/rds/tcp_recv.c); rds_tcp is not loaded for a user',
  },
  { ...of('B9-trim'), name: 'trim drops a frag of a pool', reachable: false, why: NO_POOL },
];
