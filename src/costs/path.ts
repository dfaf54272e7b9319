/** One way of a packet through the system, as a program whose costs are counted. */
export interface CostPath {
  readonly name: string;
  readonly title: string;
  /** Paths of one group are compared with each other. */
  readonly group: string;
  /** The text that compares them. */
  readonly source: string;
  readonly profile: string;
  /** Lines before the first packet. */
  readonly setup: readonly string[];
  /** Lines of one packet; its number replaces `$`. */
  readonly packet: readonly string[];
  /** Bytes of payload of one packet. */
  readonly bytes: number;
}

/** The costs of one packet, averaged over the measured packets. */
export interface Cost {
  readonly pageAllocs: number;
  readonly dmaMaps: number;
  readonly dmaSyncs: number;
  readonly skbAllocs: number;
  readonly headAllocs: number;
  readonly bytesCopied: number;
}

/** A path with its costs. */
export interface PathCost extends Cost {
  readonly name: string;
  readonly title: string;
  readonly group: string;
  readonly source: string;
  readonly profile: string;
  readonly bytes: number;
  readonly packets: number;
}
