import { patternOf } from '../abi/pattern';
import { fillSeed } from '../fill';

/* Packets that wait for a reader in a queue of netfilter, and what becomes of them. */

export const QUEUE_FLAG_WORDS = ['gso', 'fail_open', 'conntrack', 'uid_gid'] as const;
/** Answers of the reader; none: it never answers; mixed: another one for each packet. */
export const QUEUE_VERDICT_WORDS = ['accept', 'drop', 'repeat', 'stop', 'mangle', 'none', 'mixed'] as const;
/** The order of answers. batch: one answer to all, where it has no bytes of its own. */
export const QUEUE_ORDER_WORDS = ['in_turn', 'backwards', 'batch'] as const;
export type QueueVerdictWord = Exclude<(typeof QUEUE_VERDICT_WORDS)[number], 'mixed'>;
const MIX: readonly QueueVerdictWord[] = ['accept', 'drop', 'mangle', 'repeat', 'stop'];

/** Bytes of all datagrams of a call. */
const TOTAL_BYTES = 24_000;
export const QUEUE_LENGTH_MAX = 64;
/** Segments of a datagram, and packets of a call. */
const SEGMENTS_MAX = 16;
const PACKETS_MAX = 32;

/** The numbers of a call that its packets follow from. */
export interface QueueNumbers {
  readonly count: number;
  readonly size: number;
  readonly segment: number;
  readonly flags: number;
  readonly length: number;
  readonly verdict: number;
  readonly order: number;
  readonly grow: number;
}

/** A packet in the queue, or one that has no room there. */
export interface QueuedPlan {
  /** Its place in the data of the call. */
  readonly start: number;
  readonly end: number;
  /** Bytes of each datagram that arrives of it; a packet of GSO has several. */
  readonly piece: number;
  /** null: the queue has no room. */
  readonly verdict: QueueVerdictWord | null;
  /** Data that the reader puts in its place. */
  readonly mangled: Buffer;
}

/** Datagrams of the call, in bytes: each send has one size. */
export function sentOf({ count, size, segment }: QueueNumbers): { count: number; bytes: number; segment: number } {
  const bytes = Math.min(size, TOTAL_BYTES);
  const isSegmented = segment > 0 && segment < bytes;
  const piece = isSegmented ? Math.max(segment, Math.ceil(bytes / SEGMENTS_MAX)) : bytes;
  const most = Math.min(Math.floor(TOTAL_BYTES / bytes), Math.floor(PACKETS_MAX / Math.ceil(bytes / piece)));
  return { count: Math.max(1, Math.min(count, most)), bytes, segment: isSegmented ? piece : 0 };
}

/**
 * The packets in the order in which they come to the queue. Their ids count from 1.
 * @param position - of the call
 * @param sent - datagrams that the kernel took, by their numbers
 */
export function queuedOf(numbers: QueueNumbers, position: number, sent: (number: number) => boolean): QueuedPlan[] {
  const { count, bytes, segment } = sentOf(numbers);
  const isWhole = (numbers.flags & 1) !== 0 || segment === 0;
  const step = isWhole ? bytes : segment;
  const piece = segment === 0 ? bytes : segment;
  const packets: QueuedPlan[] = [];
  for (let one = 0; one < count; one++) {
    if (!sent(one)) continue;
    for (let at = 0; at < bytes; at += step) {
      const [start, end] = [one * bytes + at, one * bytes + Math.min(at + step, bytes)];
      const verdict = packets.length < numbers.length ? verdictOf(numbers, packets.length) : null;
      packets.push({ start, end, piece, verdict, mangled: mangledOf(numbers, position, packets.length, end - start) });
    }
  }
  return packets;
}

function verdictOf({ verdict, order }: QueueNumbers, at: number): QueueVerdictWord {
  const word = QUEUE_VERDICT_WORDS[verdict];
  const own = word === 'mixed' ? MIX[at % MIX.length] : word;
  if (QUEUE_ORDER_WORDS[order] !== 'batch') return own;
  // One answer to all has neither bytes nor a mark.
  return word === 'drop' || word === 'none' || word === 'stop' ? word : 'accept';
}

/** As long as the packet, or longer or shorter. */
function mangledOf({ grow }: QueueNumbers, position: number, at: number, bytes: number): Buffer {
  const length = Math.max(1, bytes + grow);
  return patternOf((fillSeed(position) ^ (0x5bd1e995 + at)) >>> 0, length);
}
