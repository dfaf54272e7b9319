/** How often a command was executed and skipped in a search, and how it ended. */
export interface CommandCounts {
  readonly executed: number;
  readonly skipped: number;
  readonly outcomes: Readonly<Record<string, number>>;
}
