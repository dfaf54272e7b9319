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
  segmentListUnclones: changed(false, {
    value: true,
    since: '6.5',
    commit: 'c329b261afe7',
    backports: { '6.1': '6.1.40', '6.4': '6.4.5' },
    source: 'net: prevent skb corruption on frag list segmentation (CVE-2023-54094)',
  }),
  segmentListForksShared: always(true),
  segmentListTakesTruesize: changed(true, {
    value: false,
    since: '6.19',
    commit: '238e03d04662',
    backports: { '6.18': '6.18.6', '6.12': '6.12.66', '6.1': '6.1.161' },
    source: 'net: fix memory leak in skb_segment_list for GRO packets (CVE-2026-22979)',
  }),
  pullMarksDodgy: always(true),
  copyRefusesFraglist: changed(false, {
    value: true,
    since: '6.9',
    commit: 'd091e579b864',
    backports: { '6.1': '6.1.91', '6.8': '6.8.10' },
    source: 'net: core: reject skb_copy(_expand) for fraglist GSO skbs (CVE-2024-36929)',
  }),
  kcmUnlinksEmpty: changed(false, {
    value: true,
    since: '7.0',
    commit: 'ca220141fa8e',
    backports: { '6.12': '6.12.75', '6.1': '6.1.191' },
    source: 'kcm: fix zero-frag skb in frag_list on partial sendmsg error (CVE-2026-43244)',
  }),
  udpPartialStatesWhole: changed(true, {
    value: false,
    since: '7.1',
    backports: { '7.0': '7.0.11' },
    source: 'udp: Fix UDP length on last GSO_PARTIAL segment',
  }),
};
