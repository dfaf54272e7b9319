import type { PageRef } from '../model/structs/page';
import { type SkBuff } from '../model/structs/sk_buff';
import type { World } from '../model/world/world';
import type { Invariant } from './invariant';
import { FRAG_LIST_MAX } from './walk/walk';
import { skbHeadlen } from '../model/net/core/skbuff/skbuff_inlines';

export const GEOMETRY: Invariant = {
  name: 'geometry',
  statement:
    'len = headlen + frags + frag_list, bounds hold, skb_shared_info lies inside its buffer, frag_list members ' +
    'are well formed',
  source: 'struct sk_buff in include/linux/skbuff.h, skb_over_panic, skb_under_panic (6.1 and 6.12)',
  check(world, _walk, everything) {
    const skbs = everything ? world.skbs : world.touchedSkbs;
    let checked = world.pageNames.length;
    checkRegions(world);
    for (const skb of skbs) {
      if (skb.freed || skb.data.freed) continue;
      checked++;
      checkGeometry(world, skb);
    }
    return checked;
  },
};

/** The fragment that a name of the program holds is inside its page. */
export function checkRegions(world: World): void {
  for (const { object } of world.pageNames) {
    const { page, offset, size, ofPool, ofUser } = object as PageRef;
    const pageBytes = world.abi.pageSize << page.order;
    if (offset < 0 || offset + size > pageBytes)
      world.violate(
        'geometry',
        'page',
        `a fragment covers [${offset}, ${offset + size}) of page#${page.id}, which has ${pageBytes} bytes`,
      );
    // The skb_shared_info that build_skb puts into a fragment has atomic counters. A user reads at any byte.
    if (ofPool && ofUser !== true && offset % world.abi.ppFragAlign !== 0)
      world.violate('geometry', 'page', `a fragment of a pool starts at byte ${offset} of page#${page.id}, unaligned`);
  }
}

export function checkGeometry(world: World, skb: SkBuff): void {
  checkHead(world, skb);
  checkPaged(world, skb);
}

function checkHead(world: World, skb: SkBuff): void {
  const data = skb.data;
  if (skb.dataOffset < 0 || skb.dataOffset > skb.tail || skb.tail > data.end) {
    world.violate(
      'geometry',
      'skb',
      `skb#${skb.id}: data at ${skb.dataOffset}, tail at ${skb.tail}, end at ${data.end} are out of order`,
    );
  }
  if (skbHeadlen(skb) !== skb.tail - skb.dataOffset) {
    world.violate(
      'geometry',
      'skb',
      `skb#${skb.id}: headlen is ${skbHeadlen(skb)}, but ${skb.tail - skb.dataOffset} bytes lie between data and tail`,
    );
  }
  checkHeadInMemory(world, skb);
  const bufferSize = data.bufferSize !== 0 ? data.bufferSize : data.allocSize;
  if (data.end + world.abi.sharedInfoSize > bufferSize) {
    world.violate(
      'geometry',
      'skb',
      `skb#${skb.id}: skb_shared_info at ${data.end} spills over its buffer of ${bufferSize} bytes`,
    );
  }
}

/** The head begins within the buffer that a driver received into, and within its page. */
function checkHeadInMemory(world: World, skb: SkBuff): void {
  const { page, head, bufferStart } = skb.data;
  if (page === null || page.address < 0) return;
  const start = Math.max(bufferStart, page.address);
  if (head >= start && head < page.address + (world.abi.pageSize << page.order)) return;
  world.violate(
    'geometry',
    'skb',
    `skb#${skb.id}: its head begins ${head - page.address} bytes into page#${page.id}, its memory at ` +
      `${start - page.address}`,
  );
}

function checkPaged(world: World, skb: SkBuff): void {
  const data = skb.data;
  let paged = 0;
  if (data.nrFrags > world.abi.maxSkbFrags)
    world.violate(
      'geometry',
      'skb',
      `skb#${skb.id} has ${data.nrFrags} frags, MAX_SKB_FRAGS is ${world.abi.maxSkbFrags}`,
    );
  for (let i = 0; i < data.nrFrags; i++) {
    const frag = data.frags[i];
    paged += frag.size;
    if (skb.unreadable && !frag.page.netIov)
      world.violate('geometry', 'skb', `skb#${skb.id}: frag ${i} is a page, in an skb of net_iovs`);
    if (frag.page.netIov && !skb.unreadable)
      world.violate('geometry', 'skb', `skb#${skb.id}: frag ${i} is a net_iov, but the skb says that it is readable`);
    const pageBytes = world.abi.pageSize << frag.page.order;
    if (frag.offset < 0 || frag.size < 0 || frag.offset + frag.size > pageBytes) {
      world.violate(
        'geometry',
        'skb',
        `skb#${skb.id}: frag ${i} covers [${frag.offset}, ${frag.offset + frag.size}) of a page of ${pageBytes} bytes`,
      );
    }
  }
  checkBuffers(world, skb);
  let members = 0;
  for (let member = data.fragList; member !== null; member = member.next) {
    if (member === skb || ++members > FRAG_LIST_MAX) {
      world.violate('geometry', 'skb', `the frag_list of skb#${skb.id} is a cycle`);
      return;
    }
    if (member.len === 0)
      world.violate('geometry', 'skb', `skb#${skb.id} has skb#${member.id} in its frag_list, which is empty`);
    paged += member.len;
  }
  if (paged !== skb.dataLen) {
    world.violate(
      'geometry',
      'skb',
      `skb#${skb.id}: data_len is ${skb.dataLen}, but frags and frag_list hold ${paged} bytes`,
    );
  }
}

/** A frag that an XDP program made larger still ends in its own buffer. */
function checkBuffers(world: World, skb: SkBuff): void {
  const { frags, nrFrags } = skb.data;
  for (let i = 0; i < nrFrags; i++) {
    const { offset, size, bufferEnd } = frags[i];
    if (bufferEnd === 0 || offset + size <= bufferEnd) continue;
    world.violate(
      'geometry',
      'skb',
      `skb#${skb.id}: frag ${i} covers [${offset}, ${offset + size}), its buffer ends at ${bufferEnd}`,
    );
  }
}
