import type { CampaignFinding, CampaignReport, Lane, LaneReport, StatsLine } from '../src/campaign/campaign_types';
import { COMMANDS } from '../src/commands/registry';
import { profilesOf } from '../src/generate/scenario';
import { SCENARIOS } from '../src/generate/scenarios/registry';
import { INVARIANTS } from '../src/invariants/registry';
import { MUTANTS, type Mutant } from '../src/rules/mutants';

const COMMANDS_TOTAL = 1e9;
const CORPUS = 10_000;
const POINTS = 500;
const HOURS = 8;
const STARTED_MS = Date.UTC(2026, 10, 20, 22);

/**
 * The results that a night over every scenario would leave: 10^9 commands, 10,000 corpus programs, a finding of each
 * mutant. The programs are real.
 */
export function largeCampaign(): CampaignReport {
  const all = SCENARIOS.flatMap((scenario) => profilesOf(scenario).map(({ name }) => laneOf(scenario.name, name)));
  const lanes = all.map((lane, i) => laneReport(lane, COMMANDS_TOTAL / all.length, i));
  const findings = MUTANTS.map(findingOf);
  const seconds = HOURS * 3600;
  const totals = {
    seconds,
    programs: COMMANDS_TOTAL / 50,
    commands: COMMANDS_TOTAL,
    corpus: CORPUS,
    features: 40_000,
    branches: { covered: 5_400, total: 6_100 },
    findings: { new: findings.length, known: 0, flaky: 0 },
  };
  return {
    format: 1,
    version: '0.1.0',
    startedAt: new Date(STARTED_MS).toISOString(),
    endedAt: new Date(STARTED_MS + seconds * 1000).toISOString(),
    seed: 1,
    end: 'time',
    limits: { time_ms: seconds * 1000, commands: null },
    overBefore: false,
    unsearched: [],
    problems: [],
    totals,
    series: Array.from({ length: POINTS }, (_, i) => pointOf(totals, i / (POINTS - 1))),
    lanes,
    findings,
    canaries: { hidden: 200_000, found: 200_000 },
    met: [],
  };
}

function laneOf(scenario: string, profile: string, mutant?: string): Lane {
  const id = `${scenario}/${profile}/model${mutant === undefined ? '' : `/${mutant}`}`;
  return { id, scenario, profile, target: 'model', ...(mutant === undefined ? {} : { mutant }) };
}

function laneReport(lane: Lane, commands: number, position: number): LaneReport {
  const each = Math.round(commands / COMMANDS.length);
  const commandCounts = Object.fromEntries(
    COMMANDS.filter(({ abuse }) => abuse !== true).map(({ name, outcomes }, i) => {
      const executed = each * ((i % 7) + 1);
      const shares = outcomes.map((outcome, n) => [outcome, Math.floor(executed / 2 ** (n + 1))]);
      return [name, { executed, skipped: position, outcomes: Object.fromEntries(shares) }];
    }),
  );
  const invariants = Object.fromEntries(INVARIANTS.map(({ name }, i) => [name, Math.round(commands * (i + 1))]));
  return { lane, leases: 400, programs: commands / 50, commands, cpuSeconds: 900, commandCounts, invariants, met: [] };
}

function findingOf(mutant: Mutant, position: number): CampaignFinding {
  const lane = laneOf(mutant.scenario ?? 'core', mutant.profile, mutant.id);
  const program = `profile ${mutant.profile}\n${mutant.program}`;
  return {
    id: position.toString(16).padStart(12, '0'),
    cause: 'program',
    signature: `${mutant.expected[0]} ${mutant.id}`,
    sentence: `${mutant.expected[0]}: ${mutant.title}`,
    invariant: mutant.expected[0],
    lane,
    lease: `${lane.id}#${position}`,
    version: '0.1.0',
    firstSeenAt: new Date(STARTED_MS + position * 60_000).toISOString(),
    afterCommands: position * 1_000_000,
    reports: 100,
    state: 'new',
    program,
    reduced: program,
    shownOf10: 10,
    report: `${mutant.title}\n\n${program}`,
  };
}

function pointOf(totals: CampaignReport['totals'], share: number): Omit<StatsLine, 'workers'> {
  const grown = (value: number): number => Math.round(value * Math.sqrt(share));
  return {
    ...totals,
    at: STARTED_MS + totals.seconds * share * 1000,
    seconds: totals.seconds * share,
    programs: Math.round(totals.programs * share),
    commands: Math.round(totals.commands * share),
    commandsPerSecond: (totals.commands / totals.seconds) * (0.9 + 0.1 * Math.cos(share * 50)),
    corpus: grown(totals.corpus),
    features: grown(totals.features),
    branches: { covered: grown(totals.branches.covered), total: totals.branches.total },
    findings: { new: grown(totals.findings.new), known: 0, flaky: 0 },
    sinceNewSeconds: 10,
  };
}
