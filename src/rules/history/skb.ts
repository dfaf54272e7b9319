import type { SkbRules } from '../skb_rules';
import { always, changed, type Histories } from './history';

export const SKB_HISTORY: Histories<SkbRules> = {
  smallHeadCache: changed(false, { value: true, since: '6.3', source: 'kmalloc_reserve: skb_small_head_cache' }),
  napiSmallPageFrag: changed(true, {
    value: false,
    since: '6.14',
    source: 'napi_alloc_skb: no page_frag_alloc_1k; revert of "net: skb: introduce and use a single page frag cache"',
  }),
  uncloneLeavesSmallHeads: changed(
    false,
    {
      value: true,
      since: '6.3',
      source: '__skb_unclone_keeptruesize: "bpf and inline-data heads" of SKB_SMALL_HEAD_HEADROOM keep their end',
    },
    { value: false, since: { after: '6.19', by: '7.2' }, source: 'skb_kfree_head just calls kfree' },
  ),
  copyHeaderCopiesRecycle: always(false),
  copyHeaderCopiesHeadFrag: always(false),
  releaseClearsRecycleOfSharer: always(true),
  dropsIgnoreRecycle: always('nowhere'),
  shiftMayMeetRecycled: always(false),
  coalesceRequiresSameRecycle: always(true),
  coalesceTakesCloneForPlain: always(false),
  coalesceRefusesClonedRecycle: changed(
    false,
    {
      value: true,
      since: '6.3',
      commit: '0646dc31ca88',
      backports: { '6.1': '6.1.25' },
      source: 'skbuff: Fix a race between coalescing and releasing SKBs',
    },
    {
      value: false,
      since: '6.8',
      commit: 'f7dc3248dcfb',
      source: 'skbuff: Optimization of SKB coalescing for page pool',
    },
  ),
  coalesceTakesPoolReferences: changed(false, {
    value: true,
    since: '6.8',
    commit: 'f7dc3248dcfb',
    source: 'skbuff: Optimization of SKB coalescing for page pool',
  }),
  coalesceRequiresSameReadable: always(true),
  copyHeaderCopiesUnreadable: always(true),
  pullRefusesUnreadable: always(true),
  releaseDataIsAtomic: always(true),
  coalesceDelta: always('exact'),
  expandHeadAdjustsTruesize: always('unowned'),
  uncloneKeepsEndOffset: always(true),
  shiftKeepsTruesize: always(true),
  tinyHeadsAvoidPageFrag: always(true),
  trimCondenses: always('unowned'),
  partialFreeReleasesHeadState: always(true),
  expandHeadTakesUargReference: always(true),
};
