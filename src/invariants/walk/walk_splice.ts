import type { World } from '../../model/world/world';
import { holdPage, holdSkb } from './walk';

/** The buffers of a pipe hold plain references. */
export function walkPipes(world: World): void {
  for (const pipe of world.systems.pipes) for (const { page } of pipe.buffers) holdPage(page, false);
}

/** The page cache holds plain references. */
export function walkFiles(world: World): void {
  for (const file of world.systems.files) for (const page of file.pages) holdPage(page, false);
}

/** A page table holds plain references; a receive queue is the one user of its skbs. */
export function walkUserMappings(world: World): void {
  for (const mapping of world.systems.userMappings) {
    for (const page of mapping.pages) if (page !== null) holdPage(page, false);
    for (const skb of mapping.queue) holdSkb(skb);
  }
}
