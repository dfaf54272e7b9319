import { be16, cat, type Int } from '../bytes';
import {
  BPF_ADJ_ROOM_MAC,
  BPF_ADJ_ROOM_NET,
  BPF_F_INGRESS,
  BPF_FUNC_clone_redirect,
  BPF_FUNC_l3_csum_replace,
  BPF_FUNC_l4_csum_replace,
  BPF_FUNC_lwt_push_encap,
  BPF_FUNC_skb_adjust_room,
  BPF_FUNC_skb_change_head,
  BPF_FUNC_skb_change_proto,
  BPF_FUNC_skb_change_tail,
  BPF_FUNC_skb_change_type,
  BPF_FUNC_skb_pull_data,
  BPF_FUNC_skb_store_bytes,
  BPF_FUNC_skb_vlan_pop,
  BPF_FUNC_skb_vlan_push,
  BPF_LWT_ENCAP_IP,
  BPF_LWT_ENCAP_SEG6,
  BPF_LWT_ENCAP_SEG6_INLINE,
} from '../uapi/bpf';
import { ETH_P_IP, ETH_P_IPV6 } from '../uapi/devices';
import {
  add,
  bytesOnStack,
  call,
  copy,
  instructionCount,
  load,
  type Register,
  set,
  skipIfGreater,
  store,
  storeNumber,
} from './instruction';

/** A change of a packet by a helper: bpf-helpers(7). The kernel refuses some; the program goes on. */
export type SkbEdit =
  /** Grows or shrinks the room behind the network or link header: bpf_skb_adjust_room(). */
  | { readonly edit: 'adjust-room'; readonly bytes: number; readonly at: 'net' | 'mac'; readonly flags: Int }
  /** Adds room in front, for a link header: bpf_skb_change_head(). */
  | { readonly edit: 'change-head'; readonly bytes: number }
  /** Sets the length: bpf_skb_change_tail(). */
  | { readonly edit: 'change-tail'; readonly length: number }
  /** From IPv4 to IPv6 or back: bpf_skb_change_proto(). */
  | { readonly edit: 'change-proto'; readonly version: 4 | 6 }
  /** PACKET_HOST is 0, PACKET_OTHERHOST 3: bpf_skb_change_type(). */
  | { readonly edit: 'change-type'; readonly type: number }
  /** Makes so many bytes linear, 0 all: bpf_skb_pull_data(). */
  | { readonly edit: 'pull'; readonly bytes: number }
  /** Writes at most 64 bytes; flags are BPF_F_RECOMPUTE_CSUM, BPF_F_INVALIDATE_HASH: bpf_skb_store_bytes(). */
  | { readonly edit: 'store'; readonly offset: number; readonly bytes: Buffer; readonly flags?: number }
  /** Writes a 32-bit number, little endian, into the linear part. */
  | { readonly edit: 'write'; readonly offset: number; readonly value: number }
  /** bpf_l3_csum_replace(), with the field's size 2 or 4, or 0 and a difference in `to`. */
  | { readonly edit: 'l3-csum'; readonly offset: number; readonly from: Int; readonly to: Int; readonly flags: number }
  /** bpf_l4_csum_replace(); flags are BPF_F_PSEUDO_HDR, BPF_F_MARK_MANGLED_0, and the size. */
  | { readonly edit: 'l4-csum'; readonly offset: number; readonly from: Int; readonly to: Int; readonly flags: number }
  | { readonly edit: 'vlan-push'; readonly protocol: number; readonly tci: number }
  | { readonly edit: 'vlan-pop' }
  /** A clone goes to another link, out or in: bpf_clone_redirect(). */
  | { readonly edit: 'clone'; readonly ifindex: number; readonly ingress?: boolean }
  /** Sets the mark. */
  | { readonly edit: 'mark'; readonly value: number }
  /** Sets the time at which fq and etf send it. */
  | { readonly edit: 'tstamp'; readonly value: Int }
  /** A header in front of the packet of a route: type of enum bpf_lwt_encap_mode, at most 120 bytes. */
  | { readonly edit: 'push-encap'; readonly type: 'seg6' | 'seg6-inline' | 'ip'; readonly header: Buffer };

