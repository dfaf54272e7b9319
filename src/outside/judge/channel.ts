import { UrgentMark } from './state/urgent_mark';

/**
 * The bytes on their way in one direction of a stream, or in a pipe: those that the kernel said it took, in order. The
 * reader is somewhere in them. Urgent bytes may be missing from what it reads (tcp(7), SO_OOBINLINE), so there can be
 * more than one place at which it may be.
 */
export class Channel {
  /** The writer has shut it down, or is closed. */
  ended = false;
  /** A connection that was reset, or whose reader was shut down, may lose what was not read yet. */
  lossy = false;
  /** Receives that wait for its bytes, and take them nobody knows when: requests to io_uring. */
  claims = 0;
  /** The reader has read the end. */
  endSeen = false;
  /** Multipath TCP sends and reads urgent bytes like others (mptcp_recvmsg). */
  isMptcp = false;
  /** Both ends have the keys of kernel TLS. */
  isTls = false;
  /** Only one end has keys, or bytes were on their way before. */
  isGarbled = false;
  /** A record of TLS waits for more bytes. */
  isOpenRecord = false;
  /** A writer of TLS had no room: encrypted records may wait, and are lost when the writer ends. */
  wasFull = false;
  /** A program redirected bytes of another stream into it. */
  hasApart = false;
  private lastIsApart = false;
  private isUnknown = false;
  private bytes = Buffer.alloc(0);
  private length = 0;
  private readonly urgent = new Set<number>();
  /** Places of bytes that may have any value, in their order: see expectAny. */
  private readonly any: { readonly from: number; readonly to: number }[] = [];
  private places: readonly number[] = [0];
  /** The place of the last urgent byte. */
  readonly mark = new UrgentMark();
  /** Bytes that the last peek returned, and the mark at that time; the next read returns them. */
  peeked: { readonly bytes: Buffer; readonly mark: number } | null = null;

  /** Bytes entered it whose content nobody knows, or nobody knows who has read them: no read can be judged. */
  get unknown(): boolean {
    return this.isUnknown || this.claims > 0;
  }

  set unknown(value: boolean) {
    this.isUnknown = value;
  }

  /** Bytes that were put in. */
  get put(): number {
    return this.length;
  }

  /** The first place at which the reader may be. */
  get place(): number {
    return this.places[0];
  }

  /** The largest number of bytes that can be left. */
  get left(): number {
    return this.length - this.places[0];
  }

  /** An urgent byte was sent at some time. */
  get hasUrgent(): boolean {
    return this.urgent.size > 0;
  }

  /** Bytes that a read in the stream gives for certain: urgent ones may be passed over. */
  get leftInline(): number {
    return this.unknown ? 0 : this.plainBetween(this.places[this.places.length - 1], this.length);
  }

  /** Whether the reader is at the last urgent byte; undefined: nobody can say. */
  get isAtMark(): boolean | undefined {
    const { at, isPassed } = this.mark;
    const first = this.places[0];
    const last = this.places[this.places.length - 1];
    if (at < 0) return false;
    if (this.unknown) return undefined;
    if (first > at) return false;
    if (this.plainBetween(last, at) > 0) return false;
    return first === at && last === at && isPassed === false ? true : undefined;
  }

  /** True when the reader may have read all. Urgent bytes at the end need not be read. */
  get isRead(): boolean {
    return this.places.some((place) => this.pastUrgent(place).includes(this.length));
  }

  write(bytes: Buffer, lastIsUrgent = false): void {
    if (this.lastIsApart && this.left > 0) this.unknown = true;
    this.lastIsApart = false;
    if (this.length + bytes.length > this.bytes.length) {
      const grown = Buffer.alloc(Math.max(4096, 2 * (this.length + bytes.length)));
      this.bytes.copy(grown, 0, 0, this.length);
      this.bytes = grown;
    }
    bytes.copy(this.bytes, this.length);
    this.length += bytes.length;
    if (!lastIsUrgent || bytes.length === 0) return;
    this.urgent.add(this.length - 1);
    this.mark.set(this.length - 1);
  }

  /** The first of the bytes that come next may have any value. @param bytes - how many */
  expectAny(bytes: number): void {
    if (bytes > 0) this.any.push({ from: this.length, to: this.length + bytes });
  }

