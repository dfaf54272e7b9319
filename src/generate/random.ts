/** sfc32 (Chris Doty-Humphrey): small, fast, 32-bit integers only, the same in every engine. */
export class Random {
  private a = 0;
  private b = 0;
  private c = 0;
  private counter = 1;

  constructor(seed = 0, stream = 0) {
    this.seed(seed, stream);
  }

  /**
   * @param seed - 32 bits
   * @param stream - 32 bits: independent sequences of one seed
   */
  seed(seed: number, stream = 0): void {
    this.a = seed | 0;
    this.b = stream | 0;
    this.c = 0x9e3779b9 | 0;
    this.counter = 1;
    for (let i = 0; i < 12; i++) this.next();
  }

  /** 32 bits, unsigned. */
  next(): number {
    const { b, c, counter } = this;
    const t = (((this.a + b) | 0) + counter) | 0;
    this.counter = (counter + 1) | 0;
    this.a = b ^ (b >>> 9);
    this.b = (c + (c << 3)) | 0;
    // Every intermediate value has 32 bits, so that the engine keeps the fields unboxed.
    this.c = (((c << 21) | (c >>> 11)) + t) | 0;
    return t >>> 0;
  }

  /** Nearly uniform in [0, n), for n up to 2^31. */
  below(n: number): number {
    return ((this.next() / 0x100000000) * n) | 0;
  }
}
