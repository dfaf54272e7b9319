import type { GroRules } from '../gro_rules';
import { always, changed, type Histories } from './history';

export const GRO_HISTORY: Histories<GroRules> = {
  groRequiresSameRecycle: always(true),
  groRefusesZcopy: always(true),
  groMayReceiveCloned: always('none'),
  groChainClearsSk: always(true),
  groListChecksPull: changed(false, { value: true, since: { after: '6.1', by: '6.12' }, source: 'TODO' }),
  groChainRefusesLongLinear: changed(false, { value: true, since: { after: '6.1', by: '6.12' }, source: 'TODO' }),
  groChainsSplittable: changed(false, { value: true, since: { after: '6.1', by: '6.12' }, source: 'TODO' }),
  groResetsTruesize: always(true),
  groStolenHeadOrphans: always(true),
  napiDelWithRxList: always(false),
  groTruesizeDelta: always('exact'),
  groChargesLast: always(true),
  groPropagatesSharedFrag: always('both'),
  groPullPutsEmptyFrag: always(true),
  groFlushByPair: changed(false, { value: true, since: { after: '6.1', by: '6.12' }, source: 'TODO' }),
  groFrag0IsLinear: changed(false, { value: true, since: { after: '6.1', by: '6.12' }, source: 'TODO' }),
  groTcpFraglist: changed(false, { value: true, since: { after: '6.1', by: '6.12' }, source: 'TODO' }),
  groBigIpv4: changed(false, { value: true, since: { after: '6.1', by: '6.12' }, source: 'TODO' }),
  groFixedIdNeedsDf: changed(true, { value: false, since: { after: '6.12', by: '7.3' }, source: 'TODO' }),
  groMergesCwr: changed(false, { value: true, since: { after: '6.12', by: '7.3' }, source: 'TODO' }),
};
