import type { World } from '../../model/world/world';
import { holdMapping, holdPage, holdSkb } from './walk';

/** The user's mapping holds the pages of a umem, and its pool holds their DMA mappings. */
export function walkUmems(world: World): void {
  const { umems } = world.systems;
  for (const umem of umems) if (!umem.freed) for (const page of umem.pages) holdPage(page, false);
  for (const { dmaMap } of umems) for (const mapping of dmaMap?.mappings ?? []) holdMapping(mapping);
}

/** A socket holds the packet whose last descriptor it has not read yet. */
export function walkXdpSocks(world: World): void {
  for (const xs of world.systems.xdpSocks) if (xs.skb !== null) holdSkb(xs.skb);
}

/** A device holds the skbs that it has not sent yet. */
export function walkNetdevs(world: World): void {
  for (const netdev of world.systems.netdevs) for (const skb of netdev.held) holdSkb(skb);
}
