import type { IpText } from '../../address';

/** A header that was read. */
export interface Read<T> {
  readonly fields: T;
  readonly headerBytes: number;
  /** Where the header says that its data end; bytes behind it are padding. */
  readonly end?: number;
  /** Number of the next protocol, where the header has one. */
  readonly protocol?: number;
  readonly ethertype?: number;
}

/** The addresses of the IP header around a transport's header, for its checksum. */
export interface Ends {
  readonly from: IpText;
  readonly to: IpText;
}
