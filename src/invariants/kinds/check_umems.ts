import type { Umem } from '../../model/structs/umem';
import type { World } from '../../model/world/world';
import { DMA_ADDRESS_KEPT } from '../dma_address_kept';
import { NO_SHARED_WRITE } from '../no_shared_write';
import { checkRings, XSK_COMPLETION } from '../xsk_completion';
import type { KindCheck } from './kind_record';

export const UMEM_CHECKS: readonly KindCheck[] = [
  { invariant: DMA_ADDRESS_KEPT, check: checkUmemAddresses },
  { invariant: XSK_COMPLETION, check: checkRings },
  { invariant: NO_SHARED_WRITE, check: checkUserWrites },
];

/** The addresses that a pool of AF_XDP hands to its device are those at which the pages of its umem are mapped. */
function checkUmemAddresses(world: World): number {
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

/**
 * While an skb sends user memory, neither the user, who gave it away, nor the kernel, whose it is not, writes to it.
 * Returns 0: NO_SHARED_WRITE itself counts the writes.
 */
function checkUserWrites(world: World): number {
  const { writes } = world.memory;
  for (const umem of world.systems.umems)
    for (let i = 0; i < writes.length; i += 2) checkWrite(world, umem, writes[i], writes[i + 1]);
  return 0;
}

function checkWrite(world: World, umem: Umem, address: number, length: number): void {
  for (const page of umem.pages) {
    for (const data of world.datas) {
      for (let i = 0; i < data.nrFrags; i++) {
        const frag = data.frags[i];
        const start = page.address + frag.offset;
        if (frag.page === page && address < start + frag.size && start < address + length)
          world.violate(
            'no-shared-write',
            'skb',
            `${length} bytes of user memory were written while an skb sends them`,
          );
      }
    }
  }
}
