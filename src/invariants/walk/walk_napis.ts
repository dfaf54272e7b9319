import type { World } from '../../model/world/world';
import { holdSkb } from './walk';

/** Each NAPI holds packets in GRO, packets on their way to the stack, packets for its rx_handler, and napi.skb. */
export function walkNapis(world: World): void {
  for (const napi of world.systems.napis) {
    for (const { list } of napi.groHash) for (const skb of list) holdSkb(skb);
    for (const skb of napi.rxList) holdSkb(skb);
    for (const skb of napi.received) holdSkb(skb);
    if (napi.skb !== null) holdSkb(napi.skb);
  }
}
