import type { World } from '../../model/world/world';

/** The addresses that a pool of AF_XDP hands to its device are those at which the pages of its umem are mapped. */
export function checkUmemAddresses(world: World): number {
  const { pageSize } = world.abi;
  let checked = 0;
  for (const umem of world.systems.umems) {
    for (const addresses of umem.poolDmaPages) {
      if (addresses === null) continue;
      checked++;
      const live = umem.dmaMap;
      const stale = addresses.some((address, i) => live?.mappings[i]?.address !== address - (address % pageSize));
      if (stale)
        world.violate(
          'dma-address-kept',
          'umem',
          `a pool of umem#${umem.id} knows ${addresses.length} DMA addresses at which its pages are not mapped`,
        );
    }
  }
  return checked;
}
