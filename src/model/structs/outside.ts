import type { OutsideNic } from './outside_nic';

/** Address families of sockets, in the order of the word lists of commands. */
export type OutsideFamily = 'inet' | 'inet6' | 'unix' | 'vsock';
export type OutsideType = 'stream' | 'dgram' | 'seqpacket';

/**
 * A file descriptor of a program of user space. The fields are the program's belief, as if each call had succeeded:
 * they guide the choice of calls and give the addresses of calls. The judge learns from the kernel what is true.
 */
export class OutsideFd {
  /** Has an address: its port, or the name of a unix socket, follows from `id`. */
  bound = false;
  listening = false;
  /** The other end of a connection or a pipe. */
  peer: OutsideFd | null = null;
  /** Of a listening socket: ends of connections that accept has not returned yet. */
  readonly pending: OutsideFd[] = [];
  /** socketpair or pipe2 made a second descriptor, which has no name yet. */
  hasUnnamed = false;
  shutWrite = false;
  /** The other end was shut down for writing, or closed: a reader gets to the end. */
  peerEnded = false;
  /** Multipath TCP. */
  isMptcp = false;
  /** Open files on their way to it. */
  readonly rights: OutsideFd[] = [];
  /** Calls that sent something to it and that no receive followed. */
  queued = 0;
  /** Bytes in a pipe. */
  pipeBytes = 0;
  /** The last urgent byte that was sent to it is there. */
  urgent = false;
  /** It has keys of kernel TLS: words of tls_pair, and the number of records that user space made for it. */
  tls: { version: number; cipher: number; records: number; sends: boolean } | null = null;
  /** Settle has read all that was on its way. */
  drained = false;
  /** Settle has read the notifications of zerocopy. */
  notified = false;
  /** SO_TIMESTAMPING is set, and its notices were not asked for. */
  stamps = false;
  /** SO_ZEROCOPY is set. */
  zerocopy = false;

  /**
   * @param id - the number of its name: descriptor and address follow from it
   * @param what - the sort of file
   */
  constructor(
    readonly id: number,
    readonly what: 'socket' | 'pipe' | 'memfd' | 'tun',
    readonly family: OutsideFamily = 'unix',
    readonly type: OutsideType = 'stream',
    /** Of a pipe: the end for writing. */
    readonly writes = false,
  ) {}

  get isStream(): boolean {
    return this.what === 'socket' && this.type === 'stream';
  }
}

/** A network device that a program made, or took. */
export class OutsideLink {
  up = false;
  /** Of a device of the machine. */
  nic: OutsideNic | null = null;

  /** @param id - the number of its name, from which name and index of the device follow */
  constructor(readonly id: number) {}
}
