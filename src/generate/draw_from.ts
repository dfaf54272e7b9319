import { NO_ID, type Id } from '../model/world/kinds';
import type { Draw } from '../commands/draw';
import type { Kind, World } from '../model/world/world';
import type { Random } from './random';

/** Lengths at which behaviour changes: cache lines, page-size heads, pages. */
const BOUNDARIES = [
  1, 14, 63, 64, 65, 128, 255, 256, 384, 448, 512, 704, 1024, 1500, 2048, 3712, 3776, 4095, 4096, 4097, 8192,
];

/** Draws over a seed. */
export class DrawFrom implements Draw {
  /** Eighths of the picks among objects that take the newest. */
  newest = 0;

  constructor(private readonly random: Random) {}

  below(n: number): number {
    return this.random.below(n);
  }

  between(min: number, max: number): number {
    return min + this.random.below(max - min + 1);
  }

  chance(n: number, of: number): boolean {
    return this.random.below(of) < n;
  }

  pick(values: readonly number[]): number {
    return values[this.random.below(values.length)];
  }

  among(n: number): number {
    return this.random.below(8) < this.newest ? n - 1 : this.random.below(n);
  }

  size(min: number, max: number): number {
    if (max <= min) return min;
    switch (this.random.below(8)) {
      case 0:
        return min;
      case 1:
        return max;
      case 2:
      case 3: {
        const boundary = BOUNDARIES[this.random.below(BOUNDARIES.length)];
        if (boundary >= min && boundary <= max) return boundary;
        return this.between(min, Math.min(max, min + 64));
      }
      case 4:
        return this.between(min, max);
      default:
        // Small most of the time: few effects need many bytes.
        return this.between(min, Math.min(max, min + 512));
    }
  }

  handle<K extends Kind>(world: World, kind: K): Id<K> {
    const names = world.namesOf(kind);
    return names.length === 0 ? NO_ID : names[this.random.below(names.length)].id;
  }
}
