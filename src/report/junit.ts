import junit from 'junit-report-builder';
import type { CampaignFinding, CampaignReport } from '../campaign/campaign_types';
import { findingsOf } from './campaign_report/campaign_figures';
import { reproduce } from './campaign_report/campaign_finding_html';

/**
 * The campaign as a test run: a finding is a failing test, a known finding a skipped one, a lane without findings a
 * passing one, and a problem of the campaign itself an error.
 *
 * @param directory - of the campaign, as the user typed it
 */
export function junitXml(report: CampaignReport, directory: string): string {
  const builder = junit.newBuilder();
  const suite = builder.testSuite().name('skbcheck campaign').timestamp(report.startedAt).time(report.totals.seconds);
  for (const finding of report.findings) addFinding(suite, finding, directory);
  for (const lane of report.lanes) {
    if (findingsOf(report, lane) > 0) continue;
    suite.testCase().className(legal(lane.lane.id)).name(`holds over ${lane.commands} commands`).time(lane.cpuSeconds);
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

function addFinding(suite: Suite, finding: CampaignFinding, directory: string): void {
  const { id, signature, sentence, lane, state, why, report, reduced, program } = finding;
  const test = suite
    .testCase()
    .className(legal(lane.id))
    .name(legal(`${signature} (${id})`));
  const text = legalInCdata(
    `${report ?? `${sentence}\n\n${reduced ?? program}`}\nreproduce: ${reproduce(finding, directory)}\n`,
  );
  if (state !== 'known') {
    test.failure(legal(sentence), legal(finding.invariant ?? finding.cause));
    test.stacktrace(text);
    return;
  }
  test.skipped();
  test.standardOutput(legalInCdata(`known: ${why ?? ''}\n${text}`));
}

/** Text for a CDATA section. The builder's library splits only the first `]]>`. */
function legalInCdata(text: string): string {
  return legal(text).replaceAll(']]>', ']] >');
}

/** Replaces characters that XML cannot hold: most control characters, and halves of surrogate pairs. */
function legal(text: string): string {
  return text.replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD');
}
