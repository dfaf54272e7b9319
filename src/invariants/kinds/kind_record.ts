import type { Check, Invariant } from '../invariant';
import type { KindWalker } from '../walk/walk';

/** The part of an invariant that is about the objects of one kind. */
export interface KindCheck {
  readonly invariant: Invariant;
  readonly check: Check;
}

/** The walker of one kind, and the checks of its objects. */
export interface KindRecord {
  readonly walk: KindWalker;
  /** The statements about these objects that are not in an invariant's own `check`. */
  readonly checks: readonly KindCheck[];
}
