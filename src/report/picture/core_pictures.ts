import { PP_FLAG_DMA_MAP, PP_FLAG_DMA_SYNC_DEV, type PagePool } from '../../model/structs/page_pool';
import type { Ranges } from '../../model/lib/ranges';
import type { Device } from '../../model/structs/device';
import type { Page } from '../../model/structs/page';
import type { PageFragCache } from '../../model/structs/page_frag_cache';
import {
  DESTRUCTOR_SOCK_EFREE,
  DESTRUCTOR_SOCK_RFREE,
  SKBFL_MANAGED_FRAG_REFS,
  SKBFL_SHARED_FRAG,
  SKBFL_ZEROCOPY_ENABLE,
  type SkbData,
  type SkBuff,
} from '../../model/structs/sk_buff';
import type { Sock } from '../../model/structs/sock';
import type { Uarg } from '../../model/structs/uarg';
import { countText } from '../../model/world/count_text';
import type { Described, Drawing, FieldValue } from './picture';

/** A longer frag_list, which may be a cycle, is cut here. */
const MEMBERS_MAX = 1024;
const FCLONES = ['', 'fclone orig', 'fclone clone'];
const DIRECTIONS = ['bidirectional', 'to_device', 'from_device'];

export function describeSock(described: Described, sock: Sock): void {
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

export function describeUarg(described: Described, uarg: Uarg): void {
  described.field('refcnt', uarg.refcnt).count('completions', uarg.completions).field('completed', uarg.completed);
  if (uarg.sk !== null) described.edge('sk', `sock#${uarg.sk.id}`);
  for (const page of uarg.pinned) described.edge('pins', `page#${page.id}`);
}

export function describeSkb(described: Described, skb: SkBuff): void {
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
  const how = skb.destructor === DESTRUCTOR_SOCK_EFREE ? 'holds' : receives ? 'sk_rmem_alloc' : 'sk_wmem_alloc';
  described.heldBy(how, `sock#${skb.sk.id}`);
}

export function describeData(described: Described, data: SkbData): void {
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

export function describePage(described: Described, page: Page, { world }: Drawing): void {
  const ofPool = page.ppSignature && page.pp !== null;
  described
    .field('refcount', countField(page.refcount))
    .count('order', page.order)
    .field('pp', ofPool ? `pool#${page.pp?.id}` : undefined)
    .field(
      world.rules.ppRefCountAlways ? 'pp_ref_count' : 'pp_frag_count',
      ofPool ? countField(page.ppRefCount) : undefined,
    )
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

/** A number, or the words of a count with a bias. */
function countField(count: number): FieldValue {
  const text = countText(count);
  return text === String(count) ? count : text;
}

/** `0..64 128..192`. */
function rangesText(ranges: Ranges): string {
  const parts: string[] = [];
  for (let i = 0; i + 1 < ranges.length; i += 2) parts.push(`${ranges[i]}..${ranges[i + 1]}`);
  return parts.join(' ');
}

export function describePool(described: Described, pool: PagePool, drawing: Drawing): void {
  described
    .field('hold_cnt', pool.holdCnt)
    .field('release_cnt', pool.releaseCnt)
    .field('cache', pool.cache.length)
    .field('ring', `${pool.ring.length} of ${pool.poolSize}`)
    .count('order', pool.order)
    .field('dma_map', (pool.flags & PP_FLAG_DMA_MAP) !== 0)
    .field('dma_sync_dev', (pool.flags & PP_FLAG_DMA_SYNC_DEV) !== 0)
    .field('napi', pool.napi)
    .field('user_cnt', pool.userCnt === 1 ? undefined : pool.userCnt)
    .field('destroyed, waits for its pages', pool.releasePending);
  if (pool.device !== null) described.edge('device', `device#${pool.device.id}`);
  if (pool.fragPage !== null)
    described.edge('frag_page', `page#${pool.fragPage.id}`, `at ${pool.fragOffset}, ${pool.fragUsers} users`);
  // The page has the arrow: when the pool gives out one of its pages, the arrows of the others need no repetition.
  const key = `pool#${pool.id}`;
  for (const page of pool.cache) drawing.at(`page#${page.id}`).heldBy('cache', key);
  for (const page of pool.ring) drawing.at(`page#${page.id}`).heldBy('ring', key);
}

export function describeFragCache(described: Described, cache: PageFragCache, { world }: Drawing): void {
  described
    .field('napi_alloc_cache', cache === world.napiFragCache)
    .field('offset', cache.offset)
    .field('pagecnt_bias', countField(cache.pagecntBias))
    .field('pfmemalloc', cache.pfmemalloc);
  if (cache.page !== null) described.edge('page', `page#${cache.page.id}`);
}

export function describeDevice(described: Described, device: Device): void {
  described
    .field('mappings', device.mappings.size)
    .count('maps', device.maps)
    .count('unmaps', device.unmaps)
    .field('gone', device.gone);
}
