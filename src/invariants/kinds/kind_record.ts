import type { Check, Invariant } from '../invariant';
import type { Systems } from '../../model/world/systems';
import type { KindWalker } from '../walk/walk';

/** The part of an invariant that is about the objects of one kind. */
export interface KindCheck {
  readonly invariant: Invariant;
  readonly check: Check;
}

/** What the invariants know about one kind. */
export interface KindRecord {
  readonly walk: KindWalker;
  /** What invariants state about these objects, beyond their own `check`. */
  readonly checks: readonly KindCheck[];
}

type SystemList = Exclude<keyof Systems, 'live' | 'reset' | 'deferred'>;

/** A kind of the systems around the core. Its checks are about the objects of one list: an empty list needs no check. */
export interface SystemKindRecord extends KindRecord {
  readonly list: SystemList;
}
