import type { ReduceProgress } from '../../reduce/reduce';
import { count, plural } from '../figures';

/**
 * The progress of a reduction as half a line.
 *
 * @param calls - of the program as it was found
 * @param left_ms - until its end; Infinity: no limit
 */
export function reducingText(calls: number, progress: ReduceProgress, left_ms: number): string {
  const done = `reducing ${plural(calls, 'command')} to ${progress.calls}, ${plural(progress.executions, 'execution')}`;
  return left_ms === Infinity ? done : `${done}, ${count(Math.ceil(left_ms / 1000))} s left`;
}
