import { packetBytes } from '../../../commands/outside/abi/packet/build';
import { dataOf, plainLayers, type BurstArgs, type BurstPacket } from '../../../commands/outside/link/burst';
import { isTun } from '../../../commands/outside/link/writer';
import { farOf, hasEthernet, isPair, isTunnel, nearOf } from '../../../commands/outside/link/devices';
import type { OutsideLink } from '../../../model/structs/outside';
import type { JudgedFlow } from '../flows';
import { ExpectedFrames, roomOf } from './capture';
import { arrive, leave, leaveDirectly, leavePastQueue, START } from './carry';
import { JudgedDevice, type Rule } from './device';
import { type Frame, unsure } from './frame';
import { mayChangeData } from './rule';

/** The two devices of a link, or the one that it is. */
export interface Ends {
  readonly near: JudgedDevice;
  readonly far: JudgedDevice;
}

/** The devices that a program made. */
export class JudgedDevices {
  private readonly byLink = new Map<number, Ends>();
  /** A command that sends packets elsewhere, changes or repeats them was made: each frame is judged by its way. */
  isSwitched = false;
  /** One of them was a filter. */
  hasRules = false;
  /** One of them may change data behind the headers, or where headers are. */
  hasChanges = false;
  /** One of them changes what sockets send over links: see paths.ts. */
  hidesPaths = false;

  add(link: OutsideLink): Ends {
    const kind = link.kind === 'nic' ? 'dummy' : link.kind;
    const make = (mac: string): JudgedDevice => new JudgedDevice(link, mac.replaceAll(':', ''), kind);
    const near = make(nearOf(link).mac);
    const far = isPair(link) ? make(farOf(link).mac) : near;
    if (link.kind === 'veth' || isTunnel(link)) near.peer = far;
    if (link.kind === 'veth') far.peer = near;
    const ends = { near, far };
    this.byLink.set(link.id, ends);
    return ends;
  }

  /** A program asked for a rule. */
  addRule({ deeds }: Rule): void {
    this.isSwitched = this.hasRules = true;
    if (deeds.some(mayChangeData)) this.hasChanges = true;
  }

  of(link: number): Ends | undefined {
    return this.byLink.get(link);
  }

  /** A packet socket sees what comes out of a link. */
  capture(link: OutsideLink): ExpectedFrames {
    const expected = new ExpectedFrames();
    this.of(link.id)?.far.captures.push(expected);
    return expected;
  }

  /** A program wrote a packet into a link. */
  write(flow: JudgedFlow, packet: BurstPacket, args: BurstArgs): void {
    const { link } = flow.flow;
    const ends = this.of(link.id);
    if (ends === undefined) return;
    const plain = frameOf(flow, packet, args);
    const frame = isMisplaced(ends.near) ? unsure(plain) : plain;
    if (isTun(link.kind)) arrive(ends.far, frame, START);
    else leave(ends.near, frame, START);
  }

  /** A socket of AF_XDP sent a packet by a device of a pair. @param isUnsure - perhaps the device did not take it */
  writeDirectly(device: JudgedDevice, flow: JudgedFlow, packet: BurstPacket, args: BurstArgs, isUnsure: boolean): void {
    const frame = frameOf(flow, packet, args);
    leaveDirectly(device, isUnsure ? unsure(frame) : frame);
  }

  /**
   * A ring for sending hands a packet to a device.
   * @param how - isDirect: past its queue (PACKET_QDISC_BYPASS); isUnsure: perhaps it does not
   */
  writeByRing(
    device: JudgedDevice,
    { flow, packet, burst }: { readonly flow: JudgedFlow; readonly packet: BurstPacket; readonly burst: BurstArgs },
    { isDirect, isUnsure }: { readonly isDirect: boolean; readonly isUnsure: boolean },
  ): void {
    const plain = frameOf(flow, packet, burst);
    const frame = isUnsure || isMisplaced(device) ? unsure(plain) : plain;
    if (isDirect) leavePastQueue(device, frame);
    else leave(device, frame, START);
  }

  /** Frames can wait in a queue of a device. */
  get mayHold(): boolean {
    return [...this.byLink.values()].some(({ near, far }) => [near, far].some((one) => one.holds || one.isQueued));
  }
}

/** The frame of a packet that a program writes. */
function frameOf(flow: JudgedFlow, packet: BurstPacket, args: BurstArgs): Frame {
  const isKnown = args.gso === 0 && hasEthernet(flow.flow.link);
  const bytes = isKnown ? packetBytes(plainLayers(flow.flow, packet, args), dataOf(flow.flow, packet)) : NOTHING;
  return {
    ...{ bytes, flow, isKnown, isDue: isKnown, isOdd: args.flaw > 0, isRepeated: false },
    passed: new Set(),
    room_bytes: roomOf({ bytes: packet.bytes, packets: args.gso > 0 ? Math.ceil(packet.bytes / args.gso) : 1 }),
  };
}

const NOTHING = Buffer.alloc(0);

/** A filter looks for the network header where a packet socket says that it is: behind the room for a tag. */
function isMisplaced({ lower, leaving }: JudgedDevice): boolean {
  return lower !== null && lower.isTagless && leaving.length + lower.leaving.length > 0;
}
