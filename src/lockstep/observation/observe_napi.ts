import type { Napi } from '../../model/structs/napi';
import { groCb } from '../../model/structs/napi_gro_cb';
import type { SkBuff } from '../../model/structs/sk_buff';
import type { HandleObject, World } from '../../model/world/world';
import type { Observer } from './observe';

/**
 * gro_bitmask; for each bucket that holds packets, the youngest first: [1, skb, count of segments], then 0; rx_count, rx_list as
 * [1, skb]... 0, the same for what the rx_handler has; napi.skb as [1, skb], or 0. As kernel/skbcheck_gro.c.
 */
export function observeNapi(observer: Observer, world: World, object: HandleObject): void {
  const napi = object as Napi;
  observer.word(napi.groBitmask);
  for (const { list, count } of napi.groHash) {
    if (count === 0) continue;
    observer.word(count);
    for (const skb of list) {
      held(observer, world, skb);
      observer.word(groCb(skb).count);
    }
    observer.word(0);
  }
  observer.word(napi.rxCount);
  for (const skb of napi.rxList) held(observer, world, skb);
  observer.word(0);
  for (const skb of napi.received) held(observer, world, skb);
  observer.word(0);
  if (napi.skb !== null) held(observer, world, napi.skb);
  else observer.word(0);
}

function held(observer: Observer, world: World, skb: SkBuff): void {
  observer.makeRoom();
  observer.word(1);
  observer.skb(world, skb);
}
