import { ENOMEM, EPERM } from '../../../lib/errno';
import { pskbTrim } from '../skbuff/pull_trim/pskb_trim';
import type { SkBuff } from '../../../structs/sk_buff';
import type { Sock } from '../../../structs/sock';
import type { World } from '../../../world/world';

/** sk_filter(): sk_filter_trim_cap() with `cap` 1. */
export function skFilter(world: World, sk: Sock, skb: SkBuff, len: number): number {
  const err = skFilterTrimCap(world, sk, skb, len);
  return err === 0 || world.rules.filterReturnsError ? err : -EPERM;
}

/**
 * sk_filter_trim_cap() (net/core/filter.c, 6.1 and 6.12) with a filter that keeps `len` bytes. The filter sees the
 * socket in skb->sk. Returns 0 or -ENOMEM. A pfmemalloc skb gets -ENOMEM, too, because no socket is SOCK_MEMALLOC.
 */
function skFilterTrimCap(world: World, sk: Sock, skb: SkBuff, len: number): number {
  if (skb.pfmemalloc) return -ENOMEM;
  const saved = skb.sk;
  skb.sk = sk;
  // The filter runs here.
  if (world.rules.filterRestoresSkBeforeTrim) skb.sk = saved;
  const err = pskbTrim(world, skb, len);
  skb.sk = saved;
  return err;
}
