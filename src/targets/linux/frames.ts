/** Cuts a stream of bytes into frames: u32le length, then the bytes of the frame. */
export class FrameReader {
  private chunks: Buffer[] = [];
  private bytes = 0;

  /** @param frameMax_bytes - a longer frame is invalid: the stream is not of this protocol */
  constructor(private readonly frameMax_bytes = Infinity) {}

  /**
   * Takes the next piece of the stream and returns the frames that it completes.
   * @param chunk - any piece of the stream
   * @throws RangeError at a frame that is too long
   */
  push(chunk: Buffer): Buffer[] {
    this.chunks.push(chunk);
    this.bytes += chunk.length;
    const frames: Buffer[] = [];
    for (let frame = this.take(); frame; frame = this.take()) frames.push(frame);
    return frames;
  }

  private take(): Buffer | undefined {
    if (this.bytes < 4) return undefined;
    if (this.chunks[0].length < 4) this.join();
    const length = this.chunks[0].readUInt32LE(0);
    if (length > this.frameMax_bytes) throw new RangeError(`a frame of ${length} bytes`);
    if (this.bytes < 4 + length) return undefined;
    // The pieces are joined only once, when the frame is whole: large replies come in many pieces.
    this.join();
    const all = this.chunks[0];
    this.bytes -= 4 + length;
    this.chunks = this.bytes > 0 ? [all.subarray(4 + length)] : [];
    return all.subarray(4, 4 + length);
  }

  private join(): void {
    if (this.chunks.length > 1) this.chunks = [Buffer.concat(this.chunks)];
  }
}

/**
 * A frame around a payload.
 * @param payload - not empty: a frame of length zero powers the guest off
 */
export function frame(payload: Buffer): Buffer {
  const header = Buffer.alloc(4);
  header.writeUInt32LE(payload.length);
  return Buffer.concat([header, payload]);
}

/** The frame that powers the guest off. */
export const POWER_OFF_FRAME = Buffer.alloc(4);
