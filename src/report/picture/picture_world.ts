import type { Device } from '../../model/structs/device';
import type { DmaMapping, Page, PageRef } from '../../model/structs/page';
import type { PageFragCache } from '../../model/structs/page_frag_cache';
import type { PagePool } from '../../model/structs/page_pool';
import {
  DESTRUCTOR_SOCK_EFREE,
  DESTRUCTOR_SOCK_RFREE,
  SKBFL_MANAGED_FRAG_REFS,
  SKBFL_SHARED_FRAG,
  SKBFL_ZEROCOPY_ENABLE,
  type SkbData,
  type SkBuff,
} from '../../model/structs/sk_buff';
import type { Ranges } from '../../model/lib/ranges';
import type { Sock } from '../../model/structs/sock';
import type { SystemObject } from '../../model/world/systems';
import type { Uarg } from '../../model/structs/uarg';
import type { Handle, World } from '../../model/world/world';
import { Described, type Picture } from './picture';
import { describeSystem, describeSystems } from './picture_systems';

/** A frag_list longer than this is a cycle. */
const MEMBERS_MAX = 1024;
const FCLONES = ['', 'fclone orig', 'fclone clone'];
const DIRECTIONS = ['bidirectional', 'to_device', 'from_device'];

/**
 * Everything that exists at one moment, to be drawn.
 *
 * @param world - any moment of a run
 * @param names - by handle number: the program's names
 */
export function pictureOf(world: World, names: readonly string[]): Picture {
  const picture = new Map<string, Described>();
  const at = (key: string): Described => {
    let object = picture.get(key);
    if (object === undefined) picture.set(key, (object = new Described()));
    return object;
  };
  for (const sock of world.socks) describeSock(at(`sock#${sock.id}`), sock);
  for (const uarg of world.uargs) describeUarg(at(`uarg#${uarg.id}`), uarg);
  for (const handle of world.names) describeHandle(at, handle, names[handle.id] ?? `#${handle.id}`);
  if (world.systems.live > 0) describeSystems(at, world.systems);
  for (const { skb } of world.systems.deferred) at(`skb#${skb.id}`).field('deferred', true);
  for (const skb of world.skbs) describeSkb(at(`skb#${skb.id}`), skb);
  for (const data of world.datas) describeData(at(`data#${data.id}`), data);
  for (const page of world.pages) describePage(at(`page#${page.id}`), page, world);
  for (const pool of world.pools) describePool(at, pool);
  for (const cache of world.fragCaches) describeFragCache(at(`frag_cache#${cache.id}`), cache);
  if (world.napiFragCache !== null)
    describeFragCache(at(`frag_cache#${world.napiFragCache.id}`).field('napi_alloc_cache', true), world.napiFragCache);
  for (const device of world.devices) describeDevice(at(`device#${device.id}`), device);
  return picture;
}

/** Whom a name holds. */
function describeHandle(at: (key: string) => Described, { kind, object }: Handle, name: string): void {
  switch (kind) {
    case 'page': {
      const { page, offset, size, ofPool } = object as PageRef;
      at(`page#${page.id}`).names.push(`${name} [${offset}, ${offset + size})${ofPool ? ' of the pool' : ''}`);
      break;
    }
    case 'mapping':
      at(`page#${(object as DmaMapping).page.id}`).names.push(`${name} (mapping)`);
      break;
    case 'skb':
    case 'pool':
    case 'device':
    case 'sock':
    case 'uarg':
    case 'frag_cache':
      at(`${kind}#${(object as { id: number }).id}`).names.push(name);
      break;
    default: {
      const described = at(`${kind}#${(object as SystemObject).id}`);
      described.names.push(name);
      // An object of a system that is gone is in no list any more, but its name still leads there.
      if ((object as SystemObject).freed) describeSystem(described, kind, object as SystemObject);
    }
  }
}

function describeSock(described: Described, sock: Sock): void {
  described
    .field('sk_wmem_alloc', sock.wmemAlloc)
    .field('sk_rmem_alloc', sock.rmemAlloc)
    .field('sk_refcnt', sock.refcnt === 1 ? undefined : sock.refcnt)
    .count('sk_wmem_queued', sock.wmemQueued)
    .count('sk_mem_charge', sock.memCharged);
  if (sock.frag.page !== null) described.edge('sk_frag', `page#${sock.frag.page.id}`);
  for (const skb of sock.errorQueue) described.edge('sk_error_queue', `skb#${skb.id}`);
  for (const skb of sock.writeQueue) described.edge('sk_write_queue', `skb#${skb.id}`);
}

function describeUarg(described: Described, uarg: Uarg): void {
  described.field('refcnt', uarg.refcnt).count('completions', uarg.completions).field('completed', uarg.completed);
  if (uarg.sk !== null) described.edge('sk', `sock#${uarg.sk.id}`);
  for (const page of uarg.pinned) described.edge('pins', `page#${page.id}`);
}

function describeSkb(described: Described, skb: SkBuff): void {
  described
    .field('len', skb.len)
    .field('data_len', skb.dataLen)
    .field('truesize', skb.truesize)
    .field('users', skb.users)
    .field('cloned', skb.cloned)
    .field('nohdr', skb.nohdr)
    .field('head_frag', skb.headFrag)
    .field('pp_recycle', skb.ppRecycle)
    .field('pfmemalloc', skb.pfmemalloc)
    .field('mem_info', skb.memInfo === null ? undefined : `pool#${skb.memInfo.id}`)
    .field(FCLONES[skb.fclone], skb.fclone !== 0);
  if ((skb.data as SkbData | null) !== null) described.edge('data', `data#${skb.data.id}`);
  if (skb.next !== null) described.edge('next', `skb#${skb.next.id}`);
  if (skb.sk === null) return;
  const receives = skb.destructor === DESTRUCTOR_SOCK_RFREE;
  const what = skb.destructor === DESTRUCTOR_SOCK_EFREE ? 'holds' : receives ? 'sk_rmem_alloc' : 'sk_wmem_alloc';
  described.heldBy(what, `sock#${skb.sk.id}`);
}

