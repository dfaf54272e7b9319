import { cat } from '../bytes';
import {
  BPF_FUNC_map_lookup_elem,
  BPF_FUNC_redirect,
  BPF_FUNC_redirect_map,
  BPF_FUNC_xdp_adjust_head,
  BPF_FUNC_xdp_adjust_meta,
  BPF_FUNC_xdp_adjust_tail,
  BPF_F_XDP_HAS_FRAGS,
  BPF_PROG_TYPE_XDP,
  BPF_XDP,
  XDP_ABORTED,
  XDP_DROP,
  XDP_PASS,
  XDP_TX,
} from '../uapi/bpf';
import {
  add,
  call,
  copy,
  exit,
  instructionCount,
  load,
  set,
  setMap,
  skipIf,
  skipIfAtMost,
  skipUnless,
  store,
  storeNumber,
} from './instruction';
import type { BpfProgram } from './program';

/** The order that a frame gives to the program that meets it. */
export const TOLD_VERDICTS = ['pass', 'drop', 'tx', 'redirect', 'cpumap', 'aborted', 'xskmap'] as const;
export type ToldVerdict = (typeof TOLD_VERDICTS)[number];
/** How it is changed before: bytes are taken from or put before its front, taken off or added at its end. */
export const TOLD_EDITS = { none: 0, shorter_head: 16, longer_head: -16, shorter_tail: -20, longer_tail: 24, meta: -8 };
export type ToldEdit = keyof typeof TOLD_EDITS;
export const TOLD_EDIT_NAMES = Object.keys(TOLD_EDITS) as readonly ToldEdit[];

/** Types of frames, of those for experiments (IEEE 802-2014, 9.2.4): told, and one that was sent on. */
export const TOLD_TYPE = 0x88b5;
export const SENT_ON_TYPE = 0x88b6;
/** Places in a frame of TOLD_TYPE: a mark, then the two words that tell, each a byte. */
export const TOLD_MARK_AT = 14;
export const TOLD_MARK = 0x5342;
export const TOLD_VERDICT_AT = 20;
export const TOLD_EDIT_AT = 21;
/** A program takes frames of this length and above. */
export const TOLD_MIN_BYTES = 24;
/** Bytes of a value of the map that counts verdicts: 64 bits for each. */
export const TOLD_COUNTS_BYTES = 8 * 8;

/** Maps and a link that a program uses. */
export interface ToldPlaces {
  /** Descriptors: an array of one value of TOLD_COUNTS_BYTES; a cpumap and an xskmap, of which member 0 is used. */
  readonly counts: number;
  readonly cpumap: number;
  readonly xskmap: number;
  /** Index of the link to which frames are redirected. */
  readonly redirect: number;
  /** The first TOLD_MARK_AT + 2 bytes of each frame whose front changes. */
  readonly header: Buffer;
}

/** Offsets in struct xdp_md. */
const [DATA, DATA_END] = [0, 4];
/** The context, and what the frame tells: registers that survive calls. */
const [CONTEXT, VERDICT, EDIT, COUNTS] = [6, 7, 8, 9] as const;

const pass = cat(set(0, XDP_PASS), exit());
const PASS_INSTRUCTIONS = instructionCount(pass);
/** Code on the frame's first bytes, which r2 points at; the frame passes where it has fewer. */
const onBytes = (bytes: number): Buffer =>
  cat(
    ...[load(4, 2, CONTEXT, DATA), load(4, 3, CONTEXT, DATA_END), copy(4, 2), add(4, bytes)],
    ...[skipIfAtMost(4, 3, PASS_INSTRUCTIONS), pass],
  );

/** Code that runs if a register has a value. */
const where = (register: 7 | 8, value: number, code: Buffer): Buffer =>
  cat(skipUnless(register, value, instructionCount(code)), code);

function headerCode(header: Buffer): Buffer {
  const stores: Buffer[] = [onBytes(header.length)];
  for (let at = 0; at < header.length; at += 4) stores.push(storeNumber(4, 2, at, header.readInt32LE(at)));
  return cat(...stores);
}

