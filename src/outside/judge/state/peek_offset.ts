/**
 * Where the next peek of a socket begins: SO_PEEK_OFF of socket(7). Peeks move it on, and reads move it back
 * (sk_peek_offset_fwd and sk_peek_offset_bwd, include/net/sock.h).
 */
export class PeekOffset {
  private bytes = -1;
  private isKnown = true;

  /** The option has a value, also an unknown one: a peek may find nothing though bytes are there. */
  get isOn(): boolean {
    return this.bytes >= 0;
  }

  /** In bytes from the next one; 0 where the option is off; undefined: nobody knows. */
  get start(): number | undefined {
    return this.isKnown ? Math.max(0, this.bytes) : undefined;
  }

  /** The option is set. @param bytes - negative: it is off */
  set(bytes: number): void {
    this.bytes = bytes;
    this.isKnown = true;
  }

  peeked(bytes: number): void {
    if (this.isOn) this.bytes += bytes;
  }

  /** A read took bytes out, or discarded them. */
  took(bytes: number): void {
    if (this.isOn) this.bytes = Math.max(0, this.bytes - bytes);
  }

  /** Bytes were taken out in a way that may move it back, or not. */
  lose(): void {
    if (this.isOn) this.isKnown = false;
  }
}
