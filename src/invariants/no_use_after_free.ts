import type { Page, PageRef } from '../model/structs/page';
import type { SkBuff } from '../model/structs/sk_buff';
import type { World } from '../model/world/world';
import type { Invariant } from './invariant';
import { FRAG_LIST_MAX } from './walk/walk';

export const NO_USE_AFTER_FREE: Invariant = {
  name: 'no-use-after-free',
  statement: 'nothing that is alive, and no name, reaches an object that was freed',
  source: 'kfree_skbmem, skb_free_head, put_page (6.1 and 6.12)',
  check(world, walk) {
    checkNames(world);
    for (const page of walk.pages) checkOwner(world, page);
    for (const skb of world.skbs) checkReached(world, skb);
    return world.names.length + world.skbs.length;
  },
};

export function checkNames(world: World): void {
  for (const { object } of world.skbNames) {
    const skb = object as SkBuff;
    if (skb.freed) world.violate('no-use-after-free', 'skb', `a name still holds skb#${skb.id}, which is free`);
    if (skb.next !== null) checkSegments(world, skb, skb.next);
  }
  for (const { object } of world.pageNames) {
    const { page } = object as PageRef;
    if (page.freed) world.violate('no-use-after-free', 'page', `a name still holds page#${page.id}, which is free`);
  }
}

/** Dropping a pool's page dereferences page->pp. */
export function checkOwner(world: World, page: Page): void {
  if (page.freed || !page.ppSignature || page.pp === null || !page.pp.freed) return;
  world.violate('no-use-after-free', 'pool', `page#${page.id} is held, and its pool#${page.pp.id} is free`);
}

function checkSegments(world: World, leader: SkBuff, first: SkBuff): void {
  for (let skb: SkBuff | null = first, n = 0; skb !== null && n < FRAG_LIST_MAX; skb = skb.next, n++) {
    if (skb.freed)
      world.violate(
        'no-use-after-free',
        'skb',
        `the list of segments behind skb#${leader.id} reaches skb#${skb.id}, which is free`,
      );
  }
}

export function checkReached(world: World, skb: SkBuff): void {
  const data = skb.data;
  if (data.freed) world.violate('no-use-after-free', 'skb', `skb#${skb.id} uses a head that is free`);
  if (data.page !== null && data.page.freed)
    world.violate('no-use-after-free', 'page', `the head of skb#${skb.id} is in page#${data.page.id}, which is free`);
  for (let i = 0; i < data.nrFrags; i++) {
    if (data.frags[i].page.freed)
      world.violate(
        'no-use-after-free',
        'page',
        `frag ${i} of skb#${skb.id} is page#${data.frags[i].page.id}, which is free`,
      );
  }
  for (let member = data.fragList, n = 0; member !== null && n < FRAG_LIST_MAX; member = member.next, n++) {
    if (member.freed)
      world.violate(
        'no-use-after-free',
        'skb',
        `the frag_list of skb#${skb.id} reaches skb#${member.id}, which is free`,
      );
  }
}
