import type { Benchmark } from '../../benchmark/benchmark';
import type { CampaignReport, LaneReport } from '../../campaign/campaign_types';
import { mutantsTable } from '../benchmark_report/benchmark_html';
import { campaignCharts } from './campaign_charts';
import { campaignHead } from './campaign_head_html';
import { commandRows, findingsOf, invariantRows, type CommandRow, type Reachable } from './campaign_figures';
import { findingHtml } from './campaign_finding_html';
import { count, plural } from '../figures';
import { escaped, scrolledHtml, tableHtml } from '../page_html';
import { dataElement, selfContainedHtml } from '../self_contained_html';
import type { StepThrough } from '../picture/step_through';
import { nothingFoundText } from './unsearched_text';

/** The contents of report.html. */
export interface CampaignPage {
  readonly report: CampaignReport;
  /** By id of the finding: its reduced program, stepped through on the model. */
  readonly steps: ReadonlyMap<string, StepThrough>;
  /** The outcomes that its searched lanes can reach. */
  readonly reachable: Reachable;
  /** The campaign's directory, as the user typed it. */
  readonly directory: string;
  readonly mutants?: Benchmark;
  /** The address of the model's code with its counts, relative to the page; absent: nothing was counted. */
  readonly coverage?: string;
}

/** A whole campaign as one page. */
export function campaignHtml(page: CampaignPage): string {
  const { report, steps } = page;
  return selfContainedHtml('skbcheck: a campaign', [
    ...campaignHead(report),
    ...(page.coverage === undefined ? [] : [coverageLink(page.coverage)]),
    '<h2 id="findings">Findings</h2>',
    ...(report.findings.length === 0
      ? [`<p>${escaped(nothingFoundText(report))}</p>`]
      : [`<p class="soft">${KEYS}</p>`]),
    ...report.findings.map((finding) => findingHtml(finding, steps.get(finding.id), page.directory)),
    ...metHtml(report),
    ...charts(report),
    '<h2 id="lanes">Lanes</h2>',
    lanesTable(report),
    '<h2 id="commands">Commands and how they ended</h2>',
    commandsTable(commandRows(report, page.reachable)),
    '<h2 id="invariants">Invariants</h2>',
    invariantsTable(report),
    ...(page.mutants === undefined ? [] : ['<h2 id="mutants">Mutants</h2>', mutantsTable(page.mutants)]),
    ...report.findings.flatMap(({ id }) => {
      const data = steps.get(id);
      return data === undefined ? [] : [dataElement(`steps-${id}`, data)];
    }),
  ]);
}

const KEYS =
  'An opened finding is stepped through with the arrow keys, Home, End, and f for where it broke; ' +
  'its address is #finding-ID, or #finding-ID/step-N.';

/** Known bugs of the kernel: the page would look as if the programs had met nothing. */
function metHtml({ met }: CampaignReport): string[] {
  if (met.length === 0) return [];
  const table = tableHtml(
    [
      { title: 'known bug of the kernel', left: true, value: ({ title }) => title },
      { title: 'id', left: true, value: ({ id }) => id },
      { title: 'mended in', left: true, value: ({ mendedIn }) => mendedIn ?? 'no release' },
      { title: 'programs that met it', value: ({ programs }) => count(programs) },
    ],
    met,
  );
  return ['<h2 id="met">Known, not new</h2>', scrolledHtml('met', table)];
}

function coverageLink(address: string): string {
  return `<p><a href="${escaped(address)}">The code of the model with its counts, line by line</a></p>`;
}

function charts(report: CampaignReport): string[] {
  const figures = campaignCharts(report).map(
    ({ title, html, words }) =>
      `<figure><figcaption>${escaped(title)}</figcaption>${html}<p class="soft">${escaped(words)}</p></figure>`,
  );
  return figures.length === 0
    ? []
    : ['<h2 id="time">Over time</h2>', `<div class="charts">${figures.join('\n')}</div>`];
}

function lanesTable(report: CampaignReport): string {
  const perSecond = ({ commands, cpuSeconds }: LaneReport): string =>
    cpuSeconds > 0 ? count(commands / cpuSeconds) : '-';
  return scrolledHtml(
    'lanes',
    tableHtml(
      [
        { title: 'lane', left: true, value: ({ lane }) => lane.id },
        { title: 'findings', value: (lane) => String(findingsOf(report, lane)) },
        { title: 'leases', value: ({ leases }) => count(leases) },
        { title: 'programs', value: ({ programs }) => count(programs) },
        { title: 'commands', value: ({ commands }) => count(commands) },
        { title: 'processor s', value: ({ cpuSeconds }) => count(cpuSeconds) },
        { title: 'commands per processor s', value: perSecond },
      ],
      report.lanes,
      ({ commands }) => commands === 0,
    ),
  );
}

function invariantsTable(report: CampaignReport): string {
  const rows = invariantRows(report);
  return scrolledHtml(
    'invariants',
    tableHtml(
      [
        { title: 'invariant', left: true, value: ({ name }) => name },
        { title: 'evaluated on worlds in which it could fail', value: ({ evaluations }) => count(evaluations) },
        { title: 'statement', left: true, value: ({ statement }) => statement },
      ],
      rows,
      ({ evaluations }) => evaluations === 0,
    ),
  );
}

const COMMANDS_HEAD = [
  ...['<th class="left">command</th>', '<th class="left">system</th>', '<th>executed</th>', '<th>skipped</th>'],
  '<th class="left">how it ended</th>',
].join('');
const FILTER_ATTRIBUTES = [
  ...['type="search"', 'id="command-filter"', 'data-filter="commands-table"', 'autocomplete="off"'],
  'placeholder="a command, a system, an outcome"',
].join(' ');

/** The commands in the order of their rows, with a field that filters them. */
function commandsTable(rows: readonly CommandRow[]): string {
  const lines = rows.map(({ name, system, executed, skipped, outcomes }) => {
    const ends = outcomes.map(
      ([outcome, times]) =>
        `<span class="outcome${times === 0 ? ' never' : ''}">${escaped(outcome)}&nbsp;<b>${count(times)}</b></span>`,
    );
    const cells = [
      `<td class="left"><code>${escaped(name).replaceAll('_', '_<wbr>')}</code></td>`,
      `<td class="left">${escaped(system)}</td>`,
      `<td>${count(executed)}</td>`,
      `<td>${count(skipped)}</td>`,
      `<td class="left">${ends.join(' ')}</td>`,
    ].join('');
    return `<tr data-command="${escaped(name)}"${executed === 0 ? ' class="missed"' : ''}>${cells}</tr>`;
  });
  const never = rows.reduce((sum, { outcomes }) => sum + outcomes.filter(([, times]) => times === 0).length, 0);
  const field = `<label for="command-filter">Only those with</label> <input ${FILTER_ATTRIBUTES}>`;
  const unreached = `${plural(never, 'outcome')} of the searched lanes ${never === 1 ? 'was' : 'were'} never reached`;
  return `<p>${unreached}: listed with 0.</p>
<p class="filter">${field} <span id="commands-table-shown" role="status"></span></p>
${scrolledHtml(
  'commands',
  `<table id="commands-table"><thead><tr>${COMMANDS_HEAD}</tr></thead>
<tbody>
${lines.join('\n')}
</tbody></table>`,
)}`;
}
