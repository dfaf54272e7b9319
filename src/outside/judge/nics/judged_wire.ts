import { TOLD_VERDICTS, type ToldVerdict } from '../../../commands/outside/abi/bpf/xdp_told';
import type { NicSocket } from '../../../commands/outside/nic/recv';

/** A network device of the machine, as the kernel's answers so far say that it is. */
export class JudgedNic {
  /** Bytes behind the Ethernet header. */
  mtu = 1500;
  rxRing = 256;
  /** Least of the drivers' defaults (e100: 128). */
  txRing = 128;
  isUp = true;
  /** A frame has come through since the last change. */
  ready = false;
  /** The mode in which its XDP program was attached; null: it has none. */
  xdp: 'any' | 'native' | 'generic' | null = null;
  /** By verdict: how many frames its programs had met when they were last counted. */
  counts: readonly number[] = TOLD_VERDICTS.map(() => 0);
  /** Frames that were sent to it since. */
  readonly uncounted: SentFrame[] = [];

  /** @param isVeth - it is an end of a pair, and no device of the machine */
  constructor(
    readonly end: number,
    readonly isVeth = false,
  ) {}
}

/** The socket at which a frame can be received. */
export interface Place {
  readonly end: number;
  readonly socket: NicSocket;
}

/** A frame that a program sent. */
export interface SentFrame {
  readonly position: number;
  readonly index: number;
  readonly bytes: number;
  readonly to: number;
  readonly verdict: ToldVerdict;
  /** Where it arrives for certain; nowhere: for certain it does not; unknown: something may have lost it. */
  due: Place | 'nowhere' | 'unknown';
  /** It was received. */
  arrived: boolean;
  /** Whether an XDP program meets it. */
  meets: 'yes' | 'no' | 'maybe';
}

const keyOf = ({ end, socket }: Place, bytes: Buffer): string => `${end}${socket}${bytes.toString('latin1')}`;

/** The devices of a program, and all frames that it sent. */
export class JudgedWire {
  readonly nics = new Map<number, JudgedNic>();
  readonly sent: SentFrame[] = [];
  /** By link of the program: the end that it names. */
  readonly ends = new Map<number, number>();
  /** Frames by what can be received of them, and where. */
  private readonly byBytes = new Map<string, SentFrame[]>();
  /** The last frame that came, by its way. */
  private readonly last = new Map<string, number>();

  nicOf(link: number): JudgedNic | undefined {
    const end = this.ends.get(link);
    return end === undefined ? undefined : this.nics.get(end);
  }

  /** A frame on the wire, with what may be received of it. */
  add(frame: SentFrame, outcomes: readonly { readonly place: Place; readonly bytes: Buffer }[]): void {
    this.sent.push(frame);
    for (const { place, bytes } of outcomes) {
      const key = keyOf(place, bytes);
      const before = this.byBytes.get(key);
      if (before === undefined) this.byBytes.set(key, [frame]);
      else if (!before.includes(frame)) before.push(frame);
    }
  }

  /** Frames that were on their way may be lost, or meet another program. */
  disturb(): void {
    for (const nic of this.nics.values()) nic.ready = false;
    for (const frame of this.sent) {
      if (frame.arrived) continue;
      frame.due = 'unknown';
      frame.meets = 'maybe';
    }
  }

  /** Frames that are due at a place, and have not come. */
  awaited({ end, socket }: Place): SentFrame[] {
    return this.sent.filter(
      ({ due, arrived }) => !arrived && typeof due === 'object' && due.end === end && due.socket === socket,
    );
  }

  /** The frame of which these bytes are; undefined: of none. A frame that came before is returned where no other is. */
  find(place: Place, bytes: Buffer): SentFrame | undefined {
    const frames = this.byBytes.get(keyOf(place, bytes)) ?? [];
    return frames.find(({ arrived }) => !arrived) ?? frames[0];
  }

  /** Notes that a frame came. Returns whether it came before one that was sent earlier and went the same way. */
  isLate(frame: SentFrame, place: Place): boolean {
    const way = `${place.end}${place.socket}${frame.verdict}`;
    const order = this.sent.indexOf(frame);
    const late = order < (this.last.get(way) ?? -1);
    this.last.set(way, Math.max(order, this.last.get(way) ?? -1));
    return late;
  }
}
