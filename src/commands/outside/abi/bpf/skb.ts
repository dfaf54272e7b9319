import { ipBytes, type IpText, ipVersion } from '../address';
import { cat, field, u32 } from '../bytes';
import {
  BPF_DROP,
  BPF_F_INGRESS,
  BPF_FUNC_redirect,
  BPF_FUNC_redirect_neigh,
  BPF_FUNC_redirect_peer,
  BPF_FUNC_sk_redirect_hash,
  BPF_FUNC_sk_redirect_map,
  BPF_LWT_REROUTE,
  BPF_OK,
  BPF_PROG_TYPE_LWT_IN,
  BPF_PROG_TYPE_LWT_OUT,
  BPF_PROG_TYPE_LWT_SEG6LOCAL,
  BPF_PROG_TYPE_LWT_XMIT,
  BPF_PROG_TYPE_SCHED_ACT,
  BPF_PROG_TYPE_SCHED_CLS,
  BPF_PROG_TYPE_SK_SKB,
  BPF_PROG_TYPE_SOCKET_FILTER,
  BPF_SK_SKB_STREAM_PARSER,
  BPF_SK_SKB_STREAM_VERDICT,
  BPF_SK_SKB_VERDICT,
  SK_DROP,
  SK_PASS,
} from '../uapi/bpf';
import { AF_INET, AF_INET6 } from '../uapi/sockets';
import { bytesOnStack, call, copy, exit, load, set, setMap } from './instruction';
import type { BpfProgram } from './program';
import { type SkbEdit, skbEditCode } from './skb_edit';

/** The end of a program of tc, tcx or netkit. */
export type TcEnd =
  /** TC_ACT_*: 0 ok, 2 shot, -1 unspec (next), 3 pipe. */
  | { readonly verdict: number }
  /** Out of another link, or in by it. */
  | { readonly redirect: number; readonly ingress?: boolean }
  /** Into the other network namespace, by the peer of a veth or netkit; only on ingress. */
  | { readonly peer: number }
  /** Out of a link, with the address of a neighbour that the kernel finds. */
  | { readonly neigh: number; readonly via?: IpText };

function redirectNeigh(ifindex: number, via: IpText | undefined): Buffer {
  if (via === undefined) return cat(set(1, ifindex), set(2, 0), set(3, 0), set(4, 0), call(BPF_FUNC_redirect_neigh));
  // struct bpf_redir_neigh, 20 bytes.
  const address = cat(u32(ipVersion(via) === 4 ? AF_INET : AF_INET6), field(ipBytes(via), 16));
  const args = cat(bytesOnStack(2, address), set(1, ifindex), set(3, address.length), set(4, 0));
  return cat(args, call(BPF_FUNC_redirect_neigh));
}

function tcEnd(end: TcEnd): Buffer {
  if ('verdict' in end) return cat(set(0, end.verdict), exit());
  if ('peer' in end) return cat(set(1, end.peer), set(2, 0), call(BPF_FUNC_redirect_peer), exit());
  if ('neigh' in end) return cat(redirectNeigh(end.neigh, end.via), exit());
  return cat(set(1, end.redirect), set(2, end.ingress ? BPF_F_INGRESS : 0), call(BPF_FUNC_redirect), exit());
}

const program = (type: number, edits: readonly SkbEdit[], end: Buffer, attachType = 0): BpfProgram => ({
  ...{ type, attachType, flags: 0 },
  code: cat(copy(6, 1), ...edits.map(skbEditCode), end),
});

/** A classifier with direct action, for bpfFilter() and BPF_TCX_*: changes, then an end. */
export const tcProgram = (edits: readonly SkbEdit[], end: TcEnd): BpfProgram =>
  program(BPF_PROG_TYPE_SCHED_CLS, edits, tcEnd(end));

/** A program for actBpf(). */
export const tcActionProgram = (edits: readonly SkbEdit[], end: TcEnd): BpfProgram =>
  program(BPF_PROG_TYPE_SCHED_ACT, edits, tcEnd(end));

