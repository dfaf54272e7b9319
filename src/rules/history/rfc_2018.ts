import type { Rfc2018Rules } from '../rfc_2018_rules';
import { always, type Histories } from './history';

export const RFC_2018_HISTORY: Histories<Rfc2018Rules> = {
  poolReturn: always('pp_recycle'),
  copyHeaderCopiesMemInfo: always(false),
  cloneCopiesMemInfo: always(false),
  expandHeadClearsMemInfo: always(false),
  coalesceMemInfo: always('none'),
  hasPoolFragments: always(true),
};
