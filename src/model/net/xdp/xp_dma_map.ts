import type { Device } from '../../structs/device';
import { dmaMapSingle } from '../../kernel/dma/dma_map_single';
import { dmaUnmapPage } from '../../kernel/dma/dma_map';
import { ENOMEM } from '../../lib/errno';
import type { Umem } from '../../structs/umem';
import type { World } from '../../world/world';
import type { XskDmaMap } from '../../structs/xsk_dma_map';

/** XSK_NEXT_PG_CONTIG_MASK: the next page follows in the address space of the device. */
const XSK_NEXT_PG_CONTIG_MASK = 1;

/**
 * xp_dma_map() of the pool of a queue (net/xdp/xsk_buff_pool.c, 6.1 and 6.12), which a driver in zerocopy mode calls.
 * Returns 0 or -ENOMEM.
 */
export function xpDmaMap(world: World, umem: Umem, device: Device, queue: number): number {
  const known = umem.dmaMap;
  if (known !== null) {
    umem.poolDmaPages[queue] = [...known.addresses];
    known.users++;
    return 0;
  }
  const map: XskDmaMap = { device, mappings: [], addresses: [], users: 1 };
  umem.dmaMap = map;
  for (const page of umem.pages) {
    const mapping = dmaMapSingle(world, device, page, 0, world.abi.pageSize);
    if (mapping === null) {
      __xpDmaUnmap(world, umem, map);
      return -ENOMEM;
    }
    map.mappings.push(mapping);
    map.addresses.push(mapping.address);
  }
  if (umem.unaligned) checkContiguity(world, map.addresses);
  // xp_init_dma_info()
  umem.poolDmaPages[queue] = [...map.addresses];
  return 0;
}

/** xp_check_dma_contiguity(). */
function checkContiguity(world: World, addresses: number[]): void {
  for (let i = 0; i < addresses.length - 1; i++)
    if (addresses[i] + world.abi.pageSize === addresses[i + 1]) addresses[i] += XSK_NEXT_PG_CONTIG_MASK;
}

/** xp_dma_unmap() of the pool of a queue: clears the pool's addresses. The last pool removes the mappings. */
export function xpDmaUnmap(world: World, umem: Umem, queue: number): void {
  const map = umem.dmaMap;
  if (map === null) return;
  map.users--;
  if (map.users === 0) __xpDmaUnmap(world, umem, map);
  else if (!world.rules.xpUnmapForgetsAddresses) return;
  umem.poolDmaPages[queue] = null;
}

/** __xp_dma_unmap(), xp_destroy_dma_map(). */
function __xpDmaUnmap(world: World, umem: Umem, map: XskDmaMap): void {
  const { pageSize } = world.abi;
  for (const stored of map.addresses) {
    const address = world.rules.xpUnmapClearsContiguity ? stored - (stored % pageSize) : stored;
    dmaUnmapPage(world, map.device, address, pageSize, true);
  }
  umem.dmaMap = null;
}
