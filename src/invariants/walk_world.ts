import { clearList } from '../model/lib/clear_list';
import { isSkbWmem } from '../model/net/core/sock/sock_charge';
import type { Page } from '../model/structs/page';
import { DESTRUCTOR_SOCK_RFREE, DESTRUCTOR_XSK, type SkBuff } from '../model/structs/sk_buff';
import type { World } from '../model/world/world';
import { CORE_RECORDS, SYSTEM_RECORDS } from './kinds/kind_table';
import { meet, WALK, type KindWalker, type Walk } from './walk/walk';

const CORE_WALKERS: readonly KindWalker[] = CORE_RECORDS.map(({ walk }) => walk);
const SYSTEM_WALKERS: readonly KindWalker[] = SYSTEM_RECORDS.map(({ walk }) => walk);

/**
 * Counts every reference in the world from the holders' side: the program's names, heads and frags, frag_lists, pool
 * caches, rings and current fragments, page_frag caches, uargs, sockets, and all objects of the systems. The walk reads
 * no counter of the model.
 *
 * @param everything - also recount the slots of pool caches and rings and visit every live page. Otherwise the walk
 *   leaves out pages that rest in a pool and were not touched by the command.
 */
export function walkWorld(world: World, everything: boolean): Walk {
  WALK.number++;
  clearList(WALK.pages);
  clearList(WALK.suspects);
  WALK.meetsFreed = false;
  WALK.meetsDirty = false;
  clearCounts(world);
  for (const skb of world.skbs) countOwn(skb);
  for (const walk of CORE_WALKERS) walk(world, everything);
  if (world.systems.live > 0) for (const walk of SYSTEM_WALKERS) walk(world, everything);
  if (everything) for (const page of world.pages) meet(page);
  else for (const page of world.touchedPages) meet(page);
  for (const page of WALK.pages) {
    if (page.seenPoolReferences > 0 && page.ppSignature && page.pp !== null) page.pp.seenOut++;
    if (everything || !isPlain(page)) WALK.suspects.push(page);
  }
  return WALK;
}

function clearCounts(world: World): void {
  for (const data of world.datas) {
    data.seenDataref = 0;
    data.seenNohdr = 0;
    data.seenRecycle = false;
  }
  for (const sock of world.socks) {
    sock.seenWmem = sock.self;
    sock.seenRmem = 0;
  }
  for (const uarg of world.uargs) uarg.seenReferences = 0;
}

/** Counts what the skb itself holds. The walkers count the holders of the skb after this, from 0. */
function countOwn(skb: SkBuff): void {
  const data = skb.data;
  skb.seenUsers = 0;
  data.seenDataref++;
  if (skb.nohdr) data.seenNohdr++;
  if (skb.ppRecycle || skb.owesMark || skb.memInfo !== null) data.seenRecycle = true;
  if (skb.sk !== null) {
    if (isSkbWmem(skb) || skb.destructor === DESTRUCTOR_XSK) skb.sk.seenWmem += skb.truesize;
    else if (skb.destructor === DESTRUCTOR_SOCK_RFREE) skb.sk.seenRmem += skb.truesize;
  }
}

/** True for a live page that is no pool's and whose counts are right: no invariant about pages can fail on it. */
function isPlain(page: Page): boolean {
  return (
    !page.ppSignature &&
    !page.freed &&
    page.poolSlots === 0 &&
    page.seenPoolReferences === 0 &&
    page.refcount === page.seenReferences &&
    page.mappings === page.seenMappings
  );
}
