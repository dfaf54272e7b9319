import type { OutsideXsk } from '../../../model/structs/outside';
import { packetBytes } from '../abi/packet/build';
import type { XskDescriptor } from '../abi/xsk';
import { advance, dataOf, packetsOf, plainLayers, type BurstArgs, type BurstPacket } from '../link/burst';
import { FLOW_WORDS, type Flow } from '../link/flows';
import { chunkOffset, RING_ENTRIES, sendingChunk } from './layout';

/** Calls that tell the kernel of descriptors; the last tells it nothing of those for sending. */
export const WAKE_WORDS = ['send', 'poll', 'receive'] as const;

/** long: the last descriptor is longer than its chunk. */
export const XSK_FLAW_WORDS = ['none', 'long'] as const;

/** Numbers of a call of xsk_send. */
export interface XskSendArgs {
  readonly flow: number;
  readonly number: number;
  readonly count: number;
  readonly size: number;
  readonly at: number;
  readonly cut: number;
  readonly flaw: number;
  readonly wake: number;
}

/** A descriptor of a call, and the bytes that the program writes for it. */
export interface PlannedDescriptor extends Required<Pick<XskDescriptor, 'bytes' | 'more'>> {
  /** Offset of the bytes in the memory. */
  readonly offset: number;
  readonly data: Buffer;
  /** It is longer than its chunk. */
  readonly isLong: boolean;
}

/** A packet of a call with its descriptors. */
export interface PlannedPacket {
  readonly packet: BurstPacket;
  readonly descriptors: readonly PlannedDescriptor[];
}

/** The flow that a call writes to. */
export const flowOf = ({ link }: OutsideXsk, { flow, number }: XskSendArgs): Flow => ({
  ...{ link, word: FLOW_WORDS[flow], number },
});

/** The same numbers as those of a burst of whole packets. */
export const burstOf = ({ count, size }: Pick<XskSendArgs, 'count' | 'size'>): BurstArgs => ({
  ...{ count, size, last: 0, cut: 0, cuts: 0, gso: 0, flaw: 0, to: 0 },
});

/** Headers of Ethernet, IPv6 and TCP. */
const HEADERS_BYTES = 14 + 40 + 20;

/**
 * The packets of a call: as many as the ring and the chunks have room for, where all that was sent before the last read
 * has completed.
 */
export function planOf(xsk: OutsideXsk, args: XskSendArgs): PlannedPacket[] {
  const { settings, sent, completed, link } = xsk;
  const room = settings.chunk - args.at;
  const piece = settings.isMulti && args.cut > 0 ? Math.min(args.cut, room) : room;
  const size = settings.isMulti ? args.size : Math.min(args.size, room - HEADERS_BYTES);
  const burst = burstOf({ ...args, size });
  const flow = flowOf(xsk, args);
  const planned: PlannedPacket[] = [];
  let free = RING_ENTRIES - (sent - completed);
  let at = sent;
  for (const packet of args.count === 0 ? [] : packetsOf(link, flow, burst)) {
    const frame = packetBytes(plainLayers(flow, packet, burst), dataOf(flow, packet));
    const pieces = Math.ceil(frame.length / piece);
    // One that has more descriptors than the completion ring would never be sent.
    if (pieces > Math.min(free, xsk.completions)) break;
    const isLast = packet.isLast || pieces > free - pieces;
    planned.push({
      packet,
      descriptors: Array.from({ length: pieces }, (_, number): PlannedDescriptor => {
        const data = frame.subarray(number * piece, (number + 1) * piece);
        const more = number < pieces - 1;
        const isLong = args.flaw === 1 && isLast && !more;
        const offset = chunkOffset(settings, sendingChunk(at++)) + args.at;
        return { offset, data, more, isLong, bytes: isLong ? settings.chunk + 1 : data.length };
      }),
    });
    free -= pieces;
  }
  return planned;
}

export const descriptorsOf = (packets: readonly PlannedPacket[]): PlannedDescriptor[] =>
  packets.flatMap(({ descriptors }) => descriptors);

/** Says that the packets are in the ring. */
export function endSend(xsk: OutsideXsk, args: XskSendArgs, packets: readonly PlannedPacket[]): void {
  advance(
    xsk.link,
    flowOf(xsk, args),
    packets.map(({ packet }) => packet),
  );
  for (const { descriptors } of packets) {
    xsk.sent += descriptors.length;
    xsk.ends.push(xsk.sent);
  }
  if (WAKE_WORDS[args.wake] !== 'receive') xsk.wake();
}
