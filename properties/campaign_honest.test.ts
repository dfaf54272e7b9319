// A campaign says what it did not search: no green that says nothing.

import fc from 'fast-check';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { CampaignReport } from '../src/campaign/campaign_types';
import { campaignReport } from '../src/campaign/campaign_report';
import { canaryPlan } from '../src/campaign/canary';
import { firstLeasePrograms } from '../src/campaign/leases/first_lease';
import { LocalLeases } from '../src/campaign/leases/lease_source';
import { lanesOf, leaseAt, leaseNamed, type CampaignPlan } from '../src/campaign/plan';
import type { LaneTotals } from '../src/campaign/store/lane_totals';
import { programAfter } from '../src/generate/seed';
import { SCENARIOS } from '../src/generate/scenarios/registry';
import { campaignHead } from '../src/report/campaign_report/campaign_head_html';
import { campaignText } from '../src/report/campaign_report/campaign_text';
import { junitXml } from '../src/report/junit';
import { campaign, reportIn } from './support/campaign';
import { campaignOfMutants } from './support/campaign_fixture';
import { buildOnce, folderForTests, skbcheck } from './support/cli';

const CLEAN = 0;
const FINDING = 1;
const TOO_LITTLE = 4;

const folder = folderForTests('campaign-honest');
const at = (...names: string[]): string => path.join(folder, ...names);
const textIn = (...names: string[]): string => readFileSync(at(...names), 'utf8');

const targets = [{ name: 'model' }, ...['linux-6.1', 'linux-6.12'].map((name) => ({ name, profile: name }))];
const lanes = lanesOf(SCENARIOS, targets);

function planOf(programsPerFirstLease: number | undefined, programsPerLease = 2000): CampaignPlan {
  const sizes = { programsPerLease, ...(programsPerFirstLease === undefined ? {} : { programsPerFirstLease }) };
  return { format: 1, version: '0', createdAt: '2026-11-29', seed: 7, lanes, ...sizes, canary: canaryPlan(lanes) };
}

describe('leases', () => {
  test('go to every lane once before any lane has its second', async () => {
    const none = { has: () => false, firstUndone: () => 0, done: () => Promise.resolve() };
    const source = new LocalLeases(planOf(8), none);
    for (let round = 0; round < 3; round++) {
      const taken = [];
      while (taken.length < lanes.length) taken.push(await source.take());
      expect(taken.map((lease) => lease?.lane.id)).toEqual(lanes.map(({ id }) => id));
      expect(new Set(taken.map((lease) => lease?.position))).toEqual(new Set([round]));
    }
  });

  test('follow each other without a gap, whatever the first has, and grow to the usual number', () => {
    const numbers = fc.integer({ min: 1, max: 3000 });
    fc.assert(
      fc.property(numbers, numbers, (first, most) => {
        const plan = planOf(first, most);
        const leases = Array.from({ length: 20 }, (_, position) => leaseAt(plan, lanes[3], position));
        expect(leases[0].programs).toBe(Math.min(first, most));
        expect(leases[19].programs).toBe(most);
        for (let i = 1; i < leases.length; i++) {
          expect(leases[i].first).toBe(programAfter(leases[i - 1].first, leases[i - 1].programs));
          expect(leases[i].programs).toBe(Math.min(most, 2 * leases[i - 1].programs));
          expect(leaseNamed(plan, leases[i].id)).toMatchObject({
            first: leases[i].first,
            programs: leases[i].programs,
          });
        }
      }),
    );
  });

  test('of a plan that has no first size are all alike, as those of 0.1.0 were', () => {
    expect([0, 1, 5].map((position) => leaseAt(planOf(undefined, 250), lanes[0], position).programs)).toEqual([
      ...[250, 250, 250],
    ]);
  });

  test('are short enough at first that a slow machine ends one of every lane in the time, or in the commands', () => {
    const minute = { time_ms: 60_000, commands: null, lanes: lanes.length, workers: 2 };
    const first = firstLeasePrograms(minute);
    // Ten programs of a new lane take 0.15 s of a processor.
    expect((first * lanes.length * 0.015) / minute.workers).toBeLessThan(60 / 4);
    expect(firstLeasePrograms({ ...minute, time_ms: 8 * 3_600_000 })).toBeGreaterThanOrEqual(100);
    expect(firstLeasePrograms({ ...minute, time_ms: 1 })).toBe(1);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e8 }), fc.integer({ min: 1, max: 300 }), (commands, many) => {
        const few = firstLeasePrograms({ time_ms: null, commands, lanes: many, workers: 2 });
        expect(few === 1 || few * many * 65 <= commands).toBe(true);
      }),
    );
  });
});

