import type { Answer, Link } from '../lockstep/link';
import { openInTime, type IsOver, type OpenTarget } from '../lockstep/limited_link';
import type { Pair } from './pair';

/** Two open targets, which get the same requests. One that died opens again when it is next needed. */
export class PairTargets {
  private readonly open: (Link | null)[];

  /**
   * @param links - already open
   * @param isOver - from then on each answer throws OutOfTimeError
   */
  constructor(
    private readonly openers: Pair<OpenTarget>,
    links: Pair<Link | null>,
    private readonly isOver: IsOver,
  ) {
    this.open = [...links];
  }

  /** Opens both targets at once. */
  static async opened(openers: Pair<OpenTarget>, isOver: IsOver): Promise<PairTargets> {
    const targets = new PairTargets(openers, [null, null], isOver);
    try {
      await targets.links();
    } catch (error) {
      await targets.close();
      throw error;
    }
    return targets;
  }

  async links(): Promise<Pair<Link>> {
    if (this.open.every((link) => link !== null)) return this.open as unknown as Pair<Link>;
    const results = await Promise.allSettled([0, 1].map((side) => this.openSide(side)));
    const failure = results.find((result) => result.status === 'rejected');
    if (failure !== undefined) throw failure.reason;
    // A kernel that has just booted prints each of its warnings once more, so the other must too.
    await this.rearm();
    return this.open as unknown as Pair<Link>;
  }

  private async openSide(side: number): Promise<void> {
    this.open[side] ??= await openInTime(this.openers[side], this.isOver);
  }

  /** Sends one request to both, and waits for both answers. */
  async execute(request: Buffer): Promise<Pair<Answer>> {
    const [a, b] = await this.links();
    return Promise.all([a.execute(request), b.execute(request)]);
  }

  /** The texts of both targets' splats since the last query. Warnings that are printed once may appear again. */
  async splats(): Promise<Pair<string>> {
    const [a, b] = await this.links();
    const texts = await Promise.all([a.splats(), b.splats()]);
    await this.rearm();
    return texts;
  }

  async memoryInUse(): Promise<Pair<number>> {
    const [a, b] = await this.links();
    return Promise.all([a.memoryInUse(), b.memoryInUse()]);
  }

  /** Closes one target: the next request opens it again. */
  async forget(side: 0 | 1): Promise<void> {
    const link = this.open[side];
    this.open[side] = null;
    await link?.close();
  }

  async close(): Promise<void> {
    await Promise.all([this.forget(0), this.forget(1)]);
  }

  private async rearm(): Promise<void> {
    await Promise.all(this.open.map(async (link) => link?.rearm()));
  }
}
