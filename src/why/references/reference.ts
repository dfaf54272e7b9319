import type { Page } from '../../model/structs/page';
import type { SkBuff } from '../../model/structs/sk_buff';
import type { World } from '../../model/world/world';

/** The counts of the kernel that references are in, in the words of its structs; `slots` is the invariants' own. */
export const COUNTERS = ['refcount', 'pp_ref_count', 'users', 'refcnt', 'dataref', 'mappings', 'slots'] as const;
export type Counter = (typeof COUNTERS)[number];

/** One reference, as the walk of the invariants counts it, with the words for its holder. */
export interface Reference {
  /** Key of the object that is held: `page#65`. */
  readonly of: string;
  /** Key of the holder; of a name of the program, the key of the object itself. */
  readonly by: string;
  /** The place at the holder, or the name: `frag 0`, `skb2`. */
  readonly place: string;
  readonly counter: Counter;
  /** More than 1 only where a holder took many at once: a bias. */
  readonly count: number;
  /** The program holds it by a name, and `place` is that name. */
  readonly byName?: true;
}

/** The references of a world while they are collected. */
export class Collector {
  readonly references: Reference[] = [];

  constructor(
    readonly world: World,
    private readonly names: readonly string[],
  ) {}

  hold(counter: Counter, of: string, by: string, place: string, count = 1): void {
    if (count !== 0) this.references.push({ of, by, place, counter, count });
  }

  /** A reference of the program itself, by a name. */
  name(counter: Counter, of: string, handle: number): void {
    const place = this.names[handle] ?? `name ${handle}`;
    this.references.push({ of, by: of, place, counter, count: 1, byName: true });
  }

  /** A reference to a page: to its pool where `ofPool` is set and the page is the pool's, else a plain one. */
  page({ id, ppSignature }: Page, ofPool: boolean, by: string, place: string): void {
    this.hold(ofPool && ppSignature ? 'pp_ref_count' : 'refcount', `page#${id}`, by, place);
  }

  /** One of skb.users for each skb of a list. */
  skbs(list: readonly SkBuff[], by: string, place: string): void {
    for (const skb of list) this.skb(skb, by, place);
  }

  skb({ id }: SkBuff, by: string, place: string): void {
    this.hold('users', `skb#${id}`, by, place);
  }
}