  /** Bytes come by a queue of their own, before or behind those that are there: nobody knows in which order. */
  writeApart(bytes: Buffer): void {
    const isNext = this.lastIsApart || this.left === 0;
    this.hasApart = true;
    this.lastIsApart = false;
    this.write(bytes);
    this.lastIsApart = true;
    if (!isNext) this.unknown = true;
  }

  /** A read in the stream begins: it passes over an urgent byte at its beginning. */
  beginRead(): void {
    if (this.claims > 0) this.isUnknown = true;
    if (this.isAtMark !== false) this.mark.pass();
  }

  /**
   * Reads on, if the bytes are the next ones.
   * @returns the position in `bytes` of the first that is not; -1: all are
   */
  read(bytes: Buffer): number {
    if (this.urgent.size === 0) {
      const [place] = this.places;
      const differs = firstDifference(bytes, this.expected(place, bytes));
      if (differs < 0) this.places = [place + bytes.length];
      return differs;
    }
    const { places, differs } = this.follow(bytes, 0);
    if (differs < 0) this.places = places;
    return differs;
  }

  /** The same without reading on. @param offset - from the reader's place on */
  peek(bytes: Buffer, offset = 0): number {
    return this.urgent.size > 0 && offset > 0 ? -1 : this.follow(bytes, offset).differs;
  }

  /**
   * Takes bytes out that the caller does not see: they move to another channel, or are discarded.
   * @returns undefined where fewer are there, or nobody knows which
   */
  take(bytes: number): Buffer | undefined {
    this.beginRead();
    this.peeked = null;
    const [place] = this.places;
    if (this.unknown || this.urgent.size > 0) {
      this.unknown = true;
      return undefined;
    }
    if (place + bytes > this.length) return undefined;
    this.places = [place + bytes];
    if (this.hasAny(place, place + bytes)) {
      this.unknown = true;
      return undefined;
    }
    return Buffer.from(this.bytes.subarray(place, place + bytes));
  }

  /** The next bytes, without reading on: tee copies them. Undefined as in take. */
  next(bytes: number): Buffer | undefined {
    const [place] = this.places;
    if (this.unknown || this.urgent.size > 0 || place + bytes > this.length) return undefined;
    if (this.hasAny(place, place + bytes)) return undefined;
    return Buffer.from(this.bytes.subarray(place, place + bytes));
  }

  private hasAny(from: number, to: number): boolean {
    return this.any.some((one) => one.from < to && from < one.to);
  }

  /** The bytes from a place on, as many as these; where any value is right, that of these. */
  private expected(place: number, like: Buffer): Buffer {
    const sent = this.bytes.subarray(place, Math.min(this.length, place + like.length));
    if (!this.hasAny(place, place + sent.length)) return sent;
    const expected = Buffer.from(sent);
    for (const { from, to } of this.any) {
      const [first, end] = [Math.max(from - place, 0), Math.min(to - place, sent.length)];
      if (first < end) like.copy(expected, first, first, end);
    }
    return expected;
  }

  private plainBetween(from: number, to: number): number {
    let urgent = 0;
    for (const place of this.urgent) if (place >= from && place < to) urgent++;
    return Math.max(0, to - from) - urgent;
  }

  private follow(bytes: Buffer, offset: number): { places: readonly number[]; differs: number } {
    let places: readonly number[] = this.places.map((place) => place + offset);
    for (let at = 0; at < bytes.length; at++) {
      const next = new Set<number>();
      for (const start of places)
        for (const place of this.pastUrgent(start))
          if (place < this.length && (this.bytes[place] === bytes[at] || this.hasAny(place, place + 1)))
            next.add(place + 1);
      if (next.size === 0) return { places, differs: at };
      places = [...next].sort((one, other) => one - other);
    }
    return { places, differs: -1 };
  }

  /** The places at which the reader may be: each urgent byte may be passed over. */
  private pastUrgent(place: number): number[] {
    const places = [place];
    for (let at = place; this.urgent.has(at); at++) places.push(at + 1);
    return places;
  }
}

function firstDifference(one: Buffer, other: Buffer): number {
  if (one.equals(other)) return -1;
  let at = 0;
  while (at < other.length && one[at] === other[at]) at++;
  return at;
}
