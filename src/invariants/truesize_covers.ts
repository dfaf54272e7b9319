import type { SkBuff } from '../model/skbuff';
import type { World } from '../model/world';
import type { Invariant } from './invariant';
import { FRAG_LIST_MAX } from './walk';

export const TRUESIZE_COVERS: Invariant = {
  name: 'truesize-covers',
  statement:
    'truesize is at least the sk_buff, its head and the bytes in frags and frag_list, less what the kernel knowingly does not charge',
  source: 'WARN_ON_ONCE(delta < len) in skb_try_coalesce; skb_add_rx_frag_netmem, size > truesize (6.12)',
  check(world, _walk, everything) {
    const skbs = everything ? world.skbs : world.touchedSkbs;
    let checked = 0;
    for (const skb of skbs) {
      if (skb.freed || skb.data.freed) continue;
      checked++;
      checkPinned(world, skb);
    }
    return checked;
  },
};

export function checkPinned(world: World, skb: SkBuff): void {
  const pinned = pinnedBytes(world, skb);
  if (skb.truesize + skb.truesizeDebt < pinned)
    world.violate(
      'truesize-covers',
      'skb',
      `skb#${skb.id} has truesize ${skb.truesize}, but pins at least ${pinned} bytes`,
    );
}

function pinnedBytes(world: World, skb: SkBuff): number {
  const data = skb.data;
  let pinned = world.abi.skBuffSize + world.abi.sharedInfoSize + data.end;
  for (let i = 0; i < data.nrFrags; i++) pinned += data.frags[i].size;
  let members = 0;
  for (let member = data.fragList; member !== null && members < FRAG_LIST_MAX; member = member.next, members++)
    pinned += member.len;
  return pinned;
}
