/** The memory of a socket of AF_XDP (UMEM). */
export interface XskSettings {
  /** Number of the name of the socket that has registered it. */
  readonly memory: number;
  /** 1: the other half of a memory that two sockets share. */
  readonly part: 0 | 1;
  /** Bytes of a chunk: 2048 or 4096. */
  readonly chunk: number;
  /** Bytes that stay free before each frame that is received, beside the 256 of XDP. */
  readonly headroom: number;
  readonly isUnaligned: boolean;
  /** Frames may have several descriptors (XDP_USE_SG). */
  readonly isMulti: boolean;
}
