import type { OutsideLink } from '../outside';

/** The sizes and ways of a ring for sending: PACKET_TX_RING of packet(7). */
export interface TxRingSettings {
  readonly version: 1 | 2 | 3;
  /** Bytes of a frame: 2048 or 16,384. */
  readonly frameBytes: number;
  /** Frames of the ring: 16 or 2. */
  readonly slots: number;
  /** Frames that cannot be sent are passed over (PACKET_LOSS). */
  readonly skips: boolean;
  /** Frames go to the device past its queue (PACKET_QDISC_BYPASS). */
  readonly bypasses: boolean;
  /** Each frame says where its data begin (PACKET_TX_HAS_OFF). */
  readonly hasPlaces: boolean;
  /** A virtio header stands before the data (PACKET_VNET_HDR). */
  readonly hasHeader: boolean;
}

/** A program's belief of a packet socket with a ring for sending. */
export class OutsideTxRing {
  /** Frames that were put into the ring; the next one goes to the slot of this number. */
  put = 0;
  /** Those of them that the kernel may still have. A call that waits gives all of them back. */
  outstanding = 0;
  /** Settle has waited for its frames. */
  settled = false;

  /** @param link - to whose near device it is bound */
  constructor(
    readonly link: OutsideLink,
    readonly settings: TxRingSettings,
  ) {}

  /** Frames that have room. */
  get free(): number {
    return this.settings.slots - this.outstanding;
  }

  /**
   * Frames were put in, and the kernel was told.
   * @param count - of frames
   * @param isStuck - the kernel cannot send the last one, and goes no further until another is in its place
   * @param waits - the call waits until all that were sent are given back
   */
  send(count: number, isStuck: boolean, waits: boolean): void {
    const sent = isStuck ? count - 1 : count;
    this.put += sent;
    // The error of a frame that is stuck comes before the wait.
    this.outstanding = waits && !isStuck ? 0 : this.outstanding + sent;
  }
}
