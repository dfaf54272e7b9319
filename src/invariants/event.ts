import type { Invariant } from './invariant';

/**
 * The model reports this invariant itself, where it drops the reference or touches the byte: no later check can see the
 * act. The check here only counts the objects on which such an act can go wrong.
 */
export const NO_DOUBLE_FREE: Invariant = {
  name: 'no-double-free',
  statement: 'no reference is dropped that is not held; nothing is freed twice',
  source: 'put_page_testzero, refcount_dec_and_test, kfree (6.1 and 6.12)',
  check(world, walk) {
    return walk.pages.length + world.skbs.length;
  },
};
