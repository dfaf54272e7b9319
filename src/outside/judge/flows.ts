import { dataOf, packetsOf, type BurstArgs, type BurstPacket } from '../../commands/outside/link/burst';
import { endsOf, FIRST_SEQUENCE, isTcp, portsOf, streamOf, type Flow } from '../../commands/outside/link/flows';
import type { OutsideLink } from '../../model/structs/outside';

/** The bytes of one flow that a program wrote. */
export class JudgedFlow {
  /** Of UDP: the data of each datagram, in order; a packet that is segmented has one for each segment. */
  readonly datagrams: Buffer[] = [];
  /** Of TCP: bytes of the stream to the end of the last packet. */
  private end = 0;
  /** Bytes of data that were written. */
  bytes = 0;
  /** Packets that were written; those into which one may be segmented, each for itself. */
  packets = 0;
  /** Each packet can be expected where packets of its link come out. */
  isPlain = true;
  /** A queue held packets of it, which come when nobody knows. */
  isHeld = false;
  /** Links from which its packets came to the machine's IP, which may forward them. */
  readonly reached = new Set<OutsideLink>();

  constructor(readonly flow: Flow) {}

  /** Takes a packet that the kernel took. @param gso - bytes of a segment; 0: it is not segmented */
  write(packet: BurstPacket, gso: number): void {
    this.bytes += packet.bytes;
    this.packets += gso > 0 ? Math.max(1, Math.ceil(packet.bytes / gso)) : 1;
    if (isTcp(this.flow)) {
      this.end = Math.max(this.end, packet.at + packet.bytes);
      return;
    }
    const data = dataOf(this.flow, packet);
    const size = gso > 0 ? gso : Math.max(1, data.length);
    for (let at = 0; at === 0 || at < data.length; at += size) this.datagrams.push(data.subarray(at, at + size));
  }

  /**
   * Why data that arrived are not those that were sent; null: they are.
   * @param seq - of TCP: the sequence number
   * @param hasCopies - something on the way copies packets, and the copies may be merged as well
   */
  complaintAbout(data: Buffer, seq: number, hasCopies: boolean): string | null {
    if (isTcp(this.flow)) return this.complaintAboutStream(data, (seq - FIRST_SEQUENCE) | 0);
    return this.isOfDatagrams(data) || (hasCopies && this.isOfCopies(data))
      ? null
      : `${data.length} bytes of UDP arrived that are no datagrams on their way`;
  }

  /** Whether the bytes are a part of a packet. The part has no header of TCP that says its place. */
  hasPart(data: Buffer): boolean {
    if (isTcp(this.flow)) return streamOf(this.flow, 0, this.end).includes(data);
    return this.datagrams.some((one) => one.includes(data)) || Buffer.concat(this.datagrams).includes(data);
  }

  private complaintAboutStream(data: Buffer, at: number): string | null {
    if (data.length === 0) return null;
    if (at < 0 || at + data.length > this.end)
      return `bytes ${at} to ${at + data.length} of a stream arrived, but ${this.end} bytes were sent`;
    const sent = streamOf(this.flow, at, data.length);
    const differs = sent.findIndex((byte, i) => byte !== data[i]);
    return differs < 0 ? null : `byte ${at + differs} of a stream is not the byte that was sent`;
  }

  /** Any datagrams, one behind the other. */
  private isOfCopies(data: Buffer): boolean {
    const ends = new Set([0]);
    for (const at of ends)
      for (const one of this.datagrams) if (data.subarray(at, at + one.length).equals(one)) ends.add(at + one.length);
    return ends.has(data.length);
  }

  /** Datagrams that follow each other can arrive as one packet: GRO. Some between them may be lost. */
  private isOfDatagrams(data: Buffer): boolean {
    return this.datagrams.some((_, first) => {
      let at = 0;
      for (let i = first; i < this.datagrams.length && at <= data.length; i++) {
        const one = this.datagrams[i];
        if (data.subarray(at, at + one.length).equals(one)) at += one.length;
        else if (i === first) return false;
        if (at === data.length) return true;
      }
      return false;
    });
  }
}

/** Links and flows of a program, as the calls make them. */
export class JudgedLinks {
  private readonly links = new Map<number, OutsideLink>();
  private readonly flows = new Map<string, JudgedFlow>();
  /** By link: a command changed it after it was made. */
  readonly changed = new Set<number>();
  /** By UDP port: tunnels of the program. */
  readonly udpTunnels: Partial<Record<number, 'vxlan' | 'geneve'>> = {};

  add(link: OutsideLink): void {
    this.links.set(link.id, link);
  }

  link(id: number): OutsideLink | undefined {
    return this.links.get(id);
  }

  /** A command changed the link, or one below it. */
  isChanged({ id, lower }: OutsideLink): boolean {
    return this.changed.has(id) || (lower !== null && this.isChanged(lower));
  }

  get all(): readonly OutsideLink[] {
    return [...this.links.values()];
  }

  get written(): readonly JudgedFlow[] {
    return [...this.flows.values()];
  }

  flowsOf(link: Pick<OutsideLink, 'id'>): JudgedFlow[] {
    return [...this.flows.values()].filter(({ flow }) => flow.link.id === link.id);
  }

  /** The flow that a burst writes to, and its packets. */
  write(flow: Flow, link: OutsideLink, args: BurstArgs): { judged: JudgedFlow; packets: BurstPacket[] } {
    return { judged: this.flow(flow), packets: packetsOf(link, flow, args) };
  }

  flow(flow: Flow): JudgedFlow {
    const key = keyOf({ ...endsOf(flow), ...portsOf(flow) });
    const judged = this.flows.get(key) ?? new JudgedFlow(flow);
    this.flows.set(key, judged);
    return judged;
  }

  find(fields: FlowFields): JudgedFlow | undefined {
    return this.flows.get(keyOf(fields));
  }

  /** Flows between two addresses. */
  between(from: string, to: string): JudgedFlow[] {
    return [...this.flows.values()].filter(({ flow }) => {
      const ends = endsOf(flow);
      return ends.from === from && ends.to === to;
    });
  }
}

interface FlowFields {
  readonly from: string;
  readonly to: string;
  readonly sport: number;
  readonly dport: number;
}

const keyOf = ({ from, to, sport, dport }: FlowFields): string => `${from}:${sport}>${to}:${dport}`;
