import type { SkBuff } from '../model/structs/sk_buff';
import type { World } from '../model/world/world';
import type { Invariant } from './invariant';

export const TRUESIZE_EXACT: Invariant = {
  name: 'truesize-exact',
  statement:
    "truesize is what the profile's formulas give; merges and splits conserve the sum except for what was really freed",
  source:
    'SKB_TRUESIZE; skb_try_coalesce, pskb_expand_head, skb_condense, tcp_fragment, skb_shift (6.1 and 6.12); ' +
    '158f323b9868, c21b48cc1bbf',
  check(world, _walk, everything) {
    const skbs = everything ? world.skbs : world.touchedSkbs;
    let checked = 0;
    for (const skb of skbs) {
      if (skb.freed) continue;
      checked++;
      checkTruesize(world, skb);
    }
    return checked;
  },
};

export function checkTruesize(world: World, skb: SkBuff): void {
  if (skb.truesize !== skb.expectedTruesize)
    world.violate(
      'truesize-exact',
      'skb',
      `skb#${skb.id} has truesize ${skb.truesize}, by what was allocated, moved and freed it is ` +
        `${skb.expectedTruesize}`,
    );
}
