import {
  CHUNKS,
  chunkOffset,
  partBytes,
  partOffset,
  RING_ENTRIES,
  XDP_HEADROOM,
} from '../../../commands/outside/xsk/layout';
import type { BurstPacket, BurstArgs } from '../../../commands/outside/link/burst';
import type { OutsideXsk } from '../../../model/structs/outside';
import type { JudgedFlow } from '../flows';
import { ExpectedFrames } from '../links/capture';
import type { FrameSocket, JudgedDevice } from '../links/device';
import { type Frame, tagOf, unsure } from '../links/frame';

/** A descriptor in the ring for sending. */
export interface SentDescriptor {
  readonly offset: number;
  /** The packet whose last descriptor it is. */
  readonly packet: { readonly flow: JudgedFlow; readonly packet: BurstPacket; readonly burst: BurstArgs } | null;
  /** Its packet has a descriptor that is longer than its chunk: the kernel sends none of it. */
  readonly isFlawed: boolean;
  /** Descriptors up to the last one of its packet. */
  readonly end: number;
  /** A call that told the kernel of it did not show it taken. 6.12 and older may show it later (__xsk_generic_xmit). */
  mayBeSent: boolean;
}

/** A socket of AF_XDP, as the kernel's answers so far say that it is. */
export class JudgedXsk implements FrameSocket {
  state: FrameSocket['state'] = 'open';
  /** A call broke the rules of the rings: nobody knows what is in them. */
  isLost = false;
  /** Frames that XDP hands to it. */
  readonly expected = new ExpectedFrames('xsk-frames');
  /** Chunks for receiving that the kernel has. */
  readonly given = new Set<number>();
  /** Chunks of frames that were read, and that user space kept. */
  readonly kept = new Set<number>();
  /** Descriptors that were read, and completions. */
  received = 0;
  completions = 0;
  /** Descriptors in the order in which they were sent, and how many of them the kernel took. */
  readonly sent: SentDescriptor[] = [];
  taken = 0;
  /** Descriptors that the kernel took and that did not complete: those that must, and those that may. */
  readonly outstanding: SentDescriptor[] = [];
  /** The bytes of its part of the memory, where user space has it. */
  content: Buffer;

  /**
   * @param device - to which it is bound
   * @param content - the bytes of its part of the memory at the start
   */
  constructor(
    readonly belief: OutsideXsk,
    readonly device: JudgedDevice,
    content: Buffer,
  ) {
    this.content = Buffer.from(content.subarray(0, partBytes(belief.settings)));
    for (let chunk = 0; chunk < belief.fill; chunk++) this.given.add(chunk);
  }

  see(frame: Frame): void {
    const { isMulti } = this.belief.settings;
    // xsk_rcv_check: it is counted as dropped.
    if (frame.isKnown && !isMulti && frame.bytes.length > this.frameBytes) return;
    // A tag may be beside the bytes, and then nobody hands it over.
    this.expected.see(frame.isKnown && tagOf(frame) !== undefined ? unsure(frame) : frame);
  }

  /** Bytes of a frame that fit into a chunk. */
  private get frameBytes(): number {
    const { chunk, headroom } = this.belief.settings;
    return chunk - headroom - XDP_HEADROOM;
  }

  /**
   * The chunk for receiving in which bytes lie, and where they begin in the part of the memory; undefined: in none.
   * @param address - of a descriptor: in unaligned mode the offset in the chunk is in the 16 highest bits
   * @param bytes - length of the descriptor
   */
  chunkOf(address: bigint, bytes: number): { readonly number: number; readonly at: number } | undefined {
    const { settings } = this.belief;
    const base = Number(address & ((1n << 48n) - 1n));
    const at = base + Number(address >> 48n);
    for (let number = 0; number < RING_ENTRIES; number++) {
      const offset = chunkOffset(settings, number);
      if (at < offset + settings.headroom || at + bytes > offset + settings.chunk) continue;
      return { number, at: at - partOffset(settings) };
    }
    return undefined;
  }

  /** The bytes of a chunk in its part of the memory. */
  chunkIn(memory: Buffer, number: number): Buffer {
    const { settings } = this.belief;
    const at = chunkOffset(settings, number) - partOffset(settings);
    return memory.subarray(at, at + settings.chunk);
  }

  /** The first chunk of user space whose bytes are others than it left there; undefined: there is none. */
  overwritten(memory: Buffer, received: ReadonlySet<number>): number | undefined {
    return Array.from({ length: CHUNKS }, (_, number) => number).find(
      (number) =>
        !this.given.has(number) &&
        !received.has(number) &&
        !this.chunkIn(memory, number).equals(this.chunkIn(this.content, number)),
    );
  }

  /** Takes a completion, which gives a chunk back. Returns false when no descriptor of that chunk is due. */
  complete(address: bigint): boolean {
    const at = this.outstanding.findIndex(({ offset }) => this.numberOf(offset) === this.numberOf(Number(address)));
    if (at >= 0) this.outstanding.splice(at, 1);
    return at >= 0;
  }

  /** Descriptors up to one of a chunk that the counter of the ring does not show taken; undefined: there is none. */
  upTo(address: bigint): number | undefined {
    const late = this.sent.slice(this.taken);
    const at = late.findIndex(
      ({ offset, mayBeSent }) => mayBeSent && this.numberOf(offset) === this.numberOf(Number(address)),
    );
    return at < 0 ? undefined : this.taken + at + 1;
  }

  /** Descriptors of whole packets that the kernel took, and that did not complete. */
  get due(): number {
    return this.outstanding.filter(({ isFlawed, end }) => !isFlawed && end <= this.taken).length;
  }

  private numberOf(offset: number): number {
    const { settings } = this.belief;
    return Math.floor((offset - chunkOffset(settings, 0)) / settings.chunk);
  }
}