function describeData(described: Described, data: SkbData): void {
  described
    .field('dataref', data.dataref & 0xffff)
    .count('nohdr', data.dataref >> 16)
    .field('end', data.end)
    .field('kmalloc', data.page === null)
    .field('zerocopy', (data.flags & SKBFL_ZEROCOPY_ENABLE) !== 0)
    .field('managed', (data.flags & SKBFL_MANAGED_FRAG_REFS) !== 0)
    .field('shared_frag', (data.flags & SKBFL_SHARED_FRAG) !== 0)
    .count('gso_size', data.gsoSize);
  if (data.page !== null) described.edge('head', `page#${data.page.id}`);
  if (data.slab !== null) described.edge('slab', `page#${data.slab.id}`);
  const managed = (data.flags & SKBFL_MANAGED_FRAG_REFS) !== 0;
  for (let i = 0; i < data.nrFrags; i++) {
    const { page, offset, size } = data.frags[i];
    described.edge(managed ? 'managed frag' : 'frag', `page#${page.id}`, `${i}: +${offset}:${size}`);
  }
  for (let member = data.fragList, n = 0; member !== null && n < MEMBERS_MAX; member = member.next, n++)
    described.edge('frag_list', `skb#${member.id}`);
  if ((data.flags & SKBFL_ZEROCOPY_ENABLE) !== 0 && data.uarg !== null) described.edge('uarg', `uarg#${data.uarg.id}`);
}

function describePage(described: Described, page: Page, world: World): void {
  const ofPool = page.ppSignature && page.pp !== null;
  described
    .field('refcount', page.refcount)
    .count('order', page.order)
    .field('pp', ofPool ? `pool#${page.pp?.id}` : undefined)
    .field(world.rules.ppRefCountAlways ? 'pp_ref_count' : 'pp_frag_count', ofPool ? page.ppRefCount : undefined)
    .field('PP_SIGNATURE', page.ppSignature && page.pp === null)
    .field('dma_addr', page.dmaAddr === 0 ? undefined : `0x${page.dmaAddr.toString(16)}`)
    .field('mappings', page.mappings > 1 ? page.mappings : undefined)
    .field('pfmemalloc', page.pfmemalloc)
    .field('not compound', !page.compound)
    .field('per-CPU', page.perCpu)
    .field('user memory', page.user !== null)
    .field('page cache', page.file !== null)
    .field('written', page.writtenTo > page.writtenFrom ? `${page.writtenFrom}..${page.writtenTo}` : undefined)
    .field('device wrote', rangesText(page.deviceDirty));
  if (ofPool && page.poolSlots === 0) described.edge('pp', `pool#${page.pp?.id}`);
  const { mapping } = page;
  if (page.mappings > 0 && mapping !== null)
    described.heldBy('maps', `device#${mapping.device.id}`, DIRECTIONS[mapping.direction]);
}

/** `0..64 128..192`: bytes that were not synced for the CPU since. */
function rangesText(ranges: Ranges): string {
  const parts: string[] = [];
  for (let i = 0; i + 1 < ranges.length; i += 2) parts.push(`${ranges[i]}..${ranges[i + 1]}`);
  return parts.join(' ');
}

function describePool(at: (key: string) => Described, pool: PagePool): void {
  const key = `pool#${pool.id}`;
  const described = at(key)
    .field('hold_cnt', pool.holdCnt)
    .field('release_cnt', pool.releaseCnt)
    .field('cache', pool.cache.length)
    .field('ring', `${pool.ring.length} of ${pool.poolSize}`)
    .count('order', pool.order)
    .field('dma_map', (pool.flags & 1) !== 0)
    .field('dma_sync_dev', (pool.flags & 2) !== 0)
    .field('napi', pool.napi)
    .field('user_cnt', pool.userCnt === 1 ? undefined : pool.userCnt)
    .field('destroyed, waits for its pages', pool.releasePending);
  if (pool.device !== null) described.edge('device', `device#${pool.device.id}`);
  if (pool.fragPage !== null)
    described.edge('frag_page', `page#${pool.fragPage.id}`, `at ${pool.fragOffset}, ${pool.fragUsers} users`);
  // At the page: when one of sixty pages is taken out, sixty arrows of the pool need not be said again.
  for (const page of pool.cache) at(`page#${page.id}`).heldBy('cache', key);
  for (const page of pool.ring) at(`page#${page.id}`).heldBy('ring', key);
}

function describeFragCache(described: Described, cache: PageFragCache): void {
  described
    .field('offset', cache.offset)
    .field('pagecnt_bias', cache.pagecntBias)
    .field('pfmemalloc', cache.pfmemalloc);
  if (cache.page !== null) described.edge('page', `page#${cache.page.id}`);
}

function describeDevice(described: Described, device: Device): void {
  described
    .field('mappings', device.mappings.size)
    .count('maps', device.maps)
    .count('unmaps', device.unmaps)
    .field('gone', device.gone);
}
