import type { OutsideTxRing } from '../../../model/structs/outside';
import type { TxRingSettings } from '../../../model/structs/outside/tx_ring';
import { TX_DATA_OFFSETS, type PacketRing } from '../abi/packet_ring';
import { objectMemory } from '../object_memory';
import { BLOCK_BYTES, FRAME_BYTES, FRAME_WORDS } from './ring_capture';

/* The memory of a ring for sending. A frame never crosses the end of a block. */

const TX_BLOCKS = 2;
export const TX_RING_BYTES = TX_BLOCKS * BLOCK_BYTES;
export const TX_FLAG_WORDS = ['loss', 'bypass', 'places', 'header'] as const;
/** struct virtio_net_hdr. */
export const VIRTIO_BYTES = 10;

/** The ring that the words of tx_ring stand for. */
export function settingsOf({ version, frame, flags }: Record<'version' | 'frame' | 'flags', number>): TxRingSettings {
  const has = (word: (typeof TX_FLAG_WORDS)[number]): boolean => ((flags >>> TX_FLAG_WORDS.indexOf(word)) & 1) === 1;
  const frameBytes = FRAME_BYTES[FRAME_WORDS[frame]];
  return {
    ...{ version: ([1, 2, 3] as const)[version], frameBytes, slots: TX_RING_BYTES / frameBytes },
    ...{ skips: has('loss'), bypasses: has('bypass'), hasPlaces: has('places'), hasHeader: has('header') },
  };
}

export const txRequest = ({ frameBytes }: TxRingSettings): PacketRing => ({
  ...{ blockBytes: BLOCK_BYTES, blocks: TX_BLOCKS, frameBytes },
});

/** Where the slot of a number begins in the ring. */
export const slotOffset = ({ frameBytes, slots }: TxRingSettings, number: number): number =>
  (number % slots) * frameBytes;

export const txRingAt = (id: number): number => objectMemory(id);

/** Offset and bytes of the status in a frame's header: struct tpacket_hdr, tpacket2_hdr, tpacket3_hdr. */
export const STATUS_PLACES = { 1: [0, 8], 2: [0, 4], 3: [20, 4] } as const;

/** The most bytes that a frame has room for, a virtio header included. @param at - its data begin so much later */
export const roomOfFrame = ({ settings }: Pick<OutsideTxRing, 'settings'>, at: number): number =>
  settings.frameBytes - TX_DATA_OFFSETS[settings.version] - (settings.hasPlaces ? at : 0);
