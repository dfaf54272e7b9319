import type { Umem } from '../model/umem';
import type { World } from '../model/world';

/** User memory that an skb sends is written by nobody: neither by the user, who gave it away, nor by the kernel, whose it is not. */
export function checkUserWrites(world: World): number {
  const { writes } = world.memory;
  let checked = 0;
  for (const umem of world.systems.umems) {
    for (let i = 0; i < writes.length; i += 2) if (isWritten(world, umem, writes[i], writes[i + 1])) checked++;
  }
  return checked;
}

/** Is it a write to the umem? */
function isWritten(world: World, umem: Umem, address: number, length: number): boolean {
  for (const page of umem.pages) {
    if (address + length <= page.address || page.address + world.abi.pageSize <= address) continue;
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
    return true;
  }
  return false;
}
