const CONSOLE_MAX_BYTES = 256 << 10;

/** The last 256 KiB that a guest printed on its serial console. */
export class ConsoleBuffer {
  private chunks: Buffer[] = [];
  private bytes = 0;
  private watched?: { readonly text: string; readonly onSeen: () => void };

  /** @param chunk - bytes as they came from the serial line */
  push(chunk: Buffer): void {
    this.chunks.push(chunk);
    this.bytes += chunk.length;
    while (this.chunks.length > 1 && this.bytes - this.chunks[0].length >= CONSOLE_MAX_BYTES) {
      this.bytes -= this.chunks[0].length;
      this.chunks.shift();
    }
    if (this.watched && this.text().includes(this.watched.text)) this.watched.onSeen();
  }

  /**
   * Calls back each time that bytes arrive while a text is in the buffer.
   * @param text - on one line
   * @param onSeen - may be called more than once
   */
  watch(text: string, onSeen: () => void): void {
    this.watched = { text, onSeen };
  }

  /** Ends watch(). */
  unwatch(): void {
    this.watched = undefined;
  }

  /** The text with line ends of one kind. */
  text(): string {
    return Buffer.concat(this.chunks).subarray(-CONSOLE_MAX_BYTES).toString('utf8').replaceAll('\r\n', '\n');
  }
}
