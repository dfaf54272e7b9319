import junit from 'junit-report-builder';
import type { CampaignFinding, CampaignReport } from '../campaign/campaign_types';
import { findingsOf } from './campaign_report/campaign_figures';
import { inDirectory, reproduce } from './campaign_report/campaign_finding_html';
import { plural } from './figures';
import { skippedBecause } from './junit_skipped';
import { shellWords } from './shell_words';

/** The lines of a report with a command to paste. */
const REPRODUCE = /^reproduce: .*$/m;
const KEEP = /^keep: .*$/m;

/**
 * The campaign as a test run: a finding is a failing test, a known finding a skipped one, a searched lane without
 * findings a passing one, a lane that was not searched a skipped one, and a problem of the campaign itself an error.
 *
 * @param directory - of the campaign, as the user typed it
 * @param reports - by id of the finding: the report of a program that is not reduced
 */
export function junitXml(report: CampaignReport, directory: string, reports: ReadonlyMap<string, string>): string {
  const builder = junit.newBuilder();
  const suite = builder.testSuite().name('skbcheck campaign').timestamp(report.startedAt).time(report.totals.seconds);
  for (const finding of report.findings)
    addFinding(suite, finding, textOf(finding, directory, finding.report ?? reports.get(finding.id)));
  const unsearched = new Set(report.unsearched);
  for (const lane of report.lanes) {
    const { id } = lane.lane;
    const test = (name: string) => suite.testCase().className(legal(id)).name(name).time(lane.cpuSeconds);
    // A lane whose only finding is the end of its workers has executed nothing, and is skipped as well.
    if (unsearched.has(id)) skippedBecause(test('is searched'), 'not searched');
    else if (findingsOf(report, lane) === 0) test(`holds over ${plural(lane.commands, 'command')}`);
  }
  report.problems.forEach((problem, i) => {
    suite
      .testCase()
      .className('campaign')
      .name(`problem ${i + 1}`)
      .error(legal(problem), 'campaign');
  });
  return builder.build();
}

type Suite = ReturnType<ReturnType<typeof junit.newBuilder>['testSuite']>;

/** The report with commands to paste that work here: its own name the file as its campaign had it. */
function textOf(finding: CampaignFinding, directory: string, report: string | undefined): string {
  const line = `reproduce: ${reproduce(finding, directory)}`;
  const keep = `keep:      npx skbcheck keep ${shellWords([inDirectory(finding, directory)])} NAME`;
  const text = report ?? `${finding.sentence}\n\n${finding.reduced ?? finding.program}\n`;
  // Functions, because `$` in a replacement text has a meaning of its own.
  const here = text.replace(REPRODUCE, () => line).replace(KEEP, () => keep);
  const once = REPRODUCE.test(text) ? here : `${here}${line}\n`;
  return finding.reduced === undefined && finding.cause === 'program'
    ? `not reduced: this is the program as it was found\n\n${once}`
    : once;
}

function addFinding(suite: Suite, finding: CampaignFinding, report: string): void {
  const { id, signature, sentence, lane, state, why } = finding;
  const test = suite
    .testCase()
    .className(legal(lane.id))
    .name(legal(`${signature} (${id})`));
  const text = legalInCdata(report);
  if (state !== 'known') {
    test.failure(legal(sentence), legal(finding.invariant ?? finding.cause));
    test.stacktrace(text);
    return;
  }
  skippedBecause(test, `known${why === undefined ? '' : `: ${legal(why)}`}`);
  test.standardOutput(text);
}

/** Text for a CDATA section. The builder's library splits only the first `]]>`. */
function legalInCdata(text: string): string {
  return legal(text).replaceAll(']]>', ']] >');
}

/** Replaces characters that XML cannot hold: most control characters, and halves of surrogate pairs. */
function legal(text: string): string {
  return text.replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD');
}
