import type { MvnetaRules } from './mvneta_rules';
import type { GroRules } from './gro_rules';
import type { PagePoolRules } from './page_pool_rules';
import type { Rfc2018Rules } from './rfc_2018_rules';
import type { SegmentRules } from './segment_rules';
import type { SkbRules } from './skb_rules';
import type { SpliceRules } from './splice_rules';
import type { StackRules } from './stack_rules';
import type { XdpRules } from './xdp_rules';
import type { XskRules } from './xsk_rules';

/**
 * Named choices that the model consults wherever kernels or designs differ. A profile is a complete
 * set; a mutant is a profile with one of them broken the way a real bug broke it.
 */
export interface Rules
  extends
    PagePoolRules,
    SkbRules,
    Rfc2018Rules,
    XdpRules,
    MvnetaRules,
    SegmentRules,
    GroRules,
    SpliceRules,
    XskRules,
    StackRules {}
