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
    const t = (((this.a + this.b) | 0) + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = ((this.c << 21) | (this.c >>> 11)) + t;
    this.c |= 0;
    return t >>> 0;
  }

  /** Uniform enough in [0, n): n is at most 2^31. */
  below(n: number): number {
    return ((this.next() / 0x100000000) * n) | 0;
  }
}
