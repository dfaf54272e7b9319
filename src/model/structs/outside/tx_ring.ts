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
