import type { World } from '../../model/world/world';
import type { Holds } from './holds';

/** Buffers of pipes, page caches, and page tables hold plain references; a receive queue is the one user of its skbs. */
export function walkSplice(world: World, holds: Holds): void {
  const { pipes, files, userMappings } = world.systems;
  for (const pipe of pipes) for (const { page } of pipe.buffers) holds.page(page, false);
  for (const file of files) for (const page of file.pages) holds.page(page, false);
  for (const mapping of userMappings) {
    for (const page of mapping.pages) if (page !== null) holds.page(page, false);
    for (const skb of mapping.queue) holds.skb(skb);
  }
}
