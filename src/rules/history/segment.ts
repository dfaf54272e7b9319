import type { SegmentRules } from '../segment_rules';
import { always, changed, type Histories } from './history';

export const SEGMENT_HISTORY: Histories<SegmentRules> = {
  segmentChecksMembers: always('all'),
  segmentOrphansFrags: always(true),
  segmentTakesUargReference: always(true),
  segmentKeepsSharedFrag: always(true),
  segmentCountsGrowthTwice: always(true),
  segmentSwapsTruesize: always(true),
  gsoCorrectsCharge: always('both'),
  segmentListUnclones: always(true),
  segmentListForksShared: always(true),
  segmentListTakesTruesize: always(false),
  pullMarksDodgy: always(true),
  copyRefusesFraglist: always(true),
  kcmUnlinksEmpty: always(true),
  udpPartialStatesWhole: changed(true, { value: false, since: { after: '6.12', by: '7.3' }, source: 'TODO' }),
};