/** Offsets in struct __sk_buff: include/uapi/linux/bpf.h. */
const [MARK, DATA, DATA_END, TSTAMP] = [8, 76, 80, 152];

const ENCAP_TYPES = { seg6: BPF_LWT_ENCAP_SEG6, 'seg6-inline': BPF_LWT_ENCAP_SEG6_INLINE, ip: BPF_LWT_ENCAP_IP };

/** A call of a helper with the packet, in r6, and more arguments. */
const helper = (number: number, ...args: readonly Int[]): Buffer =>
  cat(copy(1, 6), ...args.map((value, at) => set((at + 2) as Register, value)), call(number));

function writeCode(offset: number, value: number): Buffer {
  const code = storeNumber(4, 2, offset, value);
  return cat(
    ...[load(4, 2, 6, DATA), load(4, 3, 6, DATA_END), copy(4, 2), add(4, offset + 4)],
    ...[skipIfGreater(4, 3, instructionCount(code)), code],
  );
}

function storeCode(offset: number, bytes: Buffer, flags: number): Buffer {
  const args = cat(bytesOnStack(3, bytes), set(2, offset), set(4, bytes.length), set(5, flags));
  return cat(args, copy(1, 6), call(BPF_FUNC_skb_store_bytes));
}

/** Instructions of a change. r6 has the packet's context. */
export function skbEditCode(change: SkbEdit): Buffer {
  switch (change.edit) {
    case 'adjust-room': {
      const mode = change.at === 'net' ? BPF_ADJ_ROOM_NET : BPF_ADJ_ROOM_MAC;
      return helper(BPF_FUNC_skb_adjust_room, change.bytes, mode, change.flags);
    }
    case 'change-head':
      return helper(BPF_FUNC_skb_change_head, change.bytes, 0);
    case 'change-tail':
      return helper(BPF_FUNC_skb_change_tail, change.length, 0);
    case 'change-proto':
      return helper(BPF_FUNC_skb_change_proto, be16(change.version === 4 ? ETH_P_IP : ETH_P_IPV6).readUInt16LE(), 0);
    case 'change-type':
      return helper(BPF_FUNC_skb_change_type, change.type);
    case 'pull':
      return helper(BPF_FUNC_skb_pull_data, change.bytes);
    case 'store':
      return storeCode(change.offset, change.bytes.subarray(0, 64), change.flags ?? 0);
    case 'write':
      return writeCode(change.offset, change.value);
    case 'l3-csum':
      return helper(BPF_FUNC_l3_csum_replace, change.offset, change.from, change.to, change.flags);
    case 'l4-csum':
      return helper(BPF_FUNC_l4_csum_replace, change.offset, change.from, change.to, change.flags);
    case 'vlan-push':
      return helper(BPF_FUNC_skb_vlan_push, be16(change.protocol).readUInt16LE(), change.tci);
    case 'vlan-pop':
      return helper(BPF_FUNC_skb_vlan_pop);
    case 'clone':
      return helper(BPF_FUNC_clone_redirect, change.ifindex, change.ingress ? BPF_F_INGRESS : 0);
    case 'mark':
      return cat(set(2, change.value), store(4, 6, MARK, 2));
    case 'tstamp':
      return cat(set(2, change.value), store(8, 6, TSTAMP, 2));
    case 'push-encap': {
      const header = change.header.subarray(0, 120);
      const args = cat(bytesOnStack(3, header), set(2, ENCAP_TYPES[change.type]), set(4, header.length));
      return cat(args, copy(1, 6), call(BPF_FUNC_lwt_push_encap));
    }
  }
}
