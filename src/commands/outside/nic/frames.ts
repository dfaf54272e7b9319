import { cat, u16, u8 } from '../abi/bytes';
import { TOLD_EDIT_NAMES, TOLD_MIN_BYTES, TOLD_VERDICTS, type ToldEdit, type ToldVerdict } from '../abi/bpf/xdp_told';
import { toldHeader } from './nic_places';

/** The longest frame that a program sends: jumbo frames, and some beyond. */
export const FRAME_MAX_BYTES = 9216;
export const FRAMES_MAX = 32;
/** Bytes of one burst. */
const BURST_MAX_BYTES = 180 << 10;
/** Frames that change are so long that no change is refused for want of bytes. */
export const EDITED_MIN_BYTES = 96;

export const BURST_VERDICTS = [...TOLD_VERDICTS, 'mixed'] as const;
export const BURST_EDITS = [...TOLD_EDIT_NAMES, 'mixed'] as const;

/** A frame that a burst sends. */
export interface BurstFrame {
  /** Offset in the bytes of the burst. */
  readonly at: number;
  readonly bytes: number;
  readonly verdict: ToldVerdict;
  readonly edit: ToldEdit;
  /** Its first bytes. */
  readonly header: Buffer;
}

/** Arguments of a burst. */
export interface Burst {
  readonly count: number;
  readonly len: number;
  readonly step: number;
  readonly verdict: number;
  readonly edit: number;
  /** Chooses the words of a mixed burst. */
  readonly mix: number;
}

/** An odd number with which the words of frames are mixed (Knuth). */
const MIX = 0x9e3779b1;

/**
 * The frames of a burst to an end. Each has its own length, and words for the XDP program that it meets.
 * @param position - of the call in the program
 */
export function framesOf({ count, len, step, verdict, edit, mix }: Burst, to: number, position: number): BurstFrame[] {
  const frames: BurstFrame[] = [];
  let at = 0;
  for (let index = 0; index < count; index++) {
    const mixed = Math.imul(mix * FRAMES_MAX + index + 1, MIX) >>> 8;
    const told = BURST_VERDICTS[verdict] === 'mixed' ? mixed % TOLD_VERDICTS.length : verdict;
    const wish = BURST_EDITS[edit] === 'mixed' ? (mixed >>> 8) % TOLD_EDIT_NAMES.length : edit;
    const bytes = Math.min(FRAME_MAX_BYTES, Math.max(TOLD_MIN_BYTES, len + step * index));
    if (at + bytes > BURST_MAX_BYTES) break;
    const change = bytes < EDITED_MIN_BYTES ? 0 : wish;
    const words = cat(u16(position), u16(index), u8(told), u8(change));
    frames.push({
      at,
      bytes,
      verdict: TOLD_VERDICTS[told],
      edit: TOLD_EDIT_NAMES[change],
      header: cat(toldHeader(to), words).subarray(0, bytes),
    });
    at += bytes;
  }
  return frames;
}

/** Descriptors that frames take at most: drivers give each so many bytes and more. */
export function descriptorsFor(frames: readonly BurstFrame[]): number {
  const LEAST_BUFFER_BYTES = 1536;
  return frames.reduce((sum, { bytes }) => sum + Math.ceil((bytes + 64) / LEAST_BUFFER_BYTES), 0);
}

/** Whether a burst arrives for certain: half the ring is enough for it, and both ends take frames so long. */
export function fits(frames: readonly BurstFrame[], mtus: readonly number[], ring: number): boolean {
  const ETHERNET_HEADER_BYTES = 14;
  const most = Math.min(...mtus) + ETHERNET_HEADER_BYTES;
  return descriptorsFor(frames) <= ring / 2 && frames.every(({ bytes }) => bytes <= most);
}
