import type { OutsideTxRing } from '../../../model/structs/outside';
import type { TxRingSettings } from '../../../model/structs/outside/tx_ring';
import { packetBytes } from '../abi/packet/build';
import { PLAIN_VIRTIO, virtioBytes } from '../abi/packet/virtio';
import { txFrameHeader, TX_DATA_OFFSETS } from '../abi/packet_ring';
import { advance, dataOf, packetsOf, plainLayers, type BurstArgs, type BurstPacket } from '../link/burst';
import { hasEthernet } from '../link/devices';
import { FLOW_WORDS, type Flow } from '../link/flows';
import { roomOfFrame, slotOffset, VIRTIO_BYTES } from './tx_layout';

/** long, short: the length of the last frame is more than a frame has, or less than a header; place: of its data. */
export const RING_FLAW_WORDS = ['none', 'long', 'short', 'place'] as const;
export const WAIT_WORDS = ['no', 'yes'] as const;

/** Numbers of a call of ring_send. */
export interface RingSendArgs {
  readonly flow: number;
  readonly number: number;
  readonly count: number;
  readonly size: number;
  readonly at: number;
  readonly linear: number;
  readonly flaw: number;
  readonly wait: number;
}

/** A frame of a call, and what the program writes for it. */
export interface PlannedFrame {
  /** Number of its slot, counted on from the first frame of the ring. */
  readonly number: number;
  readonly packet: BurstPacket;
  /** Bytes of the frame, without a virtio header. */
  readonly bytes: number;
  /** The kernel cannot send it. */
  readonly isFlawed: boolean;
  /** Offsets in the ring, and the bytes there. The header comes last: it asks for the frame to be sent. */
  readonly data: { readonly offset: number; readonly bytes: Buffer };
  readonly header: { readonly offset: number; readonly bytes: Buffer };
}

export const ringFlowOf = ({ link }: OutsideTxRing, { flow, number }: RingSendArgs): Flow => ({
  ...{ link, word: FLOW_WORDS[flow], number },
});

/** The same numbers as those of a burst of whole packets. */
export const ringBurstOf = ({ count, size }: Pick<RingSendArgs, 'count' | 'size'>): BurstArgs => ({
  ...{ count, size, last: 0, cut: 0, cuts: 0, gso: 0, flaw: 0, to: 0 },
});

/** Headers of Ethernet, IPv6 and TCP. */
const HEADERS_BYTES = 14 + 40 + 20;
/** Less than the header of Ethernet. */
const SHORT_BYTES = 13;
/** Offset of tp_mac in the header of a frame. */
const PLACES_AT = { 1: 16, 2: 12, 3: 24 } as const;

/** The frames of a call: as many as the ring has room for. */
export function ringPlanOf(ring: OutsideTxRing, args: RingSendArgs): PlannedFrame[] {
  const { settings, put, free, link } = ring;
  const count = Math.min(args.count, free);
  if (count <= 0) return [];
  const room = roomOfFrame(ring, args.at) - HEADERS_BYTES - (settings.hasHeader ? VIRTIO_BYTES : 0);
  const burst = ringBurstOf({ count, size: Math.min(args.size, room) });
  const flow = ringFlowOf(ring, args);
  return packetsOf(link, flow, burst).map((packet, number): PlannedFrame => {
    const frame = packetBytes(plainLayers(flow, packet, burst), dataOf(flow, packet));
    const flaw = packet.isLast ? RING_FLAW_WORDS[args.flaw] : 'none';
    const slot = slotOffset(settings, put + number);
    const data = settings.hasHeader ? Buffer.concat([virtioOf(frame, args), frame]) : frame;
    return {
      ...{ number: put + number, packet, bytes: frame.length, isFlawed: isFlawed(ring, flaw) },
      data: { offset: slot + placeOf(settings, args.at), bytes: data },
      header: { offset: slot, bytes: headerOf(settings, args.at, data.length, flaw) },
    };
  });
}

/** The bytes up to hdr_len are copied; the kernel takes no length beyond the frame: __packet_snd_vnet_parse. */
const virtioOf = (frame: Buffer, { linear }: RingSendArgs): Buffer =>
  virtioBytes({ ...PLAIN_VIRTIO, hdrLen: Math.min(linear, frame.length) });

const placeOf = ({ version, hasPlaces }: TxRingSettings, at: number): number =>
  TX_DATA_OFFSETS[version] + (hasPlaces ? at : 0);

type Flaw = (typeof RING_FLAW_WORDS)[number];

/** tpacket_parse_header and tpacket_fill_skb (net/packet/af_packet.c). */
function isFlawed({ settings, link }: OutsideTxRing, flaw: Flaw): boolean {
  switch (flaw) {
    case 'none':
      return false;
    case 'long':
      return true;
    case 'short':
      return hasEthernet(link);
    case 'place':
      return settings.hasPlaces || settings.version === 3;
  }
}

function headerOf(settings: TxRingSettings, at: number, bytes: number, flaw: Flaw): Buffer {
  const { version, frameBytes, hasHeader, hasPlaces } = settings;
  const short = SHORT_BYTES + (hasHeader ? VIRTIO_BYTES : 0);
  const length = flaw === 'long' ? frameBytes : flaw === 'short' ? short : bytes;
  const header = Buffer.from(txFrameHeader(version, length));
  if (hasPlaces) header.writeUInt16LE(placeOf(settings, at) - (flaw === 'place' ? at + 1 : 0), PLACES_AT[version]);
  // The next frame of version 3 is always at a fixed distance.
  if (version === 3 && flaw === 'place') header.writeUInt32LE(frameBytes, 0);
  return header;
}

/** Says that the frames are in the ring, and that the kernel was told. */
export function endRingSend(ring: OutsideTxRing, args: RingSendArgs, frames: readonly PlannedFrame[]): void {
  advance(
    ring.link,
    ringFlowOf(ring, args),
    frames.map(({ packet }) => packet),
  );
  const isStuck = !ring.settings.skips && frames.at(-1)?.isFlawed === true;
  ring.send(frames.length, isStuck, WAIT_WORDS[args.wait] === 'yes');
}
