import type { PromiseName } from '../../promises';
import type { JudgedFlow } from '../flows';

/** Something on the way of a frame that decides what becomes of it. */
export type Passed = 'filter' | 'queue' | 'switch' | 'xdp' | 'map' | 'xsk' | 'fanout';

/** A frame on its way, as it stands on a wire: its VLAN tags are in it. A step of the way makes another frame. */
export interface Frame {
  readonly bytes: Buffer;
  /** The flow as part of which it was written. */
  readonly flow: JudgedFlow;
  /** It is there for certain. */
  readonly isDue: boolean;
  /** Its bytes are these. */
  readonly isKnown: boolean;
  /** Its lengths, checksums and places of headers are no longer those of the packet that was written. */
  readonly isOdd: boolean;
  /** A queue repeated it, or a filter sent it on: a later queue may not repeat it (skb->tc_depth). */
  readonly isRepeated: boolean;
  readonly passed: ReadonlySet<Passed>;
  /** A filter sent it on: a generic program of XDP does not meet it again (netif_receive_generic_xdp). */
  readonly reinjected?: 'yes' | 'perhaps' | 'no';
  /** Memory that it takes in a receive buffer at most, in bytes, with all that it may be segmented into. */
  readonly room_bytes: number;
}

/** The promise that is broken where a frame that passed these does not arrive as it must. */
export function promiseOf(passed: ReadonlySet<Passed>, isMissing: boolean): PromiseName {
  if (passed.has('xsk')) return 'xsk-frames';
  if (passed.has('fanout')) return 'fanout-one';
  if (passed.has('map')) return 'xdp-map-holds';
  if (passed.has('xdp')) return 'xdp-verdict-holds';
  if (passed.has('filter')) return 'filter-holds';
  if (passed.has('queue')) return 'queue-sends';
  if (passed.has('switch')) return 'frame-switched';
  return isMissing ? 'packet-arrives' : 'packet-once';
}

/** The same frame, past something. */
export const past = (frame: Frame, what: Passed): Frame => ({ ...frame, passed: new Set([...frame.passed, what]) });

/** A frame of which nobody knows whether it is there, and its bytes. */
export const unsure = (frame: Frame): Frame => ({ ...frame, isDue: false, isKnown: false });

const ADDRESSES_BYTES = 12;
export const TAG_BYTES = 4;
export const TYPE_8021Q = 0x8100;
const ID_MASK = 0xfff;

/** The VLAN of the outermost tag; undefined: there is none. */
export function tagOf({ bytes }: Frame): number | undefined {
  if (bytes.length < ADDRESSES_BYTES + TAG_BYTES + 2 || bytes.readUInt16BE(ADDRESSES_BYTES) !== TYPE_8021Q)
    return undefined;
  return bytes.readUInt16BE(ADDRESSES_BYTES + 2) & ID_MASK;
}

/** The frame with one more tag, which is the outermost. */
export const tagged = (frame: Frame, id: number): Frame => {
  const tag = Buffer.from([TYPE_8021Q >> 8, TYPE_8021Q & 255, id >> 8, id & 255]);
  return replaced(frame, ADDRESSES_BYTES, 0, tag);
};

/** The frame without its outermost tag. */
export const untagged = (frame: Frame): Frame => replaced(frame, ADDRESSES_BYTES, TAG_BYTES, Buffer.alloc(0));

/** The frame with other bytes in the place of some of its own. */
export function replaced(frame: Frame, at: number, bytes: number, by: Buffer): Frame {
  return { ...frame, bytes: Buffer.concat([frame.bytes.subarray(0, at), by, frame.bytes.subarray(at + bytes)]) };
}
