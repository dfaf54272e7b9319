import { countText } from '../../model/world/count_text';
import type { DmaMapping, Page, PageRef } from '../../model/structs/page';
import type { PagePool } from '../../model/structs/page_pool';
import {
  SKBFL_MANAGED_FRAG_REFS,
  SKBFL_SHARED_FRAG,
  SKBFL_ZEROCOPY_ENABLE,
  type SkBuff,
} from '../../model/structs/sk_buff';
import type { Sock } from '../../model/structs/sock';
import type { Uarg } from '../../model/structs/uarg';
import { plural } from '../figures';
import { pageName } from './parts';

/** A longer frag_list, which may be a cycle, is cut here. */
const MEMBERS_MAX = 16;

export function skbText(skb: SkBuff, pages: Set<Page>): string {
  if (skb.freed) return `skb#${skb.id} is freed`;
  const { data } = skb;
  const lengths = `len ${skb.len} data_len ${skb.dataLen} truesize ${skb.truesize}`;
  const parts = [`skb#${skb.id} ${lengths} users ${skb.users} dataref ${data.dataref & 0xffff}`];
  const marks = marksOf(skb);
  if (marks.length > 0) parts.push(marks.join(' '));
  if (data.page !== null) parts.push(`head ${pageName(data.page, pages)}`);
  for (let i = 0; i < data.nrFrags; i++) {
    const { page, offset, size } = data.frags[i];
    parts.push(`frag ${pageName(page, pages)}+${offset}:${size}`);
  }
  for (let member = data.fragList, n = 0; member !== null && n < MEMBERS_MAX; member = member.next, n++)
    parts.push(`frag_list skb#${member.id} len ${member.len}`);
  return parts.join(', ');
}

function marksOf({ cloned, nohdr, headFrag, ppRecycle, memInfo, data }: SkBuff): string[] {
  return [
    cloned ? 'cloned' : '',
    nohdr ? 'nohdr' : '',
    headFrag ? 'head_frag' : '',
    ppRecycle ? 'pp_recycle' : '',
    memInfo !== null ? `mem_info pool#${memInfo.id}` : '',
    (data.flags & SKBFL_ZEROCOPY_ENABLE) !== 0 ? 'zerocopy' : '',
    (data.flags & SKBFL_MANAGED_FRAG_REFS) !== 0 ? 'managed' : '',
    (data.flags & SKBFL_SHARED_FRAG) !== 0 ? 'shared_frag' : '',
  ].filter((mark) => mark !== '');
}

export function pageRefText({ page, offset, size, ofPool }: PageRef, pages: Set<Page>): string {
  const reference = ofPool ? 'pool' : 'page';
  return `${pageName(page, pages)} [${offset}, ${offset + size}) by a ${reference} reference`;
}

export function poolText(pool: PagePool): string {
  const pending = pool.releasePending ? ', destroyed, waits for its pages' : '';
  const counts = `hold ${pool.holdCnt} release ${pool.releaseCnt}`;
  return `pool#${pool.id} ${counts}, cache ${pool.cache.length}, ring ${pool.ring.length}${pending}`;
}

export function sockText({ wmemAlloc, rmemAlloc }: Sock): string {
  return `sk_wmem_alloc ${wmemAlloc}, sk_rmem_alloc ${rmemAlloc}`;
}

export function uargText({ refcnt, completions }: Uarg): string {
  return `refcnt ${refcnt}, ${plural(completions, 'completion')}`;
}

export function mappingText({ page }: DmaMapping, pages: Set<Page>): string {
  return pageName(page, pages);
}

export function pageText(page: Page): string {
  if (page.freed) return `page#${page.id}: in the page allocator`;
  const owner =
    page.ppSignature && page.pp !== null ? `, of pool#${page.pp.id} with ${countText(page.ppRefCount)} pool users` : '';
  const rests = page.poolSlots > 0 ? ', rests in its pool' : '';
  return `page#${page.id}: refcount ${countText(page.refcount)}${owner}${rests}${page.mappings > 0 ? ', mapped' : ''}`;
}
