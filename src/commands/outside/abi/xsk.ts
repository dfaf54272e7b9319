import { cat, type Int, u16, u32, u64 } from './bytes';
import {
  XDP_PGOFF_RX_RING,
  XDP_PGOFF_TX_RING,
  XDP_PKT_CONTD,
  XDP_RX_RING,
  XDP_TX_METADATA,
  XDP_TX_RING,
  XDP_TXMD_FLAGS_CHECKSUM,
  XDP_UMEM_COMPLETION_RING,
  XDP_UMEM_FILL_RING,
  XDP_UMEM_PGOFF_COMPLETION_RING,
  XDP_UMEM_PGOFF_FILL_RING,
  XDP_UMEM_TX_METADATA_LEN,
  XDP_UMEM_UNALIGNED_CHUNK_FLAG,
} from './uapi/xsk';

/** Memory of AF_XDP: Documentation/networking/af_xdp.rst. */
export interface Umem {
  /** Address, at a page. */
  readonly at: number;
  readonly bytes: number;
  /** 2048 or 4096; of unaligned chunks up to a page. */
  readonly chunk: number;
  readonly headroom?: number;
  /** Frames may begin anywhere. */
  readonly unaligned?: boolean;
  /** Bytes of metadata before each frame that is sent, in its chunk: a multiple of 8 (6.8 and newer). */
  readonly metadata?: number;
}

/** struct xdp_umem_reg, 32 bytes, for XDP_UMEM_REG of SOL_XDP: include/uapi/linux/if_xdp.h. */
export function umemReg({ at, bytes, chunk, headroom = 0, unaligned, metadata = 0 }: Umem): Buffer {
  const flags = (unaligned ? XDP_UMEM_UNALIGNED_CHUNK_FLAG : 0) | (metadata > 0 ? XDP_UMEM_TX_METADATA_LEN : 0);
  return cat(u64(at), u64(bytes), u32(chunk), u32(headroom), u32(flags), u32(metadata));
}

/** Rings: the option of SOL_XDP that sets the length, a power of 2, and the offset of their mmap. */
export const XSK_RINGS = {
  fill: { option: XDP_UMEM_FILL_RING, mmap: XDP_UMEM_PGOFF_FILL_RING },
  completion: { option: XDP_UMEM_COMPLETION_RING, mmap: XDP_UMEM_PGOFF_COMPLETION_RING },
  rx: { option: XDP_RX_RING, mmap: XDP_PGOFF_RX_RING },
  tx: { option: XDP_TX_RING, mmap: XDP_PGOFF_TX_RING },
} as const;
export type XskRing = keyof typeof XSK_RINGS;

/**
 * Offsets in a mapped ring: struct xdp_ring and its members (net/xdp/xsk_queue.h, 6.1 to 7.3, x86-64). XDP_MMAP_OFFSETS
 * tells them too.
 */
export const XSK_RING_OFFSETS = { producer: 0, consumer: 128, flags: 196, entries: 320 } as const;

/** Bytes of a member of a ring: an address, or struct xdp_desc. */
export const XSK_ENTRY_BYTES: Readonly<Record<XskRing, number>> = { fill: 8, completion: 8, rx: 16, tx: 16 };

/** Bytes of a ring, for mmap. */
export const xskRingBytes = (ring: XskRing, entries: number): number =>
  XSK_RING_OFFSETS.entries + XSK_ENTRY_BYTES[ring] * entries;

/** Address of a member of a mapped ring, by the count of members before it. */
export const xskEntryAt = (ring: XskRing, mappedAt: number, entries: number, count: number): number =>
  mappedAt + XSK_RING_OFFSETS.entries + XSK_ENTRY_BYTES[ring] * (count & (entries - 1));

/** The value of a ring's producer or consumer. */
export const xskIndex = (count: number): Buffer => u32(count);

/** A member of the fill ring: where a frame may go. */
export const xskAddress = (offset: Int): Buffer => u64(offset);

/** A frame that is sent. */
export interface XskDescriptor {
  /** Offset into the memory; of unaligned chunks with the offset inside in the 16 highest bits. */
  readonly offset: Int;
  readonly bytes: number;
  /** The packet goes on in the next descriptor (6.6 and newer). */
  readonly more?: boolean;
  /** Metadata stand before the frame. */
  readonly metadata?: boolean;
}

/** struct xdp_desc, 16 bytes. */
export const xskDescriptor = ({ offset, bytes, more, metadata }: XskDescriptor): Buffer =>
  cat(u64(offset), u32(bytes), u32((more ? XDP_PKT_CONTD : 0) | (metadata ? XDP_TX_METADATA : 0)));

/** Reads members of the rx ring. */
export const parseXskDescriptors = (bytes: Buffer): XskDescriptor[] =>
  Array.from({ length: Math.floor(bytes.length / 16) }, (_, at) => ({
    offset: bytes.readBigUInt64LE(at * 16),
    bytes: bytes.readUInt32LE(at * 16 + 8),
    more: (bytes.readUInt32LE(at * 16 + 12) & XDP_PKT_CONTD) !== 0,
  }));

/** struct xsk_tx_metadata, 24 bytes, that asks for a checksum: include/uapi/linux/if_xdp.h. */
export const xskChecksumMetadata = (csumStart: number, csumOffset: number): Buffer =>
  cat(u64(XDP_TXMD_FLAGS_CHECKSUM), u16(csumStart), u16(csumOffset), u32(0), u64(0));

/** Counters of XDP_STATISTICS: struct xdp_statistics, 48 bytes. */
export interface XskStatistics {
  readonly rxDropped: bigint;
  readonly rxInvalid: bigint;
  readonly txInvalid: bigint;
  readonly rxRingFull: bigint;
  readonly fillRingEmpty: bigint;
  readonly txRingEmpty: bigint;
}

/** Reads struct xdp_statistics. */
export function parseXskStatistics(bytes: Buffer): XskStatistics {
  const at = (index: number): bigint => bytes.readBigUInt64LE(index * 8);
  return {
    ...{ rxDropped: at(0), rxInvalid: at(1), txInvalid: at(2) },
    ...{ rxRingFull: at(3), fillRingEmpty: at(4), txRingEmpty: at(5) },
  };
}
