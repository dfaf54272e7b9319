import type { Napi } from '../../model/structs/napi';
import { groCb } from '../../model/structs/napi_gro_cb';
import type { SkBuff } from '../../model/structs/sk_buff';
import type { HandleObject, World } from '../../model/world/world';
import type { ObservationWords } from './observation_words';

export const NAPI_OBSERVERS = { napi: observeNapi };

/** Writes a list as a word 1 before each skb, and a word 0 at the end: see src/protocol/words/napi.ts. */
function observeNapi(out: ObservationWords, world: World, object: HandleObject): void {
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
