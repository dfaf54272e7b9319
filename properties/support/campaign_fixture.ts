import { createHash } from 'node:crypto';
import type { CampaignFinding, CampaignReport, Lane, LaneReport } from '../../src/campaign/campaign_types';
import { placeOf, sentenceOf, signatureOf } from '../../src/session/verdict';
import { reduce } from '../../src/reduce/reduce';
import type { Program } from '../../src/program/program';
import type { RawFinding } from '../../src/search/raw_findings';
import { ModelSearch } from '../../src/search/search_model';
import { describeFinding } from '../../src/library/describe_finding';
import { sessionOptions } from '../../src/session/session_options';
import { findScenario } from '../../src/generate/scenarios/registry';
import type { Scenario } from '../../src/generate/scenario';
import { printProgram } from '../../src/program/print';
import { findingText } from '../../src/report/finding_text';
import { findMutant, type Mutant } from '../../src/rules/mutants';
import { findProfile, type Profile } from '../../src/rules/profiles';
import { runOnModel } from '../../src/session/run_model';
import { Session } from '../../src/session/session';

const COMMANDS_MAX = 300_000;
/** Small enough for a test: these tests do not need the smallest program. */
const EXECUTIONS_MAX = 2_000;
const STARTED_MS = Date.UTC(2026, 10, 20, 22);
const VERSION = '0.1.0';

/**
 * The report of a campaign over these mutants, one lane each, and over the profile of the first: its programs are real.
 */
export function campaignOfMutants(ids: readonly string[], seed: number): CampaignReport {
  const searched = ids.map((id) => searchMutant(findMutant(id) as Mutant, seed));
  const clean = searchProfile(findProfile('linux-6.12') as Profile, seed, 20_000);
  const lanes = [...searched.map(({ lane }) => lane), clean];
  const findings = searched.flatMap((one) => one.findings);
  const sum = (of: (lane: LaneReport) => number): number => lanes.reduce((total, lane) => total + of(lane), 0);
  const totals = {
    seconds: 240,
    programs: sum(({ programs }) => programs),
    commands: sum(({ commands }) => commands),
    corpus: 120,
    features: 900,
    branches: { covered: 2100, total: 2600 },
    findings: { new: findings.length, known: 0, flaky: 0 },
  };
  return {
    format: 1,
    version: VERSION,
    startedAt: new Date(STARTED_MS).toISOString(),
    endedAt: new Date(STARTED_MS + totals.seconds * 1000).toISOString(),
    seed,
    end: 'commands',
    limits: { time_ms: null, commands: totals.commands },
    overBefore: false,
    unsearched: [],
    problems: [],
    totals,
    series: seriesTo(totals, 60),
    lanes,
    findings,
    canaries: { hidden: 3, found: 3 },
    met: [],
  };
}

/** Points of time that grow to these totals. */
export function seriesTo(totals: CampaignReport['totals'], points: number): CampaignReport['series'] {
  return Array.from({ length: points }, (_, i) => {
    const share = i / (points - 1);
    const part = (value: number): number => Math.round(value * Math.min(1, Math.sqrt(share)));
    const { branches, findings } = totals;
    return {
      at: STARTED_MS + totals.seconds * 1000 * share,
      seconds: totals.seconds * share,
      programs: Math.round(totals.programs * share),
      commands: Math.round(totals.commands * share),
      commandsPerSecond: totals.commands / totals.seconds,
      corpus: part(totals.corpus),
      features: part(totals.features),
      branches: { covered: part(branches.covered), total: branches.total },
      findings: { new: part(findings.new), known: part(findings.known), flaky: part(findings.flaky) },
      sinceNewSeconds: 0,
    };
  });
}

function searchMutant(mutant: Mutant, seed: number): { lane: LaneReport; findings: CampaignFinding[] } {
  const profile = findProfile(mutant.profile) as Profile;
  const scenario = findScenario(mutant.scenario ?? 'core') as Scenario;
  const options = sessionOptions(profile, mutant, profile.abi, false);
  const session = new Session(options);
  const lane = laneOf(scenario.name, profile.name, mutant.id);
  const limits = { commands: COMMANDS_MAX, findings: 1, stop: () => false };
  const search = new ModelSearch(scenario, profile, session, seed, limits);
  while (search.slice(10_000));
  const { findings } = search.result();
  return {
    lane: laneReport(lane, session, search.programs),
    findings: findings.map((raw) => findingOf(raw, lane, new Session(options))),
  };
}

function searchProfile(profile: Profile, seed: number, commands: number): LaneReport {
  const session = new Session(sessionOptions(profile, undefined, profile.abi, false));
  const limits = { commands, findings: 1, stop: () => false };
  const search = new ModelSearch(findScenario('core') as Scenario, profile, session, seed, limits);
  while (search.slice(commands));
  return laneReport(laneOf('core', profile.name), session, search.programs);
}

function laneOf(scenario: string, profile: string, mutant?: string): Lane {
  const id = `${scenario}/${profile}/model${mutant === undefined ? '' : `/${mutant}`}`;
  return { id, scenario, profile, target: 'model', ...(mutant === undefined ? {} : { mutant }) };
}

function laneReport(lane: Lane, session: Session, programs: number): LaneReport {
  const commandCounts = Object.fromEntries(
    [...session.counts].map(([name, { executed, skipped, outcomes, names }]) => [
      name,
      { executed, skipped, outcomes: Object.fromEntries(names.map((outcome, i) => [outcome, outcomes[i]])) },
    ]),
  );
  const commands = session.executed;
  const invariants = session.checker.counts();
  return { lane, leases: 1, programs, commands, cpuSeconds: commands / 500_000, commandCounts, invariants, met: [] };
}

function findingOf(raw: RawFinding, lane: Lane, session: Session): CampaignFinding {
  const { signature, program } = raw;
  const failedAt = placeOf(raw.verdict)?.call;
  const stillFails = (candidate: Program): boolean => signatureOf(runOnModel(session, candidate).verdict) === signature;
  const reduced = reduce(program, stillFails, {
    maxExecutions: EXECUTIONS_MAX,
    failedAt: failedAt !== undefined && failedAt < program.calls.length ? failedAt : undefined,
  }).program;
  const { verdict } = runOnModel(session, reduced);
  const id = createHash('sha256').update(`${lane.id} ${signature}`).digest('hex').slice(0, 12);
  const facts = { program: reduced, verdict, target: 'model', mutant: lane.mutant, file: `findings/${id}/reduced.skb` };
  const report = findingText(describeFinding(session, { ...facts, commandsBefore: program.calls.length }), false);
  return {
    id,
    cause: 'program',
    signature: signatureOf(verdict),
    sentence: sentenceOf(verdict),
    ...(verdict.kind === 'violation' ? { invariant: verdict.invariant } : {}),
    lane,
    lease: `${lane.id}#0`,
    ...(program.seed === undefined ? {} : { token: program.seed }),
    version: VERSION,
    firstSeenAt: new Date(STARTED_MS + 60_000).toISOString(),
    afterCommands: raw.afterCommands,
    reports: 3,
    state: 'new',
    program: printProgram(program),
    reduced: printProgram(reduced),
    shownOf10: 10,
    report,
  };
}
