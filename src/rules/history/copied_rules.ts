import type { RuleName } from './histories';

/**
 * Rules of functions that no module can call. kernel/ has a copy of the loop of kcm_sendmsg(), which is the same on all
 * kernels: a kernel would be asked about the copy.
 */
export const COPIED_RULES: readonly RuleName[] = ['kcmUnlinksEmpty'];
