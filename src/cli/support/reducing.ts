import type { ReduceProgress } from '../../reduce/reduce';
import { reducingText } from '../../report/hints/reducing_text';
import type { TimeLimit } from '../../search/time_limit';
import type { StatusLine } from './status_line';

/** The limit of one reduction. */
export interface Reducing {
  readonly time: TimeLimit;
  /** Asked before each execution. It also tells the user how far the reduction is. */
  readonly isOver: (progress: ReduceProgress) => boolean;
}

/**
 * @param where - what the status line begins with: a scenario and its target, or a file
 * @param calls - of the program as it was found
 */
export function reducingUntil(time: TimeLimit, status: StatusLine, where: string, calls: number): Reducing {
  const isOver = (progress: ReduceProgress): boolean => {
    status.update(() => `${where}: ${reducingText(calls, progress, time.left_ms)}`);
    return time.isOver();
  };
  return { time, isOver };
}
