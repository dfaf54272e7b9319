import type { Umem } from '../model/structs/umem';
import type { World } from '../model/world/world';

/** User memory that an skb sends is written by nobody: neither by the user, who gave it away, nor by the kernel, whose it is not. */
export function checkUserWrites(world: World): number {
  const { writes } = world.memory;
  for (const umem of world.systems.umems)
    for (let i = 0; i < writes.length; i += 2) checkWrite(world, umem, writes[i], writes[i + 1]);
  // Writes are counted where skbs are asked.
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
