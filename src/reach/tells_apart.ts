import type { FoundCondition } from './find_condition';

/** Of the invocations that fulfil the condition, at most this share is of clean programs: else it tells too little. */
const CLEAN_SHARE_MAX = 0.1;
/** Without a line, arguments have to tell the finding from so many clean invocations, each of them. */
const ORDINARY_MIN = 30;

/** Whether a condition tells a finding from clean calls: an invocation that fulfils it is hardly ever a clean one. */
export function tellsApart({
  alike,
  guiltyPrograms,
  ordinary,
  hasLine,
}: Pick<FoundCondition, 'alike' | 'guiltyPrograms' | 'ordinary' | 'hasLine'>): boolean {
  return hasLine ? alike <= CLEAN_SHARE_MAX * (alike + guiltyPrograms) : alike === 0 && ordinary >= ORDINARY_MIN;
}
