import type { SkbData } from '../model/structs/sk_buff';
import type { World } from '../model/world/world';
import type { Invariant } from './invariant';

export const NO_POOL_PAGE_IN_FRAGS: Invariant = {
  name: 'no-pool-page-in-frags',
  statement: 'a page that still carries the state of its pool (DMA address, owner) is never a frag',
  source:
    'Brouer, "page_pool return-hook via SKB" (2018), an answer to the "RFC-feedback": page_pool pages ' +
    '(that still contain DMA state) MUST NOT be used as part of SKB "frags"',
  belongsTo: (rules) => rules.poolReturn === 'mem_info',
  check(world) {
    let frags = 0;
    if (world.rules.poolReturn === 'mem_info') for (const data of world.datas) frags += checkFragPages(world, data);
    return frags;
  },
};

/** Returns how many frags there are. */
export function checkFragPages(world: World, data: SkbData): number {
  for (let i = 0; i < data.nrFrags; i++) {
    const { page } = data.frags[i];
    if (!page.ppSignature || page.pp === null) continue;
    world.violate(
      'no-pool-page-in-frags',
      'page',
      `frag ${i} of data#${data.id} is page#${page.id}, which pool#${page.pp.id} ` +
        `${page.dmaAddr === 0 ? 'counts' : 'counts and keeps mapped'}`,
    );
  }
  return data.nrFrags;
}
