import type { Napi } from '../../model/structs/napi';
import { groCb } from '../../model/structs/napi_gro_cb';
import type { SkBuff } from '../../model/structs/sk_buff';
import type { HandleObject, World } from '../../model/world/world';
import type { ObservationWords } from './observation_words';

/**
 * gro_bitmask; for each bucket that holds packets, the youngest first: [1, skb, count of segments], then 0; rx_count, rx_list as
 * [1, skb]... 0, the same for what the rx_handler has; napi.skb as [1, skb], or 0. As kernel/skbcheck_gro.c.
 */
export function observeNapi(out: ObservationWords, world: World, object: HandleObject): void {
  const napi = object as Napi;
  out.word(napi.groBitmask);
  for (const { list, count } of napi.groHash) {
    if (count === 0) continue;
    out.word(count);
    for (const skb of list) {
      held(out, world, skb);
      out.word(groCb(skb).count);
    }
    out.word(0);
  }
  out.word(napi.rxCount);
  for (const skb of napi.rxList) held(out, world, skb);
  out.word(0);
  for (const skb of napi.received) held(out, world, skb);
  out.word(0);
  if (napi.skb !== null) held(out, world, napi.skb);
  else out.word(0);
}

function held(out: ObservationWords, world: World, skb: SkBuff): void {
  out.makeRoom();
  out.word(1);
  out.skb(world, skb);
}
