import { evaluationsIn, type Counts } from '../../report/documents/counts';
import { commandCountsOf } from '../../search/command_counts';
import type { Session } from '../../session/session';

/**
 * The counts of all programs that a session has run.
 *
 * @param compared - observations of a target that were compared
 */
export function countsOfSession(session: Session, compared = 0): Counts {
  const { executed } = session;
  return {
    executed,
    skipped: Object.values(commandCountsOf(session)).reduce((total, { skipped }) => total + skipped, 0),
    evaluated: evaluationsIn(session.checker.counts()),
    compared,
    notSearched: executed === 0 ? 1 : 0,
  };
}
