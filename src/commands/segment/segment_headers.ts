import { foldedSum, htons } from '../../model/net/headers/csum';
import type { World } from '../../model/world/world';
import type { Payload } from '../../model/lib/payload';
import {
  TCPHDR_CWR,
  TCPHDR_FIN_PSH,
  TCP_CHECK,
  TCP_FLAGS,
  TCP_SEQ,
  UDP_CHECK,
  UDP_LEN,
} from '../../model/net/headers/net_headers';

/*
 * The expected headers of segments, computed from the bytes that were put into the skb and from the protocol, not from
 * the bytes that the model wrote. A payload refers to bytes of the pattern; an expected header refers to bytes of the
 * arena that only the expectation uses.
 */

const ROOM = 64;

/** The bytes that a payload refers to. */
export function payloadBytes(world: World, payload: Payload): number[] {
  const bytes: number[] = [];
  for (let i = 0; i < payload.length; i += 2)
    for (let j = 0; j < payload[i + 1]; j++) bytes.push(world.memory.bytes[payload[i] + j]);
  return bytes;
}

/** A payload of expected bytes that the pattern does not contain. */
export function payloadOf(world: World, bytes: readonly number[]): Payload {
  const address = world.memory.alloc(ROOM);
  world.memory.bytes.set(bytes, address);
  return [address, bytes.length];
}

function word(bytes: readonly number[], at: number): number {
  return bytes[at] | (bytes[at + 1] << 8);
}

function setWord(bytes: number[], at: number, value: number): void {
  bytes[at] = value & 0xff;
  bytes[at + 1] = value >>> 8;
}

/** The checksum of a packet after the length in its pseudo header changed. */
function withLength(check: number, oldLength: number, newLength: number): number {
  return foldedSum(check, htons(~oldLength & 0xffff) + htons(newLength & 0xffff));
}

/** The ones' complement of the sum of all 16-bit words. */
function checksum(header: readonly number[], payload: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < header.length; i++) sum += header[i] << (8 * (i & 1));
  for (let i = 0; i < payload.length; i++) sum += payload[i] << (8 * ((header.length + i) & 1));
  return ~foldedSum(sum, 0) & 0xffff;
}

export interface SegmentPlace {
  /** The payload of the segment. */
  readonly payload: Payload;
  /** Offset of the payload behind the headers of the skb. */
  readonly at: number;
  readonly first: boolean;
  readonly last: boolean;
  /** The stack computes the checksum, not the device. */
  readonly sums: boolean;
  /** All segments have the CWR of the packet: it belongs to a counter of Accurate ECN (RFC 9768). */
  readonly keepsCwr: boolean;
}

/**
 * The TCP header of a segment: its own sequence number; FIN and PSH in the last one, CWR in the first one (RFC 3168)
 * unless all keep it.
 */
export function tcpHeader(
  world: World,
  header: readonly number[],
  oldLength: number,
  length: number,
  seg: SegmentPlace,
): Payload {
  const bytes = [...header];
  const sequence = new DataView(new ArrayBuffer(4));
  for (let i = 0; i < 4; i++) sequence.setUint8(i, bytes[TCP_SEQ + i]);
  sequence.setUint32(0, sequence.getUint32(0) + seg.at);
  for (let i = 0; i < 4; i++) bytes[TCP_SEQ + i] = sequence.getUint8(i);
  if (!seg.last) bytes[TCP_FLAGS] &= ~TCPHDR_FIN_PSH;
  if (!seg.first && !seg.keepsCwr) bytes[TCP_FLAGS] &= ~TCPHDR_CWR;
  setWord(bytes, TCP_CHECK, withLength(word(bytes, TCP_CHECK), oldLength, length));
  if (seg.sums) setWord(bytes, TCP_CHECK, checksum(bytes, payloadBytes(world, seg.payload)));
  return payloadOf(world, bytes);
}

/** The UDP header of a segment: its own length. A checksum of 0 would mean that the packet has no checksum. */
export function udpHeader(world: World, header: readonly number[], length: number, seg: SegmentPlace): Payload {
  const bytes = [...header];
  const oldLength = htons(word(bytes, UDP_LEN));
  setWord(bytes, UDP_CHECK, withLength(word(bytes, UDP_CHECK), oldLength, length));
  setWord(bytes, UDP_LEN, htons(length & 0xffff));
  if (seg.sums) setWord(bytes, UDP_CHECK, checksum(bytes, payloadBytes(world, seg.payload)) || 0xffff);
  return payloadOf(world, bytes);
}
