import type { CampaignReport } from '../../campaign/campaign_types';
import { count, duration, moment } from '../figures';
import { escaped } from '../page_html';
import { overBeforeText } from './over_before_text';
import { unsearchedByTarget, unsearchedSentence } from './unsearched_text';

const ENDS: Readonly<Record<CampaignReport['end'], string>> = {
  time: 'its time was over',
  commands: 'its commands were over',
  interrupted: 'it was interrupted',
  failed: 'it failed',
};

/** A figure of the headline. */
type Figure = readonly [name: string, value: string];

/** The head of the page: what was not searched first, then problems, then the figures. */
export function campaignHead(report: CampaignReport): string[] {
  const { problems, totals, startedAt, endedAt } = report;
  const searched = `It searched for ${duration(totals.seconds)} between ${moment(startedAt)} and ${moment(endedAt)}`;
  const from = `seed ${report.seed}, skbcheck ${report.version}`;
  const missing = unmeasured(report);
  return [
    ...unsearchedHtml(report),
    `<p>${escaped(`${searched}; it ended because ${ENDS[report.end] ?? report.end}. ${capital(from)}.`)}</p>`,
    ...(problems.length === 0 ? [] : ['<h2>Problems of the campaign itself</h2>', listHtml('problems', problems)]),
    `<ul class="numbers">${figures(report).map(figureHtml).join('')}</ul>`,
    ...(missing.length === 0 ? [] : [`<p class="soft">Not measured: ${escaped(missing.join(', '))}.</p>`]),
  ];
}

function unsearchedHtml(report: CampaignReport): string[] {
  const sentence = unsearchedSentence(report);
  const lines = unsearchedByTarget(report).map(({ where, scenarios }) => `on ${where}: ${scenarios.join(', ')}`);
  return [
    ...(report.overBefore ? [`<p class="problems">The last run: ${escaped(overBeforeText(report))}.</p>`] : []),
    ...(sentence === undefined
      ? []
      : [`<h2 id="unsearched">${escaped(capital(sentence))}</h2>`, listHtml('problems', lines)]),
  ];
}

function figures({ totals, canaries, lanes, unsearched }: CampaignReport): Figure[] {
  const { findings, branches, seconds } = totals;
  const rate = seconds > 0 ? totals.commands / seconds : 0;
  return [
    ['findings, new', count(findings.new)],
    ['findings, known', count(findings.known)],
    ['findings, flaky', count(findings.flaky)],
    ['lanes searched', `${lanes.length - unsearched.length} of ${lanes.length}`],
    ['commands', count(totals.commands)],
    ['programs', count(totals.programs)],
    ['commands/s', count(rate)],
    ['of searching', duration(seconds)],
    ...measured(keeps(totals), ['corpus programs', count(totals.corpus)], ['features', count(totals.features)]),
    ...measured(branches.total > 0, [
      'branches of the model',
      `${count(branches.covered)} of ${count(branches.total)}`,
    ]),
    ...measured(canaries.hidden > 0, ['canaries found', `${count(canaries.found)} of ${count(canaries.hidden)}`]),
  ];
}

/** A figure of 0 of 0 would look like a result. */
function measured(is: boolean, ...of: readonly Figure[]): readonly Figure[] {
  return is ? of : [];
}

/** Whether some lease kept programs. Those of the first round of leases do not. */
function keeps({ corpus, features }: CampaignReport['totals']): boolean {
  return corpus > 0 || features > 0;
}

function unmeasured({ totals, canaries }: CampaignReport): string[] {
  return [
    ...(keeps(totals) ? [] : ['features and corpus (no lease kept programs yet)']),
    ...(totals.branches.total > 0 ? [] : ['branches of the model']),
    ...(canaries.hidden > 0 ? [] : ['canaries (none was hidden yet)']),
  ];
}

function figureHtml([name, value]: Figure): string {
  return `<li data-number="${escaped(name)}"><b>${escaped(value)}</b>${escaped(name)}</li>`;
}

function listHtml(name: string, lines: readonly string[]): string {
  return `<ul class="${name}">${lines.map((line) => `<li>${escaped(line)}</li>`).join('')}</ul>`;
}

function capital(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}
