import { ENOMEM } from './errno';
import { pskbTrim } from './pskb_trim';
import type { SkBuff } from './skbuff';
import type { Sock } from './sock';
import type { World } from './world';

/**
 * sk_filter_trim_cap() (net/core/filter.c, 6.1 and 6.12) with a filter that keeps `len` bytes: the program sees the socket in skb->sk.
 * 0 or -ENOMEM, also for an skb from the reserves: no socket is SOCK_MEMALLOC.
 */
export function skFilterTrimCap(world: World, sk: Sock, skb: SkBuff, len: number): number {
  if (skb.pfmemalloc) return -ENOMEM;
  const saved = skb.sk;
  skb.sk = sk;
  // Here the program runs.
  if (world.rules.filterRestoresSkBeforeTrim) skb.sk = saved;
  const err = pskbTrim(world, skb, len);
  skb.sk = saved;
  return err;
}
