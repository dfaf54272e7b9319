import type { SkBuff } from '../model/structs/sk_buff';
import type { World } from '../model/world/world';
import type { Invariant } from './invariant';

export const SKB_USERS: Invariant = {
  name: 'skb-users',
  statement: 'skb.users equals the holders of the skb: names and frag_lists',
  source: 'skb_get, skb_unref, skb_clone_fraglist (6.1 and 6.12)',
  check(world) {
    for (const skb of world.skbs) checkUsers(world, skb);
    return world.skbs.length;
  },
};

export function checkUsers(world: World, skb: SkBuff): void {
  if (skb.users !== skb.seenUsers)
    world.violate('skb-users', 'skb', `skb#${skb.id} has ${skb.users} users, but ${skb.seenUsers} hold it`);
}
