import type { CampaignReport, LaneReport } from '../../campaign/campaign_types';
import { COMMANDS } from '../../commands/registry';
import { INVARIANTS } from '../../invariants/registry';

/** A command over all lanes of a campaign, with every outcome that it has. */
export interface CommandRow {
  readonly name: string;
  readonly system: string;
  readonly executed: number;
  readonly skipped: number;
  /** In the order of the command's outcomes; 0 means never reached. */
  readonly outcomes: readonly (readonly [name: string, count: number])[];
}

export interface InvariantRow {
  readonly name: string;
  readonly statement: string;
  readonly evaluations: number;
}

/**
 * By name: the commands that the searched lanes can call, with the outcomes that each can have there. What cannot
 * happen is no gap of the search.
 */
export type Reachable = ReadonlyMap<string, ReadonlySet<string>>;

/** The most executed first. A count of 0 means that the search missed something that it could reach. */
export function commandRows(report: CampaignReport, reachable: Reachable): CommandRow[] {
  const sums = new Map<string, { executed: number; skipped: number; outcomes: Map<string, number> }>();
  const sumOf = (name: string) => {
    const sum = sums.get(name) ?? { executed: 0, skipped: 0, outcomes: new Map<string, number>() };
    sums.set(name, sum);
    return sum;
  };
  for (const [name, outcomes] of reachable) for (const outcome of outcomes) sumOf(name).outcomes.set(outcome, 0);
  for (const { commandCounts } of report.lanes)
    for (const [name, counts] of Object.entries(commandCounts)) {
      // Settling a program calls commands that are not of the scenario, such as those that release its objects.
      if (counts.executed === 0 && !sums.has(name)) continue;
      const sum = sumOf(name);
      sum.executed += counts.executed;
      sum.skipped += counts.skipped;
      for (const [outcome, count] of Object.entries(counts.outcomes))
        if (count > 0) sum.outcomes.set(outcome, (sum.outcomes.get(outcome) ?? 0) + count);
    }
  const systems = new Map<string, string>(COMMANDS.map(({ name, system }) => [name, system]));
  return [...sums]
    .map(([name, { executed, skipped, outcomes }]) => ({
      name,
      system: systems.get(name) ?? '',
      executed,
      skipped,
      outcomes: [...outcomes],
    }))
    .sort((a, b) => b.executed - a.executed || (a.name < b.name ? -1 : 1));
}

/** In the order of checking; one that no lane evaluated has 0. */
export function invariantRows({ lanes }: CampaignReport): InvariantRow[] {
  const sums = new Map(INVARIANTS.map(({ name }) => [name, 0]));
  for (const { invariants } of lanes)
    for (const [name, count] of Object.entries(invariants)) sums.set(name, (sums.get(name) ?? 0) + count);
  const statements = new Map(INVARIANTS.map(({ name, statement }) => [name, statement]));
  return [...sums].map(([name, evaluations]) => ({ name, statement: statements.get(name) ?? '', evaluations }));
}

export function findingsOf({ findings }: CampaignReport, { lane }: LaneReport): number {
  return findings.filter((finding) => finding.lane.id === lane.id).length;
}
