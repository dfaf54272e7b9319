/** One datagram on its way. */
export interface Datagram {
  readonly bytes: Buffer;
  /** Number of the name of the socket that sent it. */
  readonly from: number;
  /** It arrives for certain, though others that go to the socket may be lost. */
  readonly isDue?: boolean;
}

/** Of an skb with its headers: kmalloc doubles at most what it is asked for. */
const OVERHEAD_MAX = 4096;

/** The datagrams that were sent to a socket and that nobody has read yet, in order. */
export class Datagrams {
  /** Datagrams were sent whose bytes nobody knows: nothing that is read can be judged. */
  unknown = false;
  /** Some may be missing: the socket was not there for them, or its buffer was full. */
  lossy = false;
  waiting: Datagram[] = [];
  /** One was due. */
  hadDue = false;
  /** All that was ever sent here is charged for no more than this, in bytes; see skb->truesize. */
  chargeMax = 0;
  /** The parts of one datagram that a corked socket collects. */
  corked: Buffer[] = [];

  /** One more is on its way. */
  put(one: Datagram): void {
    if (one.isDue === true) this.hadDue = true;
    this.waiting.push(one);
    this.chargeMax += 2 * one.bytes.length + OVERHEAD_MAX;
  }

  /**
   * The position of a datagram that the bytes can be.
   * @param isCut - the kernel said that the datagram is longer than the buffer (MSG_TRUNC)
   */
  find(bytes: Buffer, isCut: boolean): number {
    const suits = (one: Datagram): boolean =>
      isCut
        ? one.bytes.length > bytes.length && one.bytes.subarray(0, bytes.length).equals(bytes)
        : one.bytes.equals(bytes);
    // Another one with the same bytes may be lost.
    const due = this.hadDue ? this.waiting.findIndex((one) => one.isDue === true && suits(one)) : -1;
    return due >= 0 ? due : this.waiting.findIndex(suits);
  }

  /** Positions of datagrams that follow each other and that the bytes hold one behind the other (UDP_GRO); none: []. */
  findJoined(bytes: Buffer): number[] {
    for (let first = 0; first < this.waiting.length; first++) {
      let at = 0;
      const found: number[] = [];
      for (let i = first; i < this.waiting.length && at < bytes.length; i++) {
        const { bytes: one, from } = this.waiting[i];
        if (from !== this.waiting[first].from) continue;
        if (!bytes.subarray(at, at + one.length).equals(one)) break;
        at += one.length;
        found.push(i);
      }
      if (at === bytes.length && found.length > 0) return found;
    }
    return [];
  }

  remove(positions: readonly number[]): void {
    this.waiting = this.waiting.filter((_, at) => !positions.includes(at));
  }
}
