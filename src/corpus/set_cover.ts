import { FEATURES_MAX } from './features';

/** An item with features. */
interface Covering {
  readonly id: string;
  /** Without repeats. */
  readonly features: ArrayLike<number>;
  /** Of two items with the same gain the smaller is taken. */
  readonly size: number;
}

/**
 * Greedy set cover: items that together have every feature, the largest gain first. The result depends on the set
 * alone, not on its order, and the cover of a cover is the same.
 * @param max - items of the cover that are returned at most
 */
export function coverOf<T extends Covering>(items: readonly T[], max = Infinity): T[] {
  // A flat array, because a worker computes a cover for every hundred programs that it keeps.
  const covered = new Uint8Array(FEATURES_MAX);
  const gainOf = ({ features }: T): number => {
    let gain = 0;
    for (let i = 0; i < features.length; i++) if (covered[features[i]] === 0) gain++;
    return gain;
  };
  // Gains only fall, so items are ordered by their last known gain, and only the best is computed again.
  const heap = new Heap(items.map((item) => ({ item, gain: gainOf(item) })));
  const taken: T[] = [];
  for (let best = heap.pop(); best !== undefined && best.gain > 0 && taken.length < max; best = heap.pop()) {
    const gain = gainOf(best.item);
    if (gain < best.gain) {
      if (gain > 0) heap.push({ item: best.item, gain });
      continue;
    }
    taken.push(best.item);
    const { features } = best.item;
    for (let i = 0; i < features.length; i++) covered[features[i]] = 1;
  }
  return taken;
}

interface Candidate {
  readonly item: Covering;
  readonly gain: number;
}

function isBefore(one: Candidate, other: Candidate): boolean {
  if (one.gain !== other.gain) return one.gain > other.gain;
  if (one.item.size !== other.item.size) return one.item.size < other.item.size;
  return one.item.id < other.item.id;
}

/** A binary heap with the best item on top. */
class Heap<T extends Covering> {
  private readonly list: { item: T; gain: number }[] = [];

  constructor(all: readonly { item: T; gain: number }[]) {
    for (const one of all) this.push(one);
  }

  push(one: { item: T; gain: number }): void {
    const { list } = this;
    let i = list.push(one) - 1;
    for (let up = (i - 1) >> 1; i > 0 && isBefore(list[i], list[up]); i = up, up = (i - 1) >> 1)
      [list[i], list[up]] = [list[up], list[i]];
  }

  pop(): { item: T; gain: number } | undefined {
    const { list } = this;
    const top = list[0];
    const last = list.pop();
    if (list.length === 0 || last === undefined) return top;
    list[0] = last;
    for (let i = 0; ;) {
      let best = i;
      for (const child of [2 * i + 1, 2 * i + 2])
        if (child < list.length && isBefore(list[child], list[best])) best = child;
      if (best === i) return top;
      [list[i], list[best]] = [list[best], list[i]];
      i = best;
    }
  }
}
