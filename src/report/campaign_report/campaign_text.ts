import type { CampaignFinding, CampaignReport, StatsLine } from '../../campaign/campaign_types';
import { campaignCounts } from '../documents/campaign_document';
import { whySaysNothing } from '../documents/counts';
import { count } from '../figures';

const LETTER_OF: Readonly<Record<StatsLine['workers'][number]['state'], string>> = {
  starts: 'starts',
  searches: 's',
  reduces: 'r',
  waits: '-',
  restarts: 'again',
};

/** A campaign in one line, while it runs. */
export function campaignStatusText(line: StatsLine): string {
  const { findings, branches } = line;
  const known = findings.known === 0 ? '' : `, ${findings.known} known`;
  const flaky = findings.flaky === 0 ? '' : `, ${findings.flaky} flaky`;
  const parts = [
    `${time(line.seconds)}: ${count(line.commandsPerSecond)} commands/s`,
    `${count(line.commands)} commands`,
    `findings ${findings.new} new${known}${flaky}`,
    ...(line.corpus === 0 ? [] : [`corpus ${count(line.corpus)}`]),
    ...(branches.total === 0 ? [] : [`branches ${((100 * branches.covered) / branches.total).toFixed(1)} %`]),
    `last new ${time(line.sinceNewSeconds)} ago`,
    `workers ${line.workers.map(({ state }) => LETTER_OF[state]).join(' ')}`,
  ];
  return parts.join(', ');
}

const END: Readonly<Record<CampaignReport['end'], string>> = {
  time: 'its time is over',
  commands: 'its commands are over',
  interrupted: 'interrupted',
  failed: 'failed',
};

/** A campaign in a few lines, at its end. */
export function campaignText(report: CampaignReport, directory: string): string {
  const { totals, canaries, lanes, findings, problems } = report;
  const searched = lanes.filter(({ leases }) => leases > 0).length;
  const executed = `${count(totals.programs)} programs, ${count(totals.commands)} commands in ${time(totals.seconds)}`;
  const lines = [
    `campaign: ${executed}, ${searched} of ${lanes.length} lanes, seed ${report.seed}: ${END[report.end]}`,
    `canaries: ${canaries.found} of ${canaries.hidden} found`,
    found(report),
    ...findings.map((finding) => `  ${findingLine(finding)}`),
    ...problems.map((problem) => `problem: ${problem}`),
    `all of it: ${directory}`,
  ];
  return lines.join('\n');
}

function found(report: CampaignReport): string {
  const { findings } = report;
  if (findings.length === 0) return whySaysNothing(campaignCounts(report), false) ?? 'nothing found';
  const counts = (['new', 'flaky', 'known'] as const)
    .map((state) => [findings.filter((finding) => finding.state === state).length, state] as const)
    .filter(([number]) => number > 0);
  return `findings: ${counts.map(([number, state]) => `${number} ${state}`).join(', ')}`;
}

function findingLine({ id, state, signature, lane, reports, shownOf10, reduced, why }: CampaignFinding): string {
  const times = `${reports} time${reports === 1 ? '' : 's'}`;
  const shown = shownOf10 === undefined || shownOf10 === 10 ? '' : `, shown in ${shownOf10} of 10 runs`;
  const file = reduced === undefined ? 'program.skb' : 'reduced.skb';
  const known = why === undefined ? '' : ` (${why})`;
  return `${state}: ${signature}, ${lane.id}, ${times}${shown}${known}: findings/${id}/${file}`;
}

/** `42 s`, `3 min 20 s`, `7 h 5 min`. */
function time(seconds: number): string {
  const whole = Math.floor(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
