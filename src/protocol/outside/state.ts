import { linesOf } from './lines';

/**
 * Slab caches whose objects are counted, as /sys/kernel/slab names them where caches are not merged. A kernel that
 * lacks one has no such counter: a protocol has a cache once its module is loaded, and names change over releases.
 */
export const COUNTED_CACHES = [
  ...['skbuff_head_cache', 'skbuff_fclone_cache', 'skbuff_small_head', 'skbuff_ext_cache', 'sock_inode_cache'],
  ...['TCP', 'TCPv6', 'UDP', 'UDPv6', 'UDP-Lite', 'UDPLITEv6', 'RAW', 'RAWv6', 'PING', 'PINGv6', 'MPTCP', 'MPTCPv6'],
  ...['UNIX', 'UNIX-STREAM', 'AF_VSOCK', 'TIPC', 'SCTP', 'SCTPv6', 'KCM', 'L2TP/IP', 'L2TPv6', 'PPPOE', 'PPTP'],
  ...['request_sock_TCP', 'request_sock_TCPv6', 'tw_sock_TCP', 'tw_sock_TCPv6', 'tcp_bind_bucket', 'tcp_bind2_bucket'],
  ...['net_namespace', 'nf_conntrack', 'nf_conncount_tuple', 'xfrm_state', 'xfrm_dst_cache', 'secpath_cache'],
  ...['ip_dst_cache', 'ip6_dst_cache', 'rtable', 'fib6_nodes', 'ip_fib_alias', 'ip_fib_trie', 'inet_peer_cache'],
  ...['bridge_fdb_cache', 'kcm_mux_cache', 'kcm_psock_cache', 'ip4-frags', 'ip6-frags', 'io_kiocb', 'user_namespace'],
] as const;

/** The kernel's counters when no program runs. */
export interface OutsideState {
  /** The namespaces of ended programs are gone; false: they were still there when the wait ended. */
  readonly isQuiet: boolean;
  readonly waited_ms: number;
  /** The wait and the counting. */
  readonly took_ms: number;
  /**
   * By name: objects of slab caches (`slab.TCP`), lines of /proc/net/sockstat (`sockstat.TCP.alloc`), of /proc/vmstat
   * and of /proc/meminfo in KiB.
   */
  readonly counters: Readonly<Record<string, number>>;
  /** Warnings that the kernel printed between programs since the last question, as when a namespace goes. */
  readonly log: string;
}

const COUNTER = /^(slab|sockstat|vmstat|meminfo)\./;

/** Reads the payload of the reply to OutsideState. */
export function decodeOutsideState(payload: Buffer): OutsideState {
  const lines = linesOf(payload.toString('latin1'));
  const values = new Map(lines);
  const counters = lines.filter(([name]) => COUNTER.test(name)).map(([name, value]) => [name, Number(value)] as const);
  return {
    isQuiet: values.get('quiet') === '1',
    waited_ms: Number(values.get('waited_ms') ?? 0),
    took_ms: Number(values.get('took_ms') ?? 0),
    counters: Object.fromEntries(counters),
    log: lines.flatMap(([name, value]) => (name === 'log' ? [`${value}\n`] : [])).join(''),
  };
}
