import type { Verdict } from '../session/verdict';
import type { Pair } from './pair';
import type { PairTargets } from './pair_targets';

/** A difference in growth between two looks that is no finding. */
const NOISE_BYTES = 4 << 20;

/** Finds memory that the programs leave behind in one target only. No observation shows an object without a name. */
export class MemoryWatch {
  private last: Pair<number> = [0, 0];

  constructor(
    private readonly targets: PairTargets,
    private readonly names: Pair<string>,
  ) {}

  /** Called while both targets are idle. Null: neither grew more than the other. */
  async look(): Promise<Verdict | null> {
    const now = await this.targets.memoryInUse();
    const { last, names } = this;
    this.last = now;
    // A target that has just been opened has less in use than before: it did not grow.
    if ([...now, ...last].includes(0) || now[0] < last[0] || now[1] < last[1]) return null;
    const grown = [now[0] - last[0], now[1] - last[1]];
    if (Math.abs(grown[0] - grown[1]) <= NOISE_BYTES) return null;
    const [a, b] = grown.map((bytes) => `${(bytes / 1024).toFixed(0)} KiB`);
    return {
      kind: 'divergence',
      place: { call: 0, command: 'unknown', settling: false },
      field: 'memory in use',
      message: `${names[0]} grew by ${a}, ${names[1]} by ${b}, while the same programs ran`,
      between: names,
    };
  }
}
