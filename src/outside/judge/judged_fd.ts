import type { OutsideFamily, OutsideLink, OutsideSort, OutsideType } from '../../model/structs/outside';
import type { MSG_EDIT_WORDS, MSG_END_WORDS } from '../../commands/outside/bpf/sk_msg';
import type { SocketOptionName } from '../../commands/outside/socket/options';
import { Channel } from './channel';
import type { JudgedFlow } from './flows';
import { Datagrams } from './datagrams';
import type { ExpectedFrames } from './links/capture';
import type { JudgedFanout } from './ring/judged_fanout';
import type { JudgedTxRing } from './ring/judged_tx_ring';
import { JudgedMapping } from './state/judged_mapping';
import { Notices } from './state/notices';
import { PeekOffset } from './state/peek_offset';
import type { JudgedXsk } from './xsk/judged_xsk';

/** The address of a socket that socket_at made. */
export interface Held {
  readonly host: number;
  readonly port: number;
  /** SO_REUSEADDR or SO_REUSEPORT was set before. */
  readonly isShared: boolean;
}

/** A program on what a socket sends: words of sk_msg. */
export interface MsgFilter {
  readonly map: JudgedFd;
  readonly edit: (typeof MSG_EDIT_WORDS)[number];
  /** Of the edit. */
  readonly bytes: number;
  readonly end: (typeof MSG_END_WORDS)[number];
  /** Where it redirects to. */
  readonly to: JudgedFd | null;
  /** Of a cork: bytes that may wait for more. */
  waiting_bytes: number;
}

/** The file of a descriptor, as the kernel's answers so far say that it is. */
export class JudgedFd {
  open = true;
  bound = false;
  /** The address that socket_at gave it. */
  held: Held | null = null;
  listening = false;
  /** The address of the socket as the kernel names it, in hexadecimal digits. */
  address?: string;
  peer: JudgedFd | null = null;
  /** The two ends talk over a link of the program. */
  isOverLink = false;
  /** connect succeeded, or accept returned it. */
  isConnected = false;
  /** The multicast group that it is a member of. */
  group: number | null = null;
  /** Of a stream or a pipe: bytes to read. */
  incoming: Channel | null = null;
  outgoing: Channel | null = null;
  /** Of a listening socket: connections that accept has not returned. */
  readonly waiting: JudgedFd[] = [];
  datagrams = new Datagrams();
  /** Of a connection of packets: those that it sends. */
  outDatagrams: Datagrams | null = null;
  readonly notices = new Notices();
  readonly options = new Map<SocketOptionName, number>();
  readonly peekOffset = new PeekOffset();
  /** Whom the corked datagram is for. */
  corkedTo: JudgedFd | null = null;
  /** It was sent over a socket, so that it can stay open when its descriptor is closed. */
  isShared = false;
  readonly mapping = new JudgedMapping();
  /** It is in a map of sockets, which reads and tells in ways of its own (net/ipv4/tcp_bpf.c). */
  isInSockmap = false;
  /** The program that says where its bytes go. */
  msgFilter: MsgFilter | null = null;
  /** It has an upper layer (TCP_ULP). */
  hasUpperLayer = false;
  /** Bytes to the end of the last send whose acknowledgement is told; null: not asked for; -1: nobody can count. */
  stamped: number | null = null;
  readonly seenStamps = new Set<number>();
  /** A notice is a clone of the packet (no OPT_TSONLY). */
  stampsHaveData = false;
  /** Bytes of memory that the notices of its sends are charged with at most. */
  stampCharge_bytes = 0;
  /** Nobody knows whether a datagram waits for its other parts. */
  mayBeCorked = false;
  /** Position of the last call of connect that returned an error. */
  failedAt = -1;
  shutRead = false;
  shutWrite = false;
  /** Bytes of a file. */
  content: Buffer = Buffer.alloc(0);
  contentUnknown = false;
  /** The second descriptor of a pair, which has no name yet. */
  unnamed: JudgedFd | null = null;

  /**
   * Of a packet socket with a ring. isExact: its frames can be counted; isWhole: none was dropped, or cut off.
   */
  packetRing: {
    readonly version: 'v1' | 'v2' | 'v3';
    readonly frameBytes: number;
    isExact: boolean;
    isWhole: boolean;
  } | null = null;
  /** Of a packet socket with a ring for sending. */
  txRing: JudgedTxRing | null = null;
  /** Of a socket of AF_XDP that is bound. */
  xsk: JudgedXsk | null = null;
  /** Of a packet socket: the link whose packets it receives. */
  captures: OutsideLink | null = null;
  /** Of a packet socket: the frames that it must receive. */
  expected: ExpectedFrames | null = null;
  /** The group with which it shares them. */
  fanout: JudgedFanout | null = null;
  /** By flow: bytes of data that were written before it was there. */
  readonly before = new Map<JudgedFlow, number>();
  /** By flow: bytes of data that it received. */
  readonly got = new Map<JudgedFlow, number>();

  /** @param id - the number of its name */
  constructor(
    readonly id: number,
    readonly what: OutsideSort,
    readonly family: OutsideFamily = 'unix',
    readonly type: OutsideType = 'stream',
  ) {}

  get isStream(): boolean {
    return this.type === 'stream' && this.what === 'socket';
  }

  option(name: SocketOptionName): number {
    return this.options.get(name) ?? 0;
  }
}

/** Connects two ends, each of which reads what the other writes. A stream can be connected to itself. */
export function join(one: JudgedFd, other: JudgedFd): void {
  one.isConnected = other.isConnected = true;
  one.peer = other;
  other.peer = one;
  one.outDatagrams = other.datagrams;
  other.outDatagrams = one.datagrams;
  one.outgoing ??= new Channel();
  if (one === other) one.incoming = one.outgoing;
  else {
    one.incoming ??= new Channel();
    other.incoming = one.outgoing;
    other.outgoing = one.incoming;
  }
}

/** Where a socket's packets go: a datagram to whom it is connected now, which may be another than at first. */
export function packetsFrom(to: JudgedFd): Datagrams | undefined {
  if (to.type === 'seqpacket') return to.outDatagrams ?? undefined;
  return (to.corkedTo ?? to.peer)?.datagrams;
}