/** Where a program of a route runs. */
export type LwtPlace = 'in' | 'out' | 'xmit' | 'seg6local';
const LWT_TYPES = {
  in: BPF_PROG_TYPE_LWT_IN,
  out: BPF_PROG_TYPE_LWT_OUT,
  xmit: BPF_PROG_TYPE_LWT_XMIT,
  seg6local: BPF_PROG_TYPE_LWT_SEG6LOCAL,
};

/** The end of a program of a route. `redirect` is of xmit; `reroute` is of in and xmit, after push-encap. */
export type LwtEnd = { readonly verdict: 'ok' | 'drop' | 'reroute' } | { readonly redirect: number };
const LWT_VERDICTS = { ok: BPF_OK, drop: BPF_DROP, reroute: BPF_LWT_REROUTE };

/**
 * A program of a route, for bpfEncap() and End.BPF. `in` and `out` may pull and push-encap; `xmit` may push-encap of
 * ip, change head and tail, store, write, clone; `seg6local` takes none of these edits.
 */
export const lwtProgram = (place: LwtPlace, edits: readonly SkbEdit[], end: LwtEnd): BpfProgram =>
  program(
    LWT_TYPES[place],
    edits,
    'verdict' in end
      ? cat(set(0, LWT_VERDICTS[end.verdict]), exit())
      : cat(set(1, end.redirect), set(2, 0), call(BPF_FUNC_redirect), exit()),
  );

/** A filter of a socket: it keeps so many bytes of a packet, 0 drops it. For SO_ATTACH_BPF. */
export const socketFilter = (bytes: number): BpfProgram =>
  program(BPF_PROG_TYPE_SOCKET_FILTER, [], cat(set(0, bytes), exit()));

/** The end of a program of a map of sockets. */
export type SocketEnd =
  | { readonly verdict: 'pass' | 'drop' }
  /** To a socket of a map, to be sent by it, or with ingress to be received by it. */
  | { readonly map: number; readonly kind: 'sockmap' | 'sockhash'; readonly key: number; readonly ingress?: boolean };

/** The end of a program whose context is in r6: the helpers of packets and of messages take the same arguments. */
export function socketEnd(end: SocketEnd, byIndex: number, byHash: number): Buffer {
  if ('verdict' in end) return cat(set(0, end.verdict === 'pass' ? SK_PASS : SK_DROP), exit());
  const flags = end.ingress ? BPF_F_INGRESS : 0;
  const ending = cat(copy(1, 6), setMap(2, end.map));
  if (end.kind === 'sockmap') return cat(ending, set(3, end.key), set(4, flags), call(byIndex), exit());
  return cat(bytesOnStack(3, u32(end.key)), ending, set(4, flags), call(byHash), exit());
}

/** Offset of len in struct __sk_buff. */
const LEN = 0;

/** A parser of a stream (BPF_SK_SKB_STREAM_PARSER): messages of a fixed length, or all that is there. */
export const streamParser = (bytes: number | 'all'): BpfProgram =>
  program(
    BPF_PROG_TYPE_SK_SKB,
    [],
    cat(bytes === 'all' ? load(4, 0, 6, LEN) : set(0, bytes), exit()),
    BPF_SK_SKB_STREAM_PARSER,
  );

/**
 * A verdict on what a socket of a map receives. Edits may be adjust-room (net, flags 0), change-head, change-tail,
 * pull, store.
 * @param withParser - BPF_SK_SKB_STREAM_VERDICT, else BPF_SK_SKB_VERDICT
 */
export const streamVerdict = (edits: readonly SkbEdit[], end: SocketEnd, withParser: boolean): BpfProgram =>
  program(
    BPF_PROG_TYPE_SK_SKB,
    edits,
    socketEnd(end, BPF_FUNC_sk_redirect_map, BPF_FUNC_sk_redirect_hash),
    withParser ? BPF_SK_SKB_STREAM_VERDICT : BPF_SK_SKB_VERDICT,
  );