describe('a campaign that ends before every lane was searched', () => {
  let report: CampaignReport;
  let stdout = '';
  let code: number | null = null;

  beforeAll(() => {
    buildOnce();
    ({ code, stdout } = campaign(folder, 'short', '--targets', 'model', '--commands', '1', '--workers', '1'));
    report = reportIn(at('short'));
  });

  test('names the lanes in report.json', () => {
    expect(code).toBe(CLEAN);
    const searched = report.lanes.filter(({ commands }) => commands > 0).map(({ lane }) => lane.id);
    expect(searched.length).toBeGreaterThan(0);
    expect(report.unsearched.length).toBeGreaterThan(20);
    expect([...searched, ...report.unsearched].sort()).toEqual(report.lanes.map(({ lane }) => lane.id).sort());
  });

  test('names them in the first lines of its summary, and claims nothing about them', () => {
    const [, second, ...rest] = stdout.split('\n');
    expect(second).toBe(`not searched: ${report.unsearched.length} of ${report.lanes.length} lanes`);
    const end = rest.findIndex((line) => !line.startsWith('  on '));
    const named = rest.slice(0, end).flatMap((line) => {
      const [, profile, scenarios] = /^ {2}on model \((\S+)\): (.*)$/.exec(line) as RegExpExecArray;
      return scenarios.split(' ').map((scenario) => `${scenario}/${profile}/model`);
    });
    expect(named.sort()).toEqual([...report.unsearched].sort());
    expect(stdout).toMatch(/^nothing found in the \d+ lanes? that (was|were) searched$/m);
  });

  test('has each as a skipped test in junit.xml, and no passing one that holds over nothing', () => {
    const xml = textIn('short', 'junit.xml');
    const skipped = [...xml.matchAll(/<testcase classname="([^"]+)"[^>]*>\s*<skipped message="not searched"\/>/g)];
    expect(skipped.map(([, lane]) => lane).sort()).toEqual([...report.unsearched].sort());
    expect(xml).toContain(` skipped="${report.unsearched.length}"`);
    expect(xml).not.toMatch(/holds over 0 /);
  });

  test('names them at the head of report.html, and shows no outcome of theirs as missed', () => {
    const page = textIn('short', 'report.html');
    const head = page.slice(0, page.indexOf('id="findings"'));
    expect(head).toContain(`Not searched: ${report.unsearched.length} of ${report.lanes.length} lanes`);
    for (const id of report.unsearched) expect(head).toContain(id.split('/')[0]);
    expect(page).not.toContain('data-command="xsk_sendto"');
  });

  test('goes on with the other lanes where the same command gives it more to do', () => {
    const more = ['--targets', 'model', '--commands', String(report.totals.commands + 1), '--workers', '1'];
    expect(campaign(folder, 'short', ...more).code).toBe(CLEAN);
    expect(reportIn(at('short')).unsearched.length).toBeLessThan(report.unsearched.length);
  });
});

describe('the same campaign again after its end', () => {
  const words = ['--scenarios', 'core', '--targets', 'model', '--workers', '1', '--commands', '500'];

  test('says that nothing was searched and how to go on, and is no success', () => {
    expect(campaign(folder, 'again', ...words).code).toBe(CLEAN);
    const done = reportIn(at('again')).totals.commands;
    const again = campaign(folder, 'again', ...words);
    expect(again.code).toBe(TOO_LITTLE);
    expect(again.stdout.split('\n')[0]).toBe(
      'campaign: its 500 commands were over before: nothing was searched; ' +
        '--commands 1000 goes on, --dir DIR begins anew',
    );
    expect(reportIn(at('again'))).toMatchObject({ overBefore: true, totals: { commands: done } });
    expect(textIn('again', 'report.html')).toContain('The last run: its 500 commands were over before');
  });

  test('of another time: says which --time goes on; with a finding it is still no news', () => {
    const f3 = ['--mutant', 'F3', '--lease', '100', '--workers', '1', '--time'];
    expect(campaign(folder, 'time', ...f3, '60s', '--commands', '15000').code).toBe(FINDING);
    const again = campaign(folder, 'time', ...f3, '1ms');
    expect(again.code).toBe(TOO_LITTLE);
    expect(again.stdout).toMatch(/^campaign: its 1 ms were over before: nothing was searched; --time 2ms goes on, /);
  });
});

