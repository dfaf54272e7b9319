import type { BisectStep } from '../../../report/documents/bisect_document';

/** The line of a source file: other releases have the same code on another one. */
const LINE = /(\.[chS]):\d+/g;

/** Whether two releases show the same: their signatures agree but for the lines of source files. */
export function showSame({ signature: one }: BisectStep, { signature: other }: BisectStep): boolean {
  return one?.replace(LINE, '$1') === other?.replace(LINE, '$1');
}
