import { clearList } from '../../model/lib/clear_list';
import { isSkbWmem } from '../../model/net/core/sock/sock_charge';
import { DESTRUCTOR_SOCK_RFREE, DESTRUCTOR_XSK, type SkBuff } from '../../model/structs/sk_buff';
import { SYSTEM_KINDS } from '../../model/world/kinds';
import type { World } from '../../model/world/world';
import { CORE, SYSTEMS } from '../kinds/kind_table';
import { meet, WALK, type KindWalker, type Walk } from './walk';

// A loop over all kinds of the core would call each walker indirectly, which costs 5 % of the model's rate.
const { page, mapping, skb, uarg, pool, sock, frag_cache, ...others } = CORE;
const { walk: walkPages } = page;
const { walk: walkMappings } = mapping;
const { walk: walkSkbs } = skb;
const { walk: walkUargs } = uarg;
const { walk: walkPools } = pool;
const { walk: walkSocks } = sock;
const { walk: walkFragCaches } = frag_cache;
const OTHER_WALKERS: readonly KindWalker[] = Object.values(others).map(({ walk }) => walk);
const SYSTEM_WALKERS: readonly KindWalker[] = SYSTEM_KINDS.map((kind) => SYSTEMS[kind].walk);

/**
 * Counts every reference in the world by visiting its holders: the program's names, heads and frags, frag_lists, pool
 * caches, rings and current fragments, page_frag caches, uargs, sockets, and all objects of the systems. The walk reads
 * no counter of the model.
 *
 * @param everything - also recount the slots of pool caches and rings and visit every live page. Otherwise the walk
 *   skips pages that rest in a pool and that the command did not touch.
 */
export function walkWorld(world: World, everything: boolean): Walk {
  WALK.number++;
  clearList(WALK.pages);
  WALK.meetsFreed = false;
  WALK.meetsDirty = false;
  clearCounts(world);
  for (const one of world.skbs) countOwn(one);
  walkPages(world, everything);
  walkMappings(world, everything);
  walkSkbs(world, everything);
  walkUargs(world, everything);
  walkPools(world, everything);
  walkSocks(world, everything);
  walkFragCaches(world, everything);
  for (const walk of OTHER_WALKERS) walk(world, everything);
  if (world.systems.live > 0) walkSystems(world, everything);
  if (everything) for (const page of world.pages) meet(page);
  else for (const page of world.touchedPages) meet(page);
  for (const page of WALK.pages)
    if (page.seenPoolReferences > 0 && page.ppSignature && page.pp !== null) page.pp.seenOut++;
  return WALK;
}

function walkSystems(world: World, everything: boolean): void {
  const { inOrder } = world.systems;
  for (let i = 0; i < inOrder.length; i++) if (inOrder[i].length > 0) SYSTEM_WALKERS[i](world, everything);
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

/** Counts the references that the skb itself holds. The walkers then count the skb's holders, starting at 0. */
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
