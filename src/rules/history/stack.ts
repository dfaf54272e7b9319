import type { StackRules } from '../stack_rules';
import { always, changed, type Histories } from './history';

export const STACK_HISTORY: Histories<StackRules> = {
  trimHeadEatsLinear: changed(true, { value: false, since: { after: '6.1', by: '6.12' }, source: 'TODO' }),
  trimHeadKeepsHeadCharge: always(true),
  filterRestoresSkBeforeTrim: always(true),
  orphanPartialKeepsTruesize: always(true),
  fragmentMovesTruesize: always(true),
  reassemblyChargesSum: always(true),
  reassemblyKeepsSk: always(true),
  llcSendsClone: always(true),
  deferFreeOrphansBefore: always(true),
  filterReturnsError: changed(true, { value: false, since: { after: '6.12', by: '7.3' }, source: 'TODO' }),
};
