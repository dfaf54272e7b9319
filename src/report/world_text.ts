import type { DmaMapping, Page, PageRef } from '../model/structs/page';
import {
  SKBFL_MANAGED_FRAG_REFS,
  SKBFL_SHARED_FRAG,
  SKBFL_ZEROCOPY_ENABLE,
  type SkBuff,
} from '../model/structs/sk_buff';
import type { PagePool } from '../model/structs/page_pool';
import type { Sock } from '../model/structs/sock';
import type { Uarg } from '../model/structs/uarg';
import type { SystemObject } from '../model/world/systems';
import type { World } from '../model/world/world';
import { systemText } from './world_text_systems';

/**
 * The world in a few lines: who holds which page.
 *
 * @param world - any moment of a run
 * @param names - by handle number: the program's names
 */
export function worldLines(world: World, names: readonly string[]): string[] {
  const lines: string[] = [];
  const pages = new Set<Page>();
  world.handles.forEach((handle, id) => {
    if (handle === null) return;
    const name = names[id] ?? `#${id}`;
    switch (handle.kind) {
      case 'skb':
        lines.push(`${name}: ${skbText(handle.object as SkBuff, pages)}`);
        break;
      case 'page': {
        const ref = handle.object as PageRef;
        pages.add(ref.page);
        lines.push(
          `${name}: page#${ref.page.id} [${ref.offset}, ${ref.offset + ref.size}) by a ${ref.ofPool ? 'pool' : 'page'} reference`,
        );
        break;
      }
      case 'pool':
        lines.push(`${name}: ${poolText(handle.object as PagePool)}`);
        break;
      case 'sock':
        lines.push(
          `${name}: sk_wmem_alloc ${(handle.object as Sock).wmemAlloc}, sk_rmem_alloc ${(handle.object as Sock).rmemAlloc}`,
        );
        break;
      case 'uarg':
        lines.push(
          `${name}: refcnt ${(handle.object as Uarg).refcnt}, completed ${(handle.object as Uarg).completions} times`,
        );
        break;
      case 'mapping':
        pages.add((handle.object as DmaMapping).page);
        lines.push(`${name}: page#${(handle.object as DmaMapping).page.id}`);
        break;
      case 'device':
      case 'frag_cache':
        break;
      default:
        lines.push(`${name}: ${systemText(handle.kind, handle.object as SystemObject, pages)}`);
    }
  });
  for (const page of pages) lines.push(pageText(page));
  return lines;
}

function skbText(skb: SkBuff, pages: Set<Page>): string {
  if (skb.freed) return `skb#${skb.id} is free`;
  const data = skb.data;
  const marks = [
    skb.cloned ? 'cloned' : '',
    skb.nohdr ? 'nohdr' : '',
    skb.headFrag ? 'head_frag' : '',
    skb.ppRecycle ? 'pp_recycle' : '',
    skb.memInfo !== null ? `mem_info pool#${skb.memInfo.id}` : '',
    (data.flags & SKBFL_ZEROCOPY_ENABLE) !== 0 ? 'zerocopy' : '',
    (data.flags & SKBFL_MANAGED_FRAG_REFS) !== 0 ? 'managed' : '',
    (data.flags & SKBFL_SHARED_FRAG) !== 0 ? 'shared_frag' : '',
  ].filter((mark) => mark !== '');
  const parts = [
    `skb#${skb.id} len ${skb.len} data_len ${skb.dataLen} truesize ${skb.truesize} users ${skb.users} dataref ${data.dataref & 0xffff}`,
  ];
  if (marks.length > 0) parts.push(marks.join(' '));
  if (data.page !== null) {
    pages.add(data.page);
    parts.push(`head page#${data.page.id}`);
  }
  for (let i = 0; i < data.nrFrags; i++) {
    pages.add(data.frags[i].page);
    parts.push(`frag page#${data.frags[i].page.id}+${data.frags[i].offset}:${data.frags[i].size}`);
  }
  for (let member = data.fragList, n = 0; member !== null && n < 16; member = member.next, n++)
    parts.push(`frag_list skb#${member.id} len ${member.len}`);
  return parts.join(', ');
}

function poolText(pool: PagePool): string {
  const pending = pool.releasePending ? ', destroyed, waits for its pages' : '';
  return `pool#${pool.id} hold ${pool.holdCnt} release ${pool.releaseCnt}, cache ${pool.cache.length}, ring ${pool.ring.length}${pending}`;
}

function pageText(page: Page): string {
  if (page.freed) return `  page#${page.id}: in the page allocator`;
  const owner =
    page.ppSignature && page.pp !== null ? `, of pool#${page.pp.id} with ${page.ppRefCount} pool users` : '';
  const rests = page.poolSlots > 0 ? ', rests in its pool' : '';
  return `  page#${page.id}: refcount ${page.refcount}${owner}${rests}${page.mappings > 0 ? ', mapped' : ''}`;
}
