import type { World } from '../../model/world/world';
import type { Holds } from './holds';

/** A user's mapping holds the pages of its umem, a socket the packet whose end is to come, a device what it did not send yet. */
export function walkXsk(world: World, holds: Holds): void {
  const { umems, xdpSocks, netdevs } = world.systems;
  for (const umem of umems) if (!umem.freed) for (const page of umem.pages) holds.page(page, false);
  for (const { dmaMap } of umems) for (const mapping of dmaMap?.mappings ?? []) holds.mapping(mapping);
  for (const xs of xdpSocks) if (xs.skb !== null) holds.skb(xs.skb);
  for (const netdev of netdevs) for (const skb of netdev.held) holds.skb(skb);
}