function editCode(edit: ToldEdit, header: Buffer): Buffer {
  const change = (helper: number): Buffer => cat(copy(1, CONTEXT), set(2, TOLD_EDITS[edit]), call(helper));
  switch (edit) {
    case 'none':
      return cat();
    case 'shorter_head':
    case 'longer_head': {
      // Refused: nothing has changed, and the front stays.
      const after = headerCode(header);
      return cat(change(BPF_FUNC_xdp_adjust_head), skipUnless(0, 0, instructionCount(after)), after);
    }
    case 'shorter_tail':
    case 'longer_tail':
      return change(BPF_FUNC_xdp_adjust_tail);
    case 'meta':
      return change(BPF_FUNC_xdp_adjust_meta);
  }
}

const wordOf = (type: number): number => ((type & 0xff) << 8) | (type >> 8);

/** Swaps the addresses, and gives the frame the type of one that was sent on. */
const SEND_ON = cat(
  onBytes(TOLD_MARK_AT),
  ...[load(4, 3, 2, 0), load(2, 4, 2, 4), load(4, 5, 2, 6), load(2, 0, 2, 10)],
  ...[store(4, 2, 0, 5), store(2, 2, 4, 0), store(4, 2, 6, 3), store(2, 2, 10, 4)],
  storeNumber(2, 2, 12, wordOf(SENT_ON_TYPE)),
);
/** Gives the frame that type, and leaves the addresses. */
const SEND_BACK = cat(onBytes(TOLD_MARK_AT), storeNumber(2, 2, 12, wordOf(SENT_ON_TYPE)));

function verdictCode(verdict: ToldVerdict, places: ToldPlaces): Buffer {
  const end = (value: number): Buffer => cat(set(0, value), exit());
  const toMap = (map: number): Buffer =>
    cat(setMap(1, map), set(2, 0), set(3, XDP_ABORTED), call(BPF_FUNC_redirect_map), exit());
  switch (verdict) {
    case 'pass':
      return end(XDP_PASS);
    case 'drop':
      return end(XDP_DROP);
    case 'aborted':
      return end(XDP_ABORTED);
    case 'tx':
      return cat(SEND_ON, end(XDP_TX));
    case 'redirect':
      return cat(SEND_BACK, set(1, places.redirect), set(2, 0), call(BPF_FUNC_redirect), exit());
    case 'cpumap':
      return toMap(places.cpumap);
    case 'xskmap':
      return toMap(places.xskmap);
  }
}

/** Adds one to the count of a verdict. The counts are in r9. */
const countCode = (number: number): Buffer =>
  cat(load(8, 2, COUNTS, 8 * number), add(2, 1), store(8, COUNTS, 8 * number, 2));

/** r9 becomes the address of the counts; r10 - 4 holds the key. */
const lookupCode = (map: number): Buffer =>
  cat(
    ...[storeNumber(4, 10, -4, 0), setMap(1, map), copy(2, 10), add(2, -4), call(BPF_FUNC_map_lookup_elem)],
    ...[skipUnless(0, 0, PASS_INSTRUCTIONS), pass, copy(COUNTS, 0)],
  );

/**
 * A program of XDP that does what each frame tells it, and counts verdicts. Frames of other types pass.
 * @param frags - it takes frames of several buffers
 */
export function xdpTold(places: ToldPlaces, frags: boolean): BpfProgram {
  const type = wordOf(TOLD_TYPE);
  const read = cat(
    onBytes(TOLD_MIN_BYTES),
    ...[load(2, 5, 2, 12), skipIf(5, type, PASS_INSTRUCTIONS), pass],
    ...[load(1, VERDICT, 2, TOLD_VERDICT_AT), load(1, EDIT, 2, TOLD_EDIT_AT)],
  );
  const edits = TOLD_EDIT_NAMES.map((edit, at) => where(EDIT, at, editCode(edit, places.header)));
  const verdicts = TOLD_VERDICTS.map((verdict, at) =>
    where(VERDICT, at, cat(countCode(at), verdictCode(verdict, places))),
  );
  return {
    type: BPF_PROG_TYPE_XDP,
    attachType: BPF_XDP,
    flags: frags ? BPF_F_XDP_HAS_FRAGS : 0,
    code: cat(copy(CONTEXT, 1), read, lookupCode(places.counts), ...edits, ...verdicts, pass),
  };
}
