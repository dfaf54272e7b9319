// The files of a campaign for other tools: SARIF 2.1.0, and the command line that makes them.

import { existsSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Log, Region, Result } from 'sarif';
import { largeCampaign } from '../bench/large_campaign';
import type { CampaignFinding, CampaignReport } from '../src/campaign/campaign_types';
import { guiltyLines, stepsOfFindings } from '../src/cli/support/campaign/campaign_reports';
import { sarifPlaces } from '../src/cli/support/campaign/sarif_places';
import { ruleOf, sarifText } from '../src/report/sarif';
import { buildOnce, folderForTests, skbcheck } from './support/cli';
import { HOSTILE } from './support/hostile_text';
import { mistakesOfSarif } from './support/validate';

const folder = folderForTests('sarif');
/** Findings that are the programs of mutants: enough for every kind of rule and level. */
const campaign: CampaignReport = { ...largeCampaign(), findings: largeCampaign().findings.slice(0, 6) };

function sarifOf(report: CampaignReport): Log {
  return JSON.parse(sarifText(report, guiltyLines(stepsOfFindings(report)), sarifPlaces('nightly', folder))) as Log;
}

function resultsOf(report: CampaignReport): Result[] {
  return sarifOf(report).runs[0].results as Result[];
}

test('the log has the parts that SARIF 2.1.0 demands', () => {
  const log = sarifOf(campaign);
  expect(log.version).toBe('2.1.0');
  const [{ tool, results, artifacts }] = log.runs;
  expect([tool.driver.name, tool.driver.version]).toEqual(['skbcheck', campaign.version]);
  for (const { ruleId, ruleIndex, message, locations } of results as Result[]) {
    const rule = tool.driver.rules?.[ruleIndex as number];
    expect(rule?.id).toBe(ruleId);
    expect(rule?.help?.text).toBeTruthy();
    expect(message.text).toBeTruthy();
    const [{ physicalLocation }] = locations as NonNullable<Result['locations']>;
    // A relative reference with no blanks, to a file of the log, below the root of the checkout.
    expect(physicalLocation?.artifactLocation?.uri).toMatch(/^nightly\/findings\/[0-9a-f]{12}\/reduced\.skb$/);
    expect(physicalLocation?.artifactLocation?.uriBaseId).toBe('%SRCROOT%');
    expect(physicalLocation?.region?.startLine).toBeGreaterThan(0);
    const index = physicalLocation?.artifactLocation?.index as number;
    expect(artifacts?.[index]?.location?.uri).toBe(physicalLocation?.artifactLocation?.uri);
  }
});

test('the log is valid by the published schema, whatever the findings are', () => {
  const states = ['new', 'known', 'flaky'] as const;
  const findings = states.map((state, i) => ({ ...campaign.findings[i], state }));
  const hostile = { ...campaign.findings[0], sentence: HOSTILE, invariant: undefined, signature: HOSTILE };
  for (const found of [campaign.findings, [], findings, [hostile]])
    expect(mistakesOfSarif(sarifOf({ ...campaign, findings: found }))).toEqual([]);
});

test('the published schema refuses a log without the text of a message', () => {
  const log = sarifOf(campaign);
  delete (log.runs[0].results as Result[])[0].message.text;
  expect(mistakesOfSarif(log)).not.toEqual([]);
});

test('a result points to the guilty line of its program, and is the same result the next night', () => {
  const steps = stepsOfFindings(campaign);
  resultsOf(campaign).forEach((result, i) => {
    const finding = campaign.findings[i];
    const { lines, failedStep, steps: calls } = steps.get(finding.id) as NonNullable<ReturnType<typeof steps.get>>;
    const region = result.locations?.[0].physicalLocation?.region as Required<Region>;
    const line = region.startLine;
    const { line: expected } = calls[failedStep as number];
    // A finding that shows only in settle has no line of its own: it stands at the last call.
    const lastCall = Math.max(...calls.map((call) => call.line));
    expect(line).toBe((expected < 0 ? lastCall : expected) + 1);
    expect(region.endLine).toBe(line);
    const marked = lines[line - 1].slice(region.startColumn - 1, region.endColumn - 1);
    expect(marked).toBe(lines[line - 1].trim());
    expect(marked).toMatch(/^(cpu1 at .*: )?([a-z]+\d+ = )?[a-z_0-9]+\(.*\)$/);
    expect(result.partialFingerprints).toEqual({ 'skbcheckFinding/v1': finding.id });
  });
});

test.each([
  ['nightly', 'file:///srv/tree/', 'nightly/'],
  ['nightly/2026-11-29/', 'file:///srv/tree/', 'nightly/2026-11-29/'],
  ['.', 'file:///srv/tree/', ''],
  ['my dir', 'file:///srv/tree/', 'my%20dir/'],
  ['/srv/tree/c', 'file:///srv/tree/', 'c/'],
  ['../elsewhere', 'file:///srv/elsewhere/', ''],
  ['/var/c', 'file:///var/c/', ''],
])(
  'the files of a campaign in %s are named from the root of the checkout if they are in it',
  (directory, root, prefix) => {
    expect(sarifPlaces(directory, '/srv/tree')).toEqual({ directory, root, prefix });
  },
);

