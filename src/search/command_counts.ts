import type { Session } from '../session/session';

/** The number of times that a search executed and skipped a command, and the count of each outcome. */
export interface CommandCounts {
  readonly executed: number;
  readonly skipped: number;
  readonly outcomes: Readonly<Record<string, number>>;
}

/** The counts of a session, by name of the command. */
export function commandCountsOf(session: Session): Record<string, CommandCounts> {
  const counts: Record<string, CommandCounts> = {};
  for (const [name, { executed, skipped, outcomes, names }] of [...session.counts].sort(([a], [b]) =>
    a < b ? -1 : 1,
  )) {
    counts[name] = {
      executed,
      skipped,
      outcomes: Object.fromEntries(names.map((outcome, i) => [outcome, outcomes[i]])),
    };
  }
  return counts;
}
