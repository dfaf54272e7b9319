import type { BurstArgs, BurstPacket } from '../../../commands/outside/link/burst';
import type { PlannedFrame } from '../../../commands/outside/ring/send_plan';
import { slotOffset, STATUS_PLACES, TX_RING_BYTES } from '../../../commands/outside/ring/tx_layout';
import type { OutsideTxRing } from '../../../model/structs/outside';
import type { JudgedFlow } from '../flows';
import type { JudgedDevice } from '../links/device';

/** Values of a frame's status: TP_STATUS_* of include/uapi/linux/if_packet.h. */
export const TX_STATUS = { available: 0, request: 1, sending: 2, wrong: 4 } as const;
export type TxState = keyof typeof TX_STATUS;

/** A frame that asks to be sent. */
export interface RequestedFrame {
  readonly flow: JudgedFlow;
  readonly packet: BurstPacket;
  readonly burst: BurstArgs;
  readonly bytes: number;
  readonly isFlawed: boolean;
}

interface Slot {
  state: TxState;
  frame: RequestedFrame | null;
}

/** A ring for sending, as the kernel's answers so far say that it is. */
export class JudgedTxRing {
  /** A frame was overwritten that the kernel had: nobody knows what it sends. */
  isLost = false;
  readonly slots: readonly Slot[];
  /** Number of the slot that the kernel looks at next. */
  head = 0;
  /** The bytes of the ring, as user space has written them. */
  readonly content = Buffer.alloc(TX_RING_BYTES);

  /** @param device - to which it is bound */
  constructor(
    readonly belief: OutsideTxRing,
    readonly device: JudgedDevice,
  ) {
    this.slots = Array.from({ length: belief.settings.slots }, (): Slot => ({ state: 'available', frame: null }));
  }

  /** User space writes a frame into its slot, and asks for it to be sent. */
  put({ number, data, header }: PlannedFrame, frame: RequestedFrame): void {
    const slot = this.slots[number % this.slots.length];
    if (slot.state === 'sending') this.isLost = true;
    slot.state = 'request';
    slot.frame = frame;
    data.bytes.copy(this.content, data.offset);
    header.bytes.copy(this.content, header.offset);
  }

  /** The status of each slot in the bytes of a ring. */
  statuses(ring: Buffer): number[] {
    const [at] = STATUS_PLACES[this.belief.settings.version];
    return this.slots.map((_, number) => ring.readUInt32LE(slotOffset(this.belief.settings, number) + at));
  }

  /** The first byte, beside those of statuses, that is not what user space wrote; undefined: there is none. */
  overwritten(ring: Buffer): number | undefined {
    const seen = this.withoutStatuses(ring);
    const known = this.withoutStatuses(this.content);
    if (seen.equals(known)) return undefined;
    return seen.findIndex((byte, at) => byte !== known[at]);
  }

  private withoutStatuses(ring: Buffer): Buffer {
    const bytes = Buffer.from(ring);
    const [at, length] = STATUS_PLACES[this.belief.settings.version];
    this.slots.forEach((_, number) => {
      const place = slotOffset(this.belief.settings, number) + at;
      bytes.fill(0, place, place + length);
    });
    return bytes;
  }
}
