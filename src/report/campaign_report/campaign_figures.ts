import type { CampaignReport, LaneReport } from '../../campaign/campaign_types';
import type { Command } from '../../commands/command';
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
 * The most executed first. Commands that no lane executed have 0; abuse commands are listed only if a lane executed
 * them.
 */
export function commandRows(report: CampaignReport): CommandRow[] {
  const known = new Map<string, Command>(COMMANDS.map((command) => [command.name, command]));
  const sums = new Map<string, { executed: number; skipped: number; outcomes: Map<string, number> }>();
  const sumOf = (name: string) => {
    let sum = sums.get(name);
    if (sum === undefined) {
      sum = { executed: 0, skipped: 0, outcomes: new Map(outcomesOf(known.get(name), report).map((one) => [one, 0])) };
      sums.set(name, sum);
    }
    return sum;
  };
  for (const { name, abuse } of COMMANDS) if (abuse !== true) sumOf(name);
  for (const { commandCounts } of report.lanes)
    for (const [name, counts] of Object.entries(commandCounts)) {
      const sum = sumOf(name);
      sum.executed += counts.executed;
      sum.skipped += counts.skipped;
      for (const [outcome, count] of Object.entries(counts.outcomes))
        sum.outcomes.set(outcome, (sum.outcomes.get(outcome) ?? 0) + count);
    }
  return [...sums]
    .map(([name, { executed, skipped, outcomes }]) => ({
      name,
      system: known.get(name)?.system ?? '',
      executed,
      skipped,
      outcomes: [...outcomes],
    }))
    .sort((a, b) => b.executed - a.executed || (a.name < b.name ? -1 : 1));
}

/** The command's outcomes that some profile of the campaign can have. */
function outcomesOf(command: Command | undefined, { lanes }: CampaignReport): readonly string[] {
  if (command === undefined) return [];
  const limited = command.outcomesOf ?? {};
  const profiles = lanes.map(({ lane }) => lane.profile);
  return command.outcomes.filter(
    (outcome) => limited[outcome] === undefined || profiles.some((profile) => limited[outcome].includes(profile)),
  );
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
