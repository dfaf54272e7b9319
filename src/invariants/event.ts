import type { Invariant } from './invariant';

/**
 * Invariants that can only be seen at the moment of the act: the model reports them itself where the reference is
 * dropped or the byte is touched. What is counted here is the objects on which such an act can go wrong.
 */
export const NO_DOUBLE_FREE: Invariant = {
  name: 'no-double-free',
  statement: 'no reference is dropped that is not held; nothing is freed twice',
  source: 'put_page_testzero, refcount_dec_and_test, kfree (6.1 and 6.12)',
  check(world, walk) {
    return walk.pages.length + world.skbs.length;
  },
};
