import type { SkBuff } from '../model/structs/sk_buff';
import type { World } from '../model/world/world';
import type { Invariant } from './invariant';
import { FRAG_LIST_MAX } from './walk/walk';

/**
 * The bytes that a head of netdev_alloc_skb or napi_alloc_skb may pin, as a multiple of the bytes that it is charged.
 * The smallest head that 6.12 still takes from the 32K page_frag is charged 1024 bytes on 64 bits, a factor of 32, and
 * 896 on 32 bits, a factor of 36.6. Before the fix the factor was 51.
 */
const UNDERESTIMATION_MAX = 40;

export const TRUESIZE_COVERS: Invariant = {
  name: 'truesize-covers',
  statement:
    'truesize is at least the sk_buff, its head and the bytes in frags and frag_list, less what the kernel ' +
    'knowingly does not charge; a head that the kernel itself took from a page pins at most 40 times its ' +
    'truesize',
  source:
    'WARN_ON_ONCE(delta < len) in skb_try_coalesce; skb_add_rx_frag_netmem, size > truesize (6.12); ' +
    '3226b158e67c "net: avoid 32 x truesize under-estimation for tiny skbs"',
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
  checkShareOfPage(world, skb);
  const pinned = pinnedBytes(world, skb);
  if (skb.truesize + skb.truesizeDebt < pinned)
    world.violate(
      'truesize-covers',
      'skb',
      `skb#${skb.id} has truesize ${skb.truesize}, but pins at least ${pinned} bytes`,
    );
}

/**
 * "Both virtio net and napi_get_frags() allocate skbs with a very small skb->head. While using page fragments instead
 * of a kmalloc backed skb->head might give a small performance improvement in some cases, there is a huge risk of under
 * estimating memory usage" (3226b158e67c). Heads that a driver cut from its own pages are the driver's concern.
 */
function checkShareOfPage(world: World, skb: SkBuff): void {
  const { page, allocSize, id } = skb.data;
  if (page === null || !page.perCpu) return;
  const pinned = world.abi.pageSize << page.order;
  const charged = allocSize + world.abi.skBuffSize;
  if (pinned > UNDERESTIMATION_MAX * charged)
    world.violate(
      'truesize-covers',
      'skb',
      `head#${id} of skb#${skb.id} is charged ${charged} bytes, but pins a page of ${pinned}: more than ` +
        `${UNDERESTIMATION_MAX} times as much`,
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
