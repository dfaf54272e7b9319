import { clearList } from '../lib/clear_list';

/**
 * Bytes that skb_put, skb_push and devices write come from this table, so that the kernel module can write the same.
 */
export const PATTERN_PERIOD = 1 << 16;
/** One write takes at most this many bytes of the pattern, from any start below PATTERN_PERIOD. */
export const PATTERN_WRITE_MAX = 1 << 16;
export const PATTERN_BYTES = PATTERN_PERIOD + PATTERN_WRITE_MAX;
/** Bytes between the starts of two writes that follow each other. */
export const PATTERN_STEP = 4099;
/** The pattern is the high bytes of a 32-bit linear congruence that starts at 1. */
export const PATTERN_FACTOR = 1664525;
export const PATTERN_INCREMENT = 1013904223;
/** Payload for bytes that the kernel cleared: they lie behind the pattern. */
export const ZEROS_START = PATTERN_BYTES;
const ZEROS_BYTES = 64;
const ARENA_BYTES_START = 4 << 20;
const ARENA_BYTES_MAX = 256 << 20;
/** A call out of JavaScript takes as long as comparing about this many bytes within it. */
const MEMCMP_BYTES_MIN = 512;

/** The world exceeded the size that one program may have: a limit of the model, never a verdict about the kernel. */
export class WorldLimitError extends Error {}

/**
 * The bytes behind all pages and kmalloc objects: one arena, into which addresses are offsets. It is flat on purpose:
 * copies are memmove inside one typed array, and payload can be compared with the pattern in place.
 */
export class Memory {
  bytes = new Uint8Array(ARENA_BYTES_START);
  /** The same bytes, to read four at a time from any address. */
  view = new DataView(this.bytes.buffer);
  private buffer = Buffer.from(this.bytes.buffer);
  private top = ZEROS_START + ZEROS_BYTES;
  /**
   * Bytes that the kernel copied since the arena was emptied. Pattern writes come from a device or a user and do not
   * count.
   */
  copied = 0;
  /**
   * The writes since `forgetWrites`, as pairs (address, length). A check needs them: no other holder may see those
   * bytes.
   */
  readonly writes: number[] = [];
  private readonly freeBySize = new Map<number, number[]>();

  constructor() {
    writePattern(this.bytes);
  }

  /** Forgets every allocation. The bytes stay, because nothing may depend on bytes that were not written. */
  reset(): void {
    this.top = ZEROS_START + ZEROS_BYTES;
    this.copied = 0;
    clearList(this.writes);
    for (const list of this.freeBySize.values()) clearList(list);
  }

  /** @param size - bytes; the address is 64-byte aligned. */
  alloc(size: number): number {
    const free = this.freeBySize.get(size);
    if (free !== undefined && free.length > 0) return free.pop() as number;
    const address = this.top;
    this.top += (size + 63) & ~63;
    if (this.top > this.bytes.length) this.grow();
    return address;
  }

  free(address: number, size: number): void {
    const free = this.freeBySize.get(size);
    if (free === undefined) this.freeBySize.set(size, [address]);
    else free.push(address);
  }

  copy(to: number, from: number, length: number): void {
    if (length <= 0) return;
    this.copied += length;
    this.bytes.copyWithin(to, from, from + length);
    this.writes.push(to, length);
  }

  /**
   * Returns whether two stretches hold the same bytes. It compares sixteen bytes at a time, then four, then one. It
   * compares a long stretch, such as a page, in one call of memcmp().
   */
  areEqual(a: number, b: number, length: number): boolean {
    if (length >= MEMCMP_BYTES_MIN) return this.buffer.compare(this.buffer, a, a + length, b, b + length) === 0;
    const { bytes, view } = this;
    let i = 0;
    for (; i + 16 <= length; i += 16) if (!equal16(view, a + i, b + i)) return false;
    for (; i + 4 <= length; i += 4) if (view.getInt32(a + i, true) !== view.getInt32(b + i, true)) return false;
    for (; i < length; i++) if (bytes[a + i] !== bytes[b + i]) return false;
    return true;
  }

  /** Called before each command. */
  forgetWrites(): void {
    clearList(this.writes);
  }

  /**
   * Starts a call of the other CPU in the middle of the current one. Returns the writes so far, for `restoreWrites` at
   * the end of that call.
   */
  takeWrites(): number[] {
    return this.writes.splice(0);
  }

  restoreWrites(writes: readonly number[]): void {
    clearList(this.writes);
    this.writes.push(...writes);
  }

  /** Writes `length` bytes of the pattern of write number `stamp`. Returns their start in the pattern. */
  writeStamp(to: number, length: number, stamp: number): number {
    const from = patternStart(stamp);
    this.copy(to, from, length);
    this.copied -= length;
    return from;
  }

  private grow(): void {
    if (this.top > ARENA_BYTES_MAX)
      throw new WorldLimitError(`the world needs more than ${ARENA_BYTES_MAX} bytes of packet memory`);
    const bytes = new Uint8Array(Math.min(ARENA_BYTES_MAX, Math.max(this.bytes.length * 2, this.top)));
    bytes.set(this.bytes);
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer);
    this.buffer = Buffer.from(bytes.buffer);
  }
}

function equal16(view: DataView, a: number, b: number): boolean {
  return (
    ((view.getInt32(a, true) ^ view.getInt32(b, true)) |
      (view.getInt32(a + 4, true) ^ view.getInt32(b + 4, true)) |
      (view.getInt32(a + 8, true) ^ view.getInt32(b + 8, true)) |
      (view.getInt32(a + 12, true) ^ view.getInt32(b + 12, true))) ===
    0
  );
}

/** Returns the start of write number `stamp` in the pattern: far apart for neighbouring stamps. */
export function patternStart(stamp: number): number {
  return Math.imul(stamp, PATTERN_STEP) & (PATTERN_PERIOD - 1);
}

function writePattern(bytes: Uint8Array): void {
  let state = 1;
  for (let i = 0; i < PATTERN_BYTES; i++) {
    state = (Math.imul(state, PATTERN_FACTOR) + PATTERN_INCREMENT) >>> 0;
    bytes[i] = state >>> 24;
  }
}
