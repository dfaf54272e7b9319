/** One way of a packet through the system, as a program: what it costs is counted, not reckoned. */
export interface CostPath {
  readonly name: string;
  readonly title: string;
  /** Paths that a table of the texts sets beside each other. */
  readonly group: string;
  /** The seed text that compares them. */
  readonly source: string;
  readonly profile: string;
  /** Lines before the first packet. */
  readonly setup: readonly string[];
  /** Lines of one packet; `$` stands for its number. */
  readonly packet: readonly string[];
  /** Bytes of payload of one packet. */
  readonly bytes: number;
}

/** What one packet costs, on average over the measured ones. */
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
