import type { Condition } from './condition';

/** Of the invocations that fulfil the condition, at most this share is of clean programs: else it tells too little. */
const CLEAN_SHARE_MAX = 0.1;
/** Clean invocations at least, each of which arguments alone have to tell from the finding. */
const ORDINARY_MIN = 30;

/**
 * Whether a condition tells a finding from clean calls: an invocation that fulfils it is hardly ever a clean one.
 * @param guiltyPrograms - programs that show the finding and fulfil it
 */
export function tellsApart({
  alike,
  guiltyPrograms,
  ordinary,
  hasLine,
}: Pick<Condition, 'alike' | 'ordinary' | 'hasLine'> & { readonly guiltyPrograms: number }): boolean {
  return hasLine ? alike <= CLEAN_SHARE_MAX * (alike + guiltyPrograms) : alike === 0 && ordinary >= ORDINARY_MIN;
}
