import { cat } from '../bytes';
import {
  BPF_F_BROADCAST,
  BPF_F_EXCLUDE_INGRESS,
  BPF_F_XDP_HAS_FRAGS,
  BPF_FUNC_redirect,
  BPF_FUNC_redirect_map,
  BPF_FUNC_xdp_adjust_head,
  BPF_FUNC_xdp_adjust_meta,
  BPF_FUNC_xdp_adjust_tail,
  BPF_FUNC_xdp_store_bytes,
  BPF_PROG_TYPE_XDP,
  BPF_XDP,
  BPF_XDP_CPUMAP,
  BPF_XDP_DEVMAP,
  XDP_ABORTED,
  XDP_DROP,
  XDP_PASS,
  XDP_TX,
} from '../uapi/bpf';
import {
  add,
  bytesOnStack,
  call,
  copy,
  exit,
  instructionCount,
  load,
  set,
  setMap,
  skipIfGreater,
  store,
  storeNumber,
} from './instruction';
import type { BpfProgram } from './program';

/** Verdicts: include/uapi/linux/bpf.h, enum xdp_action. */
export const XDP_VERDICTS = {
  aborted: XDP_ABORTED,
  drop: XDP_DROP,
  pass: XDP_PASS,
  tx: XDP_TX,
} as const;
export type XdpVerdict = keyof typeof XDP_VERDICTS;

/** A change of the frame. The kernel refuses some; such a one changes nothing, and the program goes on. */
export type XdpEdit =
  /** Takes bytes from the front, or adds them if negative. */
  | { readonly edit: 'head'; readonly bytes: number }
  /** Adds bytes at the end, or takes them off if negative. */
  | { readonly edit: 'tail'; readonly bytes: number }
  /** Adds room for metadata before the frame if negative: a multiple of 4, at most 32 (older) or 252. */
  | { readonly edit: 'meta'; readonly bytes: number }
  /** Writes a 32-bit number into the first buffer, little endian. */
  | { readonly edit: 'write'; readonly offset: number; readonly value: number }
  /** Writes bytes anywhere, over several buffers: at most 64 (5.18 and newer). */
  | { readonly edit: 'store'; readonly offset: number; readonly bytes: Buffer }
  | { readonly edit: 'swap-mac' };

/** The end of a program. */
export type XdpEnd =
  | { readonly verdict: XdpVerdict }
  /** To another link. */
  | { readonly redirect: number }
  | XdpRedirectMap;

/** To a member of a devmap, cpumap or xskmap. */
export interface XdpRedirectMap {
  readonly map: number;
  /** The receive queue's number, or a fixed one. */
  readonly key: number | 'queue';
  /** The verdict where the map has no such member. */
  readonly otherwise?: XdpVerdict;
  /** To all members of a devmap but the link that it came by. */
  readonly broadcast?: boolean;
}

/** Where a program is attached: to a link, or to a member of a devmap or cpumap. */
export type XdpPlace = 'link' | 'devmap' | 'cpumap';
const ATTACH_TYPES = { link: BPF_XDP, devmap: BPF_XDP_DEVMAP, cpumap: BPF_XDP_CPUMAP };

/** Offsets in struct xdp_md. */
const [DATA, DATA_END, RX_QUEUE_INDEX] = [0, 4, 16];

/** Instructions on the first bytes of the frame (in r2), if it has so many. */
const ifPresent = (bytes: number, code: Buffer): Buffer =>
  cat(
    ...[load(4, 2, 6, DATA), load(4, 3, 6, DATA_END), copy(4, 2), add(4, bytes)],
    ...[skipIfGreater(4, 3, instructionCount(code)), code],
  );

const SWAP_MAC = cat(
  ...[load(4, 3, 2, 0), load(2, 4, 2, 4), load(4, 5, 2, 6), load(2, 0, 2, 10)],
  ...[store(4, 2, 0, 5), store(2, 2, 4, 0), store(4, 2, 6, 3), store(2, 2, 10, 4)],
);

function editCode(change: XdpEdit): Buffer {
  switch (change.edit) {
    case 'head':
      return cat(copy(1, 6), set(2, change.bytes), call(BPF_FUNC_xdp_adjust_head));
    case 'tail':
      return cat(copy(1, 6), set(2, change.bytes), call(BPF_FUNC_xdp_adjust_tail));
    case 'meta':
      return cat(copy(1, 6), set(2, change.bytes), call(BPF_FUNC_xdp_adjust_meta));
    case 'write':
      return ifPresent(change.offset + 4, storeNumber(4, 2, change.offset, change.value));
    case 'store': {
      const bytes = change.bytes.subarray(0, 64);
      const args = cat(bytesOnStack(3, bytes), set(2, change.offset), set(4, bytes.length));
      return cat(args, copy(1, 6), call(BPF_FUNC_xdp_store_bytes));
    }
    case 'swap-mac':
      return ifPresent(14, SWAP_MAC);
  }
}

function endCode(end: XdpEnd): Buffer {
  if ('verdict' in end) return cat(set(0, XDP_VERDICTS[end.verdict]), exit());
  if ('redirect' in end) return cat(set(1, end.redirect), set(2, 0), call(BPF_FUNC_redirect), exit());
  const flags = end.broadcast ? BPF_F_BROADCAST | BPF_F_EXCLUDE_INGRESS : XDP_VERDICTS[end.otherwise ?? 'aborted'];
  const key = end.key === 'queue' ? load(4, 2, 6, RX_QUEUE_INDEX) : set(2, end.key);
  return cat(setMap(1, end.map), key, set(3, flags), call(BPF_FUNC_redirect_map), exit());
}

/**
 * A program of XDP: changes, then an end.
 * @param frags - it takes frames of several buffers (5.18 and newer)
 */
export const xdp = (edits: readonly XdpEdit[], end: XdpEnd, frags = false, place: XdpPlace = 'link'): BpfProgram => ({
  type: BPF_PROG_TYPE_XDP,
  attachType: ATTACH_TYPES[place],
  flags: frags ? BPF_F_XDP_HAS_FRAGS : 0,
  code: cat(copy(6, 1), ...edits.map(editCode), endCode(end)),
});
