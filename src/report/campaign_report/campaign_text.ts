import type { CampaignFinding, CampaignReport, StatsLine, WorkerStatus } from '../../campaign/campaign_types';
import { count, duration, plural } from '../figures';
import { knownText } from '../fuzz_summary';
import { overBeforeText } from './over_before_text';
import { nothingFoundText, unsearchedByTarget, unsearchedSentence } from './unsearched_text';

/** In the order of the status line. */
const DOING: readonly (readonly [state: WorkerStatus['state'], word: string])[] = [
  ['searches', 'searching'],
  ['reduces', 'reducing'],
  ['starts', 'starting'],
  ['waits', 'waiting'],
  ['restarts', 'starting again'],
];

/** A campaign in one line, while it runs. */
export function campaignStatusText(line: StatsLine): string {
  const { findings, branches, workers } = line;
  const known = findings.known === 0 ? '' : `, ${findings.known} known`;
  const flaky = findings.flaky === 0 ? '' : `, ${findings.flaky} flaky`;
  const parts = [
    `${duration(line.seconds)}: ${plural(line.commandsPerSecond, 'command')}/s`,
    plural(line.commands + inLeasesAtHand(workers), 'command'),
    `findings ${findings.new} new${known}${flaky}`,
    ...(line.corpus === 0 ? [] : [`corpus ${count(line.corpus)}`]),
    ...(branches.total === 0 ? [] : [`branches ${((100 * branches.covered) / branches.total).toFixed(1)} %`]),
    lastNewText(line),
    workersText(workers),
  ];
  return parts.join(', ');
}

/** The totals have only leases that are done. Before the first is done, a campaign has executed something as well. */
function inLeasesAtHand(workers: readonly WorkerStatus[]): number {
  return workers.reduce((sum, { state, commandsOfTask }) => sum + (state === 'searches' ? commandsOfTask : 0), 0);
}

function lastNewText({ seconds, sinceNewSeconds }: StatsLine): string {
  // Before the first feature, branch or finding the time since the last one is the whole time.
  return sinceNewSeconds >= seconds ? 'nothing new yet' : `last progress ${duration(sinceNewSeconds)} ago`;
}

/** How many of these workers do what: `workers: 2 searching, 1 reducing`. */
export function workersText(workers: readonly WorkerStatus[]): string {
  const counts = DOING.map(
    ([state, word]) => [workers.filter((worker) => worker.state === state).length, word] as const,
  );
  const parts = counts.filter(([number]) => number > 0).map(([number, word]) => `${number} ${word}`);
  return parts.length === 0 ? 'no workers' : `workers: ${parts.join(', ')}`;
}

const END: Readonly<Record<CampaignReport['end'], string>> = {
  time: 'its time is over',
  commands: 'its commands are over',
  interrupted: 'interrupted',
  failed: 'failed',
};

/** A campaign in a few lines, at its end. */
export function campaignText(report: CampaignReport, directory: string): string {
  const { totals, canaries, lanes, findings, met, problems, unsearched } = report;
  const of = `${lanes.length - unsearched.length} of ${plural(lanes.length, 'lane')}`;
  const executed = `${plural(totals.programs, 'program')}, ${plural(totals.commands, 'command')}`;
  const lines = [
    ...(report.overBefore ? [`campaign: ${overBeforeText(report)}`] : []),
    `campaign: ${executed} in ${duration(totals.seconds)}, ${of}, seed ${report.seed}: ${END[report.end]}`,
    ...unsearchedLines(report),
    `canaries: ${canaries.found} of ${canaries.hidden} found`,
    found(report),
    ...findings.map((finding) => `  ${findingLine(finding)}`),
    ...met.map((one) => `  ${knownText(one)}`),
    ...problems.map((problem) => `problem: ${problem}`),
    `all of it: ${directory}`,
  ];
  return lines.join('\n');
}

function unsearchedLines(report: CampaignReport): string[] {
  const sentence = unsearchedSentence(report);
  if (sentence === undefined) return [];
  return [
    sentence,
    ...unsearchedByTarget(report).map(({ where, scenarios }) => `  on ${where}: ${scenarios.join(' ')}`),
  ];
}

function found(report: CampaignReport): string {
  const { findings } = report;
  if (findings.length === 0) return nothingFoundText(report);
  const counts = (['new', 'flaky', 'known'] as const)
    .map((state) => [findings.filter((finding) => finding.state === state).length, state] as const)
    .filter(([number]) => number > 0);
  return `findings: ${counts.map(([number, state]) => `${number} ${state}`).join(', ')}`;
}

function findingLine(finding: CampaignFinding): string {
  const { id, cause, state, signature, lane, reports, shownOf10, reduced, why } = finding;
  const shown = shownOf10 === undefined || shownOf10 === 10 ? '' : `, shown in ${shownOf10} of 10 runs`;
  const unreduced = reduced === undefined && cause === 'program' ? ', not reduced' : '';
  const file = reduced === undefined ? 'program.skb' : 'reduced.skb';
  const known = why === undefined ? '' : ` (${why})`;
  const times = plural(reports, 'time');
  return `${state}: ${signature}, ${lane.id}, ${times}${shown}${unreduced}${known}: findings/${id}/${file}`;
}
