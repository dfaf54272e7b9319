import { liveHandle } from '../model/handles';
import type { Kind, World } from '../model/world';

const KINDS: readonly Kind[] = ['skb', 'page', 'pool', 'device', 'sock', 'uarg', 'frag_cache', 'mapping'];

/** One bit for each kind. */
export function kindBit(kind: Kind): number {
  return 1 << KINDS.indexOf(kind);
}

/** Knows of which kinds something lives, without looking at every handle before every call. */
export class LiveKinds {
  private readonly made: number[][] = KINDS.map(() => []);

  clear(): void {
    for (const list of this.made) list.length = 0;
  }

  /** A call that names its result was drawn. */
  name(kind: Kind, id: number): void {
    this.made[KINDS.indexOf(kind)].push(id);
  }

  /** The bits of the kinds of which something lives. */
  mask(world: World): number {
    let mask = 0;
    for (let kind = 0; kind < KINDS.length; kind++) {
      const list = this.made[kind];
      while (list.length > 0 && liveHandle(world, list[list.length - 1]) === null) list.pop();
      if (list.length > 0) mask |= 1 << kind;
    }
    return mask;
  }
}
