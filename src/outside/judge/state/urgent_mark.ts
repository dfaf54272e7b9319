/** The last urgent byte of a stream: a new one makes the one before an ordinary byte (tcp(7), RFC 6093 section 3). */
export class UrgentMark {
  /** Its place in the stream; -1: there never was one. */
  at = -1;
  /** A read may have gone over it; undefined: nobody can say. */
  isPassed: boolean | undefined = false;
  /** It was read apart from the stream (MSG_OOB). */
  isTaken = false;

  set(place: number): void {
    this.at = place;
    this.isPassed = false;
    this.isTaken = false;
  }

  /** A read began at the byte, and may have gone over it. */
  pass(): void {
    this.isPassed = undefined;
  }

  /** The byte is there, and nobody has read it. */
  get waits(): boolean {
    return this.at >= 0 && this.isPassed === false && !this.isTaken;
  }
}
