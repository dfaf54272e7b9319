import { SKB_DATAREF_MASK, SKB_DATAREF_SHIFT, type SkbData } from '../model/structs/sk_buff';
import type { World } from '../model/world/world';
import type { Invariant } from './invariant';

export const DATAREF: Invariant = {
  name: 'dataref',
  statement: 'both halves of dataref equal the skbs that share the data, and those that gave up the header',
  source: 'include/linux/skbuff.h, "dataref and headerless skbs"; skb_release_data, __skb_clone (6.1 and 6.12)',
  check(world) {
    for (const data of world.datas) checkDataref(world, data);
    return world.datas.length;
  },
};

export function checkDataref(world: World, data: SkbData): void {
  const sharers = data.dataref & SKB_DATAREF_MASK;
  const headerless = data.dataref >> SKB_DATAREF_SHIFT;
  if (sharers !== data.seenDataref || headerless !== data.seenNohdr) {
    world.violate(
      'dataref',
      'skb',
      `data#${data.id} has dataref ${sharers} of which ${headerless} without header, but ${data.seenDataref} ` +
        `skbs share it, ${data.seenNohdr} without header`,
    );
  }
}
