import type { XskSettings } from '../../../model/structs/outside/xsk';
import { XSK_ENTRY_BYTES, XSK_RING_OFFSETS, xskRingBytes, type XskRing } from '../abi/xsk';
import { objectMemory, PAGE_BYTES } from '../object_memory';

/*
 * Places of the memory and the rings of a socket of AF_XDP. Half of its chunks are for receiving: the first of them are
 * in the fill ring from the start, and each that comes back goes there again. The other half is for sending, in turn.
 */

/** Entries of each ring, a power of 2. */
export const RING_ENTRIES = 16;
/** Chunks of a socket. */
export const CHUNKS = 2 * RING_ENTRIES;
/** Bytes before a frame that is received: XDP_PACKET_HEADROOM of include/uapi/linux/bpf.h. */
export const XDP_HEADROOM = 256;
/** Chunks of unaligned mode begin here, so that some of them lie on two pages. */
const UNALIGNED_SHIFT_BYTES = 1000;
const RINGS_AT = 640 << 10;
const RING_ORDER: readonly XskRing[] = ['fill', 'completion', 'rx', 'tx'];

type Place = Pick<XskSettings, 'memory' | 'part' | 'chunk' | 'isUnaligned'>;

/** Bytes of the memory of two sockets. */
export const umemBytes = ({ chunk }: Pick<XskSettings, 'chunk'>): number => 2 * CHUNKS * chunk + PAGE_BYTES;

/** Bytes of the memory that belong to one socket. */
export const partBytes = ({ chunk }: Pick<XskSettings, 'chunk'>): number => CHUNKS * chunk;

/** Offset in the memory of the first chunk of a socket. */
export const partOffset = ({ part, chunk, isUnaligned }: Omit<Place, 'memory'>): number =>
  part * CHUNKS * chunk + (isUnaligned ? UNALIGNED_SHIFT_BYTES : 0);

/** Address of the memory. */
export const umemAt = ({ memory }: Pick<XskSettings, 'memory'>): number => objectMemory(memory);

/** Offset in the memory of a chunk of a socket: those for receiving are the first RING_ENTRIES. */
export const chunkOffset = (place: Place, number: number): number => partOffset(place) + number * place.chunk;

/** The number of the chunk of a descriptor for sending. @param count - descriptors that were sent before it, ever */
export const sendingChunk = (count: number): number => RING_ENTRIES + (count % RING_ENTRIES);

/** Address of a ring of a socket. @param id - the number of the socket's name */
export const ringAt = (id: number, ring: XskRing): number =>
  objectMemory(id) + RINGS_AT + RING_ORDER.indexOf(ring) * PAGE_BYTES;

/** Bytes of a ring, with its counters. */
export const ringBytes = (ring: XskRing): number => xskRingBytes(ring, RING_ENTRIES);

/** Address of a member of a ring. @param count - of members before it, ever */
export const memberAt = (id: number, ring: XskRing, count: number): number =>
  ringAt(id, ring) + XSK_RING_OFFSETS.entries + (count % RING_ENTRIES) * XSK_ENTRY_BYTES[ring];

/** Addresses of the two counters of a ring. */
export const producerAt = (id: number, ring: XskRing): number => ringAt(id, ring) + XSK_RING_OFFSETS.producer;
export const consumerAt = (id: number, ring: XskRing): number => ringAt(id, ring) + XSK_RING_OFFSETS.consumer;
