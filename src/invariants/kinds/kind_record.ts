import type { Check, Invariant } from '../invariant';
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
