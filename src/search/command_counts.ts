import type { Session } from '../session/session';

/** How often a command was executed and skipped in a search, and how it ended. */
export interface CommandCounts {
  readonly executed: number;
  readonly skipped: number;
  readonly outcomes: Readonly<Record<string, number>>;
}

/** What a session counted, by name of the command. */
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
