import type { FANOUT_MODES } from '../../../commands/outside/ring/fanout';
import type { JudgedFlow } from '../flows';
import { ExpectedFrames, flowOf, type Judging } from '../links/capture';
import type { Capture } from '../links/device';
import { past, type Frame } from '../links/frame';

/** A packet socket of a group, as a JudgedFd is. */
interface Member {
  readonly open: boolean;
  readonly datagrams: { readonly lossy: boolean };
  readonly options: { readonly size: number };
  readonly isShared: boolean;
  readonly packetRing: { readonly isWhole: boolean } | null;
  expected: ExpectedFrames | null;
  fanout: JudgedFanout | null;
}

/** Packet sockets that share the frames of a device: PACKET_FANOUT of packet(7). */
export class JudgedFanout implements Capture {
  readonly members: Member[] = [];
  /** The frames that one of the members must receive. */
  readonly expected = new ExpectedFrames();
  /** Members whose frames settle has read. */
  private readonly read = new Set<Member>();
  /** By flow: the member that received it, while the members are the same. */
  private readonly receivers = new Map<JudgedFlow, Member>();
  private hasSeen = false;
  private isSteady = true;
  /** Nobody counts its frames. */
  private isLossy = false;

  constructor(
    readonly mode: (typeof FANOUT_MODES)[number],
    /** Bits of FANOUT_FLAG_WORDS. */
    readonly flags: number,
  ) {}

  /** A socket joins. Frames that it had to receive before are counted among those of all. */
  join(fd: Member): void {
    if (fd.expected !== null) this.expected.add(fd.expected);
    fd.expected = this.expected;
    fd.fanout = this;
    this.members.push(fd);
    if (this.hasSeen) this.isSteady = false;
  }

  see(frame: Frame): void {
    this.hasSeen = true;
    // One that comes while settle reads may be for a socket that was read before.
    if (this.read.size > 0) this.isLossy = true;
    this.expected.see(past(frame, 'fanout'));
  }

  /** Its link went down, and its sockets come back in another order (packet_notifier, 6.1 to 7.3). */
  reorder(): void {
    this.isSteady = false;
  }

  /** A member received a frame: with `hash` all frames of a flow go to the same socket. */
  took(history: Judging, fd: Member, bytes: Buffer): void {
    if (this.mode !== 'hash' || this.flags !== 0 || !this.isSteady || history.devices.hasRules) return;
    if (this.members.some((one) => !one.open && !this.read.has(one))) this.isSteady = false;
    const flow = flowOf(history, bytes);
    if (flow === undefined || !this.isSteady) return;
    const before = this.receivers.get(flow);
    this.receivers.set(flow, fd);
    const message = before === undefined || before === fd ? null : 'frames of one flow came to two sockets of a group';
    history.ask('fanout-one', message, 'link');
  }

  /** Settle has read all frames of a member. */
  arrived(history: Judging, fd: Member): void {
    this.read.add(fd);
    if (this.isLossy || this.members.some((one) => !this.read.has(one) || isLossy(one))) return;
    this.expected.end(history);
  }
}

/** A socket that may have dropped frames, or whose frames were read elsewhere. */
const isLossy = ({ datagrams, options, isShared, packetRing }: Member): boolean =>
  datagrams.lossy || options.size > 0 || isShared || packetRing?.isWhole === false;