test('a known finding is a note that is suppressed, a flaky one a warning, a new one an error', () => {
  const states = ['new', 'known', 'flaky'] as const;
  const findings = states.map((state, i) => ({ ...campaign.findings[i], state, why: 'fixed upstream' }));
  const results = resultsOf({ ...campaign, findings });
  expect(results.map(({ level }) => level)).toEqual(['error', 'note', 'warning']);
  expect(results[1].suppressions).toEqual([{ kind: 'external', justification: 'fixed upstream' }]);
});

test('findings of targets and of workers have rules as well', () => {
  const finding = (signature: string, cause: CampaignFinding['cause']): CampaignFinding => ({
    ...{ ...campaign.findings[0], invariant: undefined },
    signature,
    cause,
  });
  const rules = [
    finding('divergence skb_clone truesize', 'program'),
    finding('splat kfree_skb WARNING in x', 'program'),
    finding('hang unknown', 'program'),
    finding('worker hang', 'worker'),
  ].map((one) => ruleOf(one).id);
  expect(rules).toEqual(['divergence', 'splat', 'death', 'worker']);
});

test('a kernel finding points to the line that its report marks, and the page says that the model is clean', () => {
  const [one] = campaign.findings;
  const program = 'profile linux-6.12\nskb1 = alloc_skb(size: 10)\nskb_put(skb: skb1, len: 4)\nkfree_skb(skb: skb1)\n';
  const report = `model and kernel differ in len

    skb1 = alloc_skb(size: 10)
>>> skb_put(skb: skb1, len: 4)
    kfree_skb(skb: skb1)

before:\n`;
  const lane = { id: 'core/linux-6.12/linux-6.12', scenario: 'core', profile: 'linux-6.12', target: 'linux-6.12' };
  const found = {
    ...one,
    invariant: undefined,
    sentence: 'model and kernel differ in len',
    lane,
    reduced: program,
    report,
  };
  const worker = { ...found, id: 'bbbbbbbbbbbb', cause: 'worker' as const };
  const steps = stepsOfFindings({ ...campaign, findings: [found, worker] });
  expect([...steps.keys()]).toEqual([found.id]);
  expect(steps.get(found.id)).toMatchObject({ failedStep: 1, sentence: found.sentence });
  expect(steps.get(found.id)?.note).toContain('found on linux-6.12');
  expect(guiltyLines(steps).get(found.id)).toBe(3);
});

test('hostile text stays text', () => {
  const findings = [{ ...campaign.findings[0], sentence: HOSTILE }];
  const [{ message }] = resultsOf({ ...campaign, findings });
  expect((message.text as string).startsWith(HOSTILE)).toBe(true);
});

describe('skbcheck report and show', () => {
  beforeAll(() => {
    buildOnce();
    mkdirSync(path.join(folder, 'nightly'));
    writeFileSync(path.join(folder, 'nightly', 'report.json'), JSON.stringify(campaign));
    writeFileSync(path.join(folder, 'broken.json'), '{');
    writeFileSync(path.join(folder, 'b2.skb'), campaign.findings[0].program);
  });

  test('report makes the three files from report.json, and its exit code reports findings', () => {
    const { code, stdout } = skbcheck(['report', 'nightly', '--json'], { cwd: folder });
    const { files } = JSON.parse(stdout) as { files: string[] };
    expect([code, files]).toEqual([1, ['report.html', 'junit.xml', 'findings.sarif'].map((one) => `nightly/${one}`)]);
    const page = readFileSync(path.join(folder, files[0]), 'utf8');
    for (const { id } of campaign.findings) expect(page).toContain(`id="finding-${id}"`);
    expect(page).not.toMatch(/(src|href)="(https?:)?\/\//);
  });

  test('each result of findings.sarif names a file below the root that the log gives', () => {
    const { runs } = JSON.parse(readFileSync(path.join(folder, 'nightly', 'findings.sarif'), 'utf8')) as Log;
    const root = runs[0].originalUriBaseIds?.['%SRCROOT%'].uri as string;
    for (const { locations } of runs[0].results as Result[]) {
      const place = locations?.[0].physicalLocation?.artifactLocation;
      const file = fileURLToPath(new URL(place?.uri as string, root));
      expect(path.relative(realpathSync(folder), file)).toMatch(/^nightly\/findings\/[0-9a-f]{12}\/reduced\.skb$/);
    }
  });

  test('show writes a page, and ends as run does', () => {
    const { mutant } = campaign.findings[0].lane;
    const words = ['b2.skb', '-o', 'out.html'];
    expect(skbcheck(['show', ...words, '--mutant', mutant as string], { cwd: folder }).code).toBe(1);
    expect(skbcheck(['show', ...words], { cwd: folder }).code).toBe(0);
    expect(existsSync(path.join(folder, 'out.html'))).toBe(true);
  });

  test.each([
    [['report', 'nowhere'], /there is no nowhere\/report\.json/],
    [['report', 'nightly', '--mutants', 'broken.json'], /cannot read broken\.json/],
    [['show', 'b2.skb'], /required option '-o, --output <file>'/],
    [['show', 'nothing.skb', '-o', 'x.html'], /cannot read nothing\.skb/],
    [['show', 'b2.skb', '-o', 'x.html', '--profile', 'linux-5.13'], /no profile 'linux-5\.13'; profiles: /],
    [['show', 'b2.skb', '-o', 'x.html', '--profile', 'linux-6.1', '--mutant', 'B2'], /mutant B2 breaks a rule of/],
  ])('%j gets a one-line answer', (words, message) => {
    const { code, stderr } = skbcheck(words, { cwd: folder });
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});
