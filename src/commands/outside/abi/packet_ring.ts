import { cat, u16, u32, u64, zeros } from './bytes';
import {
  PACKET_FANOUT_CBPF,
  PACKET_FANOUT_CPU,
  PACKET_FANOUT_EBPF,
  PACKET_FANOUT_HASH,
  PACKET_FANOUT_LB,
  PACKET_FANOUT_QM,
  PACKET_FANOUT_RND,
  PACKET_FANOUT_ROLLOVER,
  TP_STATUS_SEND_REQUEST,
  TP_STATUS_USER,
  TP_STATUS_VLAN_TPID_VALID,
  TP_STATUS_VLAN_VALID,
  TPACKET_V1,
  TPACKET_V2,
  TPACKET_V3,
} from './uapi/af_packet';
import { ETH_P_8021Q } from './uapi/devices';

/** Dimensions of a ring: Documentation/networking/packet_mmap.rst. */
export interface PacketRing {
  /** A multiple of the page size. */
  readonly blockBytes: number;
  readonly blocks: number;
  /** A multiple of 16. */
  readonly frameBytes: number;
}

const frames = ({ blockBytes, blocks, frameBytes }: PacketRing): number => Math.floor(blockBytes / frameBytes) * blocks;

/** struct tpacket_req, 16 bytes: PACKET_RX_RING and PACKET_TX_RING of versions 1 and 2. */
export const tpacketReq = (ring: PacketRing): Buffer =>
  cat(u32(ring.blockBytes), u32(ring.blocks), u32(ring.frameBytes), u32(frames(ring)));

/** struct tpacket_req3, 28 bytes: PACKET_RX_RING of version 3. A transmit ring has no timeout and no private part. */
export const tpacketReq3 = (ring: PacketRing, retire_ms = 0, privateBytes = 0): Buffer =>
  cat(tpacketReq(ring), u32(retire_ms), u32(privateBytes), u32(0));

/** The value of PACKET_VERSION. */
export const packetVersion = (version: 1 | 2 | 3): Buffer =>
  u32({ 1: TPACKET_V1, 2: TPACKET_V2, 3: TPACKET_V3 }[version]);

/** How packets are spread over the sockets of a group: packet(7). */
export const FANOUTS = {
  hash: PACKET_FANOUT_HASH,
  roundRobin: PACKET_FANOUT_LB,
  cpu: PACKET_FANOUT_CPU,
  rollover: PACKET_FANOUT_ROLLOVER,
  random: PACKET_FANOUT_RND,
  queue: PACKET_FANOUT_QM,
  cbpf: PACKET_FANOUT_CBPF,
  ebpf: PACKET_FANOUT_EBPF,
} as const;
export type Fanout = keyof typeof FANOUTS;

/**
 * The value of PACKET_FANOUT.
 * @param group - 16 bits
 * @param flags - PACKET_FANOUT_FLAG_DEFRAG puts fragments together first
 */
export const fanout = (group: number, kind: Fanout, flags = 0): Buffer => cat(u16(group), u16(FANOUTS[kind] | flags));

/** Offset of the data in a frame that is sent, if no PACKET_TX_HAS_OFF says another: struct tpacket*_hdr, aligned. */
export const TX_DATA_OFFSETS = { 1: 32, 2: 32, 3: 48 } as const;

/** The header of a frame that asks to be sent. The next frame of version 3 is at a fixed distance. */
export function txFrameHeader(version: 1 | 2 | 3, bytes: number): Buffer {
  if (version === 1) return cat(u64(TP_STATUS_SEND_REQUEST), u32(bytes), u32(bytes), zeros(16));
  if (version === 2) return cat(u32(TP_STATUS_SEND_REQUEST), u32(bytes), u32(bytes), zeros(20));
  return cat(zeros(12), u32(bytes), u32(bytes), u32(TP_STATUS_SEND_REQUEST), zeros(24));
}

/** A frame that was received. */
export interface RingFrame {
  /** TP_STATUS_*. */
  readonly status: number;
  /** The packet's length. */
  readonly bytes: number;
  /** As much of it as is there, without a VLAN tag. */
  readonly data: Buffer;
  /** The VLAN tag that it had; the first version does not tell it. */
  readonly tag?: { readonly type: number; readonly tci: number };
}

/** The tag of a frame: both numbers stand in its header where the status says so. */
function tagOf(status: number, tci: number, type: number): Pick<RingFrame, 'tag'> {
  if ((status & TP_STATUS_VLAN_VALID) === 0) return {};
  return { tag: { tci, type: (status & TP_STATUS_VLAN_TPID_VALID) === 0 ? ETH_P_8021Q : type } };
}

/** Reads a frame of a receive ring of version 1 or 2, or nothing where the kernel owns it. */
export function parseRingFrame(version: 1 | 2, frame: Buffer): RingFrame | undefined {
  const status = frame.readUInt32LE(0);
  if ((status & TP_STATUS_USER) === 0) return undefined;
  const at = version === 1 ? 8 : 4;
  const [bytes, there, mac] = [frame.readUInt32LE(at), frame.readUInt32LE(at + 4), frame.readUInt16LE(at + 8)];
  const tag = version === 1 ? {} : tagOf(status, frame.readUInt16LE(24), frame.readUInt16LE(26));
  return { status, bytes, data: frame.subarray(mac, mac + there), ...tag };
}

/** Reads the frames of a block of version 3, or nothing where the kernel owns it: struct tpacket_block_desc. */
export function parseRingBlock(block: Buffer): RingFrame[] | undefined {
  const [status, packets] = [block.readUInt32LE(8), block.readUInt32LE(12)];
  if ((status & TP_STATUS_USER) === 0) return undefined;
  const found: RingFrame[] = [];
  let at = block.readUInt32LE(16);
  for (let number = 0; number < packets && at + 48 <= block.length; number++) {
    const [there, bytes] = [block.readUInt32LE(at + 12), block.readUInt32LE(at + 16)];
    const data = at + block.readUInt16LE(at + 24);
    const own = block.readUInt32LE(at + 20);
    const tag = tagOf(own, block.readUInt16LE(at + 32), block.readUInt16LE(at + 36));
    found.push({ status: own, bytes, data: block.subarray(data, data + there), ...tag });
    at += block.readUInt32LE(at);
  }
  return found;
}
