import type { OutsideNic } from './outside/nic';
import type { TxRingSettings } from './outside/tx_ring';
import type { XskSettings } from './outside/xsk';

/** Address families of sockets, in the order of the word lists of commands. */
export type OutsideFamily = 'inet' | 'inet6' | 'unix' | 'vsock' | 'packet' | 'xdp';
export type OutsideType = 'stream' | 'dgram' | 'seqpacket';

/** Sorts of files; ring: of io_uring; map: of sockets, with a program for what they send. */
export type OutsideSort = 'socket' | 'pipe' | 'memfd' | 'tun' | 'ring' | 'map';

/** A program's belief of a ring of io_uring. */
class OutsideUring {
  /** Requests that were put in. */
  requests = 0;
  /** Completions that they have, notifications of zerocopy included, if none waits. */
  completions = 0;
  /** Receives so far that wait for their bytes, each with a buffer in the memory of the ring. */
  receives = 0;
  /** Those whose bytes nobody has looked at since. */
  waiting: { readonly slot: number; readonly bytes: number }[] = [];
  /** Settle has read its completions. */
  settled = false;
}

/**
 * A file descriptor of a program of user space. The fields are the program's belief, as if each call had succeeded:
 * they guide the choice of calls and give the addresses of calls. The judge learns from the kernel what is true.
 */
export class OutsideFd {
  /** Has an address: its port, or the name of a unix socket, follows from `id`. */
  bound = false;
  listening = false;
  /** The number from which its address follows. */
  addressId: number;
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
  /** A buffer for sending that a large send fills. */
  hasSmallBuffer = false;
  /** The two ends talk over a link, and not over the loopback device. */
  isOverLink = false;
  /** SO_ZEROCOPY is set. */
  zerocopy = false;
  /** Bits: places in memory where its bytes are mapped (TCP_ZEROCOPY_RECEIVE). */
  maps = 0;
  /** The multicast group that it is a member of. */
  group: number | null = null;
  /** Of a packet socket with a ring: words of ring_capture. */
  packetRing: { readonly version: number; readonly frame: number } | null = null;
  /** Of a packet socket with a ring for sending. */
  txRing: OutsideTxRing | null = null;
  /** Of a packet socket that receives: the link, and the group with which it shares its frames (PACKET_FANOUT). */
  captures: OutsideLink | null = null;
  fanout: { readonly group: number; readonly mode: number; readonly flags: number } | null = null;
  /** Of a socket of AF_XDP. */
  xsk: OutsideXsk | null = null;
  /** Of a ring of io_uring. */
  readonly uring = new OutsideUring();

  /**
   * @param id - the number of its name: descriptor and address follow from it
   * @param what - the sort of file
   */
  constructor(
    readonly id: number,
    readonly what: OutsideSort,
    readonly family: OutsideFamily = 'unix',
    readonly type: OutsideType = 'stream',
    /** Of a pipe: the end for writing. */
    readonly writes = false,
  ) {
    this.addressId = id;
  }

  get isStream(): boolean {
    return this.what === 'socket' && this.type === 'stream';
  }
}

/** Sorts of devices that programs make; nic: a device of the machine. */
export type OutsideLinkKind = 'tun' | 'tap' | 'veth' | 'dummy' | 'nic' | 'vlan' | 'bridge' | 'tunnel' | 'ip_tunnel';

/**
 * Network devices that a program made. Packets go in at one end and come out at the other: what the program writes to
 * a tun device, or what the kernel sends to the near device of a veth pair, the kernel receives from the far device. A
 * vlan or a tunnel is a pair of devices on the two of another link; an ip_tunnel has no headers of Ethernet. A tun,
 * dummy or bridge device is one device alone.
 */
export class OutsideLink {
  up = true;
  /** Of tun and tap: each write gives one packet whose pieces become frags (IFF_NAPI_FRAGS). */
  hasFrags = false;
  /** Of tun and tap: a virtio header stands before each packet (IFF_VNET_HDR). */
  hasHeader = false;
  /** A qdisc holds the packets that leave by it, until a call lets them go. */
  holds = false;
  /** Versions of IP by which the machine reaches itself over it. */
  selfVersions: readonly (4 | 6)[] = [];
  /** Packets that come out of it leave by this one. */
  forwardsTo: OutsideLink | null = null;
  /** By flow: bytes that were sent so far, from which sequence numbers follow. */
  readonly sent: number[] = [];
  /** By flow: packets that were sent so far. */
  readonly packets: number[] = [];
  /** Bytes of data of the packets that were sent last, whole and in their first pieces. */
  lastSize = 0;
  lastCut = 0;
  /** Of a vlan or a tunnel: the link on whose devices its own are. */
  lower: OutsideLink | null = null;
  /** Versions of IP that it lets through. */
  carries: readonly (4 | 6)[] = [4, 6];
  /** Bridges of which its devices are ports: what comes out of it goes there, and what goes there comes into it. */
  farBridge: OutsideLink | null = null;
  nearBridge: OutsideLink | null = null;
  /** Packets that come out of it may be merged before they do (GRO). */
  merges = false;
  /** It has a place for filters (clsact), and so many were put there. */
  hasFilterPlace = false;
  filters = 0;
  /** Rules of netfilter for what goes in and comes out. */
  hooks = 0;
  /** A program of XDP meets what comes out of it. */
  xdp: 'native' | 'generic' | null = null;
  /** It had one that hands frames to a kernel thread, by which they come out a moment later. */
  hasCpumap = false;
  /** Of a device of the machine. */
  nic: OutsideNic | null = null;

  /** @param id - the number of its name, from which name and index of the device follow */
  constructor(
    readonly id: number,
    readonly kind: OutsideLinkKind,
  ) {}
}

/** A program's belief of a socket of AF_XDP. */
export class OutsideXsk {
  /** Descriptors that were put into the TX ring. */
  sent = 0;
  /** Of each packet in it: the value of `sent` behind its last descriptor. */
  readonly ends: number[] = [];
  /** Those that the kernel took. */
  taken = 0;
  /** Those whose completion was read. */
  completed = 0;

  /**
   * @param link - the pair to one of whose devices it is bound
   * @param isFar - to the far one
   * @param settings - of its memory, which two sockets may share
   * @param fill - chunks that were given to the kernel at the start, 0 to 16
   * @param completions - members of the completion ring
   */
  constructor(
    readonly link: OutsideLink,
    readonly isFar: boolean,
    readonly settings: XskSettings,
    readonly fill: number,
    readonly completions: 8 | 16,
  ) {}

  /** The kernel is told of what is in the ring, and takes as much as completions have room for. */
  wake(): void {
    this.taken = Math.min(this.sent, this.completed + this.completions);
  }

  /** Completions are read. A packet completes when all its descriptors are taken. */
  read(): void {
    this.completed = this.ends.findLast((end) => end <= this.taken) ?? 0;
  }
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
