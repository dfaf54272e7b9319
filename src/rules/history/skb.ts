import type { SkbRules } from '../skb_rules';
import { always, changed, type Histories } from './history';

export const SKB_HISTORY: Histories<SkbRules> = {
  smallHeadCache: changed(false, { value: true, since: { after: '6.1', by: '6.12' }, source: 'TODO' }),
  napiSmallPageFrag: changed(true, { value: false, since: { after: '6.12', by: '7.3' }, source: 'TODO' }),
  uncloneLeavesSmallHeads: changed(
    false,
    { value: true, since: { after: '6.1', by: '6.12' }, source: 'TODO' },
    { value: false, since: { after: '6.12', by: '7.3' }, source: 'TODO' },
  ),
  copyHeaderCopiesRecycle: always(false),
  copyHeaderCopiesHeadFrag: always(false),
  releaseClearsRecycleOfSharer: always(true),
  dropsIgnoreRecycle: always('nowhere'),
  shiftMayMeetRecycled: always(false),
  coalesceRequiresSameRecycle: always(true),
  coalesceTakesCloneForPlain: always(false),
  coalesceRefusesClonedRecycle: changed(true, { value: false, since: { after: '6.1', by: '6.12' }, source: 'TODO' }),
  coalesceTakesPoolReferences: changed(false, { value: true, since: { after: '6.1', by: '6.12' }, source: 'TODO' }),
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
