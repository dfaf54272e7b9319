import type { World } from '../../model/world/world';
import type { Holds } from './holds';

/** What each NAPI holds: packets in GRO, those on their way to the stack, those its rx_handler was given, and napi.skb. */
export function walkNapis(world: World, holds: Holds): void {
  for (const napi of world.systems.napis) {
    for (const { list } of napi.groHash) for (const skb of list) holds.skb(skb);
    for (const skb of napi.rxList) holds.skb(skb);
    for (const skb of napi.received) holds.skb(skb);
    if (napi.skb !== null) holds.skb(napi.skb);
  }
}
