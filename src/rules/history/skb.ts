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
    {
      value: false,
      since: '7.1',
      source:
        '__skb_unclone_keeptruesize: the text of its warning is in the images of 6.19.14 and 7.0.13, not in 7.1.13. ' +
        '(Heads may keep any end since "net: skb: fix cross-cache free of KFENCE-allocated skb head".)',
    },
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
