import { parsePacket } from '../../../commands/outside/abi/packet/parse';
import { plural } from '../../../program/counts';
import type { JudgedFlow, JudgedLinks } from '../flows';
import type { PromiseName } from '../../promises';
import type { Capture } from './device';
import { type Frame, promiseOf } from './frame';

/** Bytes that fit into a receive buffer of the usual size, as it counts them. */
const ROOM_BYTES = 100_000;

/** Memory that packets take at most: the kernel doubles at most what it is asked for, and has a head for each. */
export const roomOf = ({ bytes, packets }: { readonly bytes: number; readonly packets: number }): number =>
  2 * bytes + PACKET_BYTES * packets;
const PACKET_BYTES = 2000;

/** The part of a history that frames are judged by. */
export interface Judging {
  readonly links: JudgedLinks;
  readonly devices: { readonly hasRules: boolean };
  ask(promise: PromiseName, message: string | null, objectKind: string): void;
}

interface Expected {
  /** Times that it comes for certain, and at most. */
  due: number;
  most: number;
  came: number;
  readonly missing: PromiseName;
  readonly more: PromiseName;
}

/** The frames that a packet socket must receive, and those that it may. */
export class ExpectedFrames implements Capture {
  private readonly byBytes = new Map<string, Expected>();
  /** Flows of which frames may come whose bytes nobody knows. */
  private readonly unknown = new Set<JudgedFlow>();
  private room_bytes = 0;

  /** @param unexpected - the promise that is broken where a frame comes that must not; undefined: that of a link */
  constructor(private readonly unexpected?: PromiseName) {}

  see(frame: Frame): void {
    const { bytes, flow, isDue, isKnown, passed, room_bytes } = frame;
    this.room_bytes += room_bytes;
    if (!isKnown) return void this.unknown.add(flow);
    const key = bytes.toString('latin1');
    const before = this.byBytes.get(key);
    const expected = before ?? {
      ...{ due: 0, most: 0, came: 0 },
      missing: promiseOf(passed, true),
      more: promiseOf(passed, false),
    };
    expected.most++;
    if (isDue) expected.due++;
    this.byBytes.set(key, expected);
  }

  /** Takes the frames that another socket had to receive. */
  add(other: ExpectedFrames): void {
    this.room_bytes += other.room_bytes;
    for (const flow of other.unknown) this.unknown.add(flow);
    for (const [key, one] of other.byBytes) {
      const own = this.byBytes.get(key) ?? { ...one, due: 0, most: 0, came: 0 };
      this.byBytes.set(key, own);
      own.due += one.due;
      own.most += one.most;
      own.came += one.came;
    }
  }

  /** A frame came. @param isJudged - false: its coming is noted alone */
  take(history: Judging, bytes: Buffer, isJudged: boolean): void {
    const expected = this.byBytes.get(bytes.toString('latin1'));
    if (expected !== undefined) expected.came++;
    if (!isJudged) return;
    if (expected !== undefined && expected.came <= expected.most) return history.ask(expected.more, null, 'link');
    const flow = flowOf(history, bytes);
    if (flow === undefined || flow.isHeld || this.unknown.has(flow) || isRouted(flow)) return;
    const size = `a frame of ${bytes.length} bytes`;
    if (expected !== undefined)
      history.ask(expected.more, `${size} came out of a link ${timesOf(expected.came)}, not ${expected.most}`, 'link');
    else {
      const promise = this.unexpected ?? (history.devices.hasRules ? 'filter-holds' : 'frame-switched');
      history.ask(promise, `${size} came out of a link where it must not`, 'link');
    }
  }

  /** Frames that must have come, and did not. */
  get missing(): number {
    return [...this.byBytes.values()].reduce((sum, { due, came }) => sum + Math.max(0, due - came), 0);
  }

  /** All that is there was received. */
  end(history: Judging): void {
    const { all, written } = history.links;
    // Nobody says which of the packets that the machine forwards come here.
    const routed = all.some(({ forwardsTo }) => forwardsTo !== null) ? written : [];
    if (routed.reduce((sum, flow) => sum + roomOf(flow), this.room_bytes) > ROOM_BYTES) return;
    for (const [bytes, { due, came, missing }] of this.byBytes) {
      const words = due === 1 ? 'did not come out of a link' : `came out of a link ${timesOf(came)}, not ${due}`;
      history.ask(missing, came >= due ? null : `a frame of ${bytes.length} bytes ${words}`, 'link');
    }
  }
}

const timesOf = (number: number): string => plural(number, 'time');

/** The flow of a frame; undefined: it is none that the program wrote. */
export function flowOf(history: Judging, bytes: Buffer): JudgedFlow | undefined {
  const { layers } = parsePacket(bytes, 'ethernet', {});
  const ip = layers.find((layer) => layer.layer === 'ipv4' || layer.layer === 'ipv6');
  const last = layers.at(-1);
  if (ip === undefined || (last?.layer !== 'tcp' && last?.layer !== 'udp')) return undefined;
  return history.links.find({ from: ip.from, to: ip.to, sport: last.sport, dport: last.dport });
}

/** The machine forwards packets of the flow, and changes them. */
const isRouted = ({ reached }: JudgedFlow): boolean => [...reached].some(({ forwardsTo }) => forwardsTo !== null);
