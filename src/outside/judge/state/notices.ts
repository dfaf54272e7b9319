/** The notifications of MSG_ZEROCOPY of one socket: Documentation/networking/msg_zerocopy.rst. */
export class Notices {
  /** Sends that the kernel must notify of; their numbers count from 0. */
  sent = 0;
  /** The kernel also notifies of sends that nobody counts. */
  isUncounted = false;
  private readonly seen = new Set<number>();

  /**
   * Takes a notification for the sends from `first` to `last`.
   * @returns the complaint; undefined: it is as promised
   */
  take(first: number, last: number): string | undefined {
    if (last < first) return `a notification for the sends ${first} to ${last}`;
    for (let send = first; send <= last; send++) {
      if (send >= this.sent && !this.isUncounted)
        return `a notification for send ${send}, but only ${this.sent} were made with MSG_ZEROCOPY`;
      if (this.seen.has(send)) return `a second notification for send ${send}`;
      this.seen.add(send);
    }
    return undefined;
  }

  /** The first send without a notification; -1: none. */
  get missing(): number {
    if (this.isUncounted) return -1;
    for (let send = 0; send < this.sent; send++) if (!this.seen.has(send)) return send;
    return -1;
  }
}