describe('a campaign that meets known bugs of a kernel', () => {
  let stdout = '';
  let code: number | null = null;
  const words = ['--scenarios', 'xsk', '--targets', 'model', '--workers', '1', '--seed', '7', '--no-branches'];
  const KNOWN = /^ {2}known, not new: .* \((\S+); mended in [^)]+\), met by ([\d,]+) programs?$/gm;
  const programsOf = (text: string): number[] =>
    [...text.matchAll(KNOWN)].map((met) => Number(met[2].replace(',', '')));

  beforeAll(() => {
    ({ code, stdout } = campaign(folder, 'met', ...words, '--commands', '30000'));
  });

  test('lists them under its findings, with the programs that met each, and does not fail', () => {
    expect(code).toBe(CLEAN);
    expect(stdout).toContain('\nnothing found\n');
    expect(stdout).toMatch(
      /\(xsk-completes-what-is-not-sent; mended in 6\.17 by 30f241fcf52a\), met by \d+ programs?$/m,
    );
    expect(Math.min(...programsOf(stdout))).toBeGreaterThan(0);
  });

  test('has them in report.json, of the lane with the rules that have the bug, and in report.html', () => {
    const report = reportIn(at('met'));
    expect(report.met.map(({ programs }) => programs)).toEqual(programsOf(stdout));
    const of = (profile: string): string[] =>
      report.lanes.flatMap(({ lane, met }) => (lane.profile === profile ? met.map(({ id }) => id) : []));
    expect(of('linux-6.12')).toEqual(report.met.map(({ id }) => id));
    expect(of('linux-7.3')).toEqual([]);
    const page = textIn('met', 'report.html');
    const table = page.slice(page.indexOf('id="met"'), page.indexOf('id="lanes"'));
    for (const { id, title } of report.met) expect([id, title].every((word) => table.includes(word))).toBe(true);
  });

  test('still has them in its ledger where it goes on, and adds to them', () => {
    const before = programsOf(stdout);
    const more = campaign(folder, 'met', ...words, '--commands', '60000', '--ktap');
    const lines = [...more.stdout.matchAll(/^# (known, not new: .*)$/gm)].map(([, line]) => `  ${line}`).join('\n');
    const after = programsOf(lines);
    expect(after.length).toBeGreaterThanOrEqual(before.length);
    const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
    expect(sum(after)).toBeGreaterThan(sum(before));
  });
});

describe('the text of a campaign', () => {
  const base = campaignOfMutants(['F3'], 11);
  const over = (time_ms: number): string =>
    campaignText(
      {
        ...base,
        end: 'time',
        overBefore: true,
        limits: { time_ms, commands: null },
        totals: { ...base.totals, seconds: 1e9 },
      },
      'c',
    ).split('\n')[0];

  test.each([
    [60_000, 'its 60 s were over before: nothing was searched; --time 2m goes on'],
    [8 * 3_600_000, 'its 8 h were over before: nothing was searched; --time 16h goes on'],
    [90 * 60_000, 'its 90 min were over before: nothing was searched; --time 3h goes on'],
    [1500, 'its 1500 ms were over before: nothing was searched; --time 3s goes on'],
  ])('names the time that is over as people write it: %d ms', (ms, line) => {
    expect(over(ms)).toBe(`campaign: ${line}, --dir DIR begins anew`);
  });

  test('claims nothing where no command was executed', () => {
    const plan = planOf(8);
    const { totals, series } = base;
    const nothing = campaignReport({
      ...{
        plan,
        endedAt: base.endedAt,
        end: 'time',
        limits: base.limits,
        overBefore: false,
        problems: [],
        findings: [],
      },
      ...{ lanes: new Map<string, LaneTotals>(), series, last: { ...totals, at: 0, commandsPerSecond: 0 } as never },
    });
    expect(nothing.unsearched.length).toBe(lanes.length);
    expect(campaignText(nothing, 'c')).toContain('\nnothing was searched: no command was executed in any lane\n');
    expect(campaignText(nothing, 'c')).toContain('\nnothing found, because nothing was searched\n');
    expect(campaignHead(nothing)[0]).toContain('Nothing was searched');
  });

  test('says of a finding that is not reduced that it is not, with its report in junit.xml, and how to repeat it once', () => {
    const [{ report, reduced, shownOf10, ...raw }] = base.findings;
    const unreduced = { ...base, findings: [raw] };
    expect(campaignText(unreduced, 'c')).toMatch(/^ {2}new: .*, not reduced: findings\/\w+\/program\.skb$/m);
    const reports = new Map([[raw.id, `${raw.sentence}\n\n>>> the guilty call\n`]]);
    for (const one of [unreduced, base]) {
      const xml = junitXml(one, 'c', reports);
      expect(xml.match(/reproduce: npx skbcheck run c\/findings\/\w+\/\w+\.skb --mutant F3/g)).toHaveLength(1);
      expect(xml.match(/reproduce:/g)).toHaveLength(1);
      expect(xml).toContain('>>> ');
      expect(xml.includes('not reduced: this is the program as it was found')).toBe(one === unreduced);
    }
    expect([report, reduced, shownOf10]).not.toContain(undefined);
  });
});

test('report makes an unreduced finding of report.json a failure with its guilty call', () => {
  const base = campaignOfMutants(['F3'], 11);
  const [finding] = base.findings;
  const raw = { ...finding, report: undefined, reduced: undefined, program: finding.reduced as string };
  const file = { ...base, findings: [raw] };
  mkdirSync(at('unreduced'));
  writeFileSync(at('unreduced', 'report.json'), JSON.stringify(file));
  expect(skbcheck(['report', 'unreduced'], { cwd: folder }).code).toBe(FINDING);
  expect(textIn('unreduced', 'junit.xml')).toMatch(
    /not reduced: this is the program as it was found\n\nsocket-charge[^]*\n>>> /,
  );
});
