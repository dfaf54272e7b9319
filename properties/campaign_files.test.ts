// The files of a campaign: lines are whole or absent, leases count once, and findings keep what makes them new.

import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { AppendFile, readLines } from '../src/campaign/store/append_file';
import type { LeaseResult, StatsLine } from '../src/campaign/campaign_types';
import { FindingsStore } from '../src/campaign/store/findings_store';
import { readKnown } from '../src/campaign/store/known_findings';
import { Ledger } from '../src/campaign/store/ledger';
import { LocalLeases } from '../src/campaign/leases/lease_source';
import { metricsText } from '../src/campaign/store/metrics';
import { DiskFullRetry } from '../src/campaign/store/disk_full_retry';
import { assertSamePlan, lanesOf, leaseAt, type CampaignPlan } from '../src/campaign/plan';
import { RangeSet } from '../src/campaign/store/range_set';
import { StatsSeries } from '../src/campaign/store/stats_series';
import { canaryPlan, canaryPositions, canaryOf } from '../src/campaign/canary';
import { canaryProblems } from '../src/campaign/campaign_report';
import { partsOfLane, sessionOf } from '../src/campaign/worker/lane_session';
import { ModelSearch } from '../src/search/search_model';
import { findScenario, SCENARIOS } from '../src/generate/scenarios/registry';
import type { Scenario } from '../src/generate/scenario';
import { UsageError } from '../src/session/errors';
import { folderForTests } from './support/cli';
import { mutantOf } from './support/model';

const root = folderForTests('campaign-files');
let folders = 0;
const newFolder = (): string => {
  const folder = path.join(root, String(folders++));
  mkdirSync(folder);
  return folder;
};
const retry = new DiskFullRetry(() => undefined);

const core = findScenario('core') as Scenario;
const lanes = lanesOf([core], [{ name: 'model' }, { name: 'linux-6.1', profile: 'linux-6.1' }]);
const plan: CampaignPlan = {
  format: 1,
  version: '0.0.0',
  createdAt: '2026-01-01T00:00:00.000Z',
  seed: 5,
  lanes,
  programsPerLease: 250,
  canary: canaryPlan(lanes),
};

const resultOf = (lease: string, commands = 10): LeaseResult => ({
  lease,
  programs: 2,
  commands,
  cpuSeconds: 0.5,
  commandCounts: { kfree_skb: { executed: 3, skipped: 1, outcomes: { ok: 3 } } },
  invariants: { 'no-leak': 2 },
  canaries: { hidden: 1, found: 1 },
  reports: { abc: 1 },
});

describe('a file of lines', () => {
  test('cut at any byte, it keeps the whole lines before the cut, and the next line follows them', async () => {
    const file = path.join(newFolder(), 'lines.jsonl');
    const lines = [{ n: 1 }, { text: 'zwei\nLinien, drei Umlaute: äöü' }, { n: 3 }];
    const whole = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
    const bytes = Buffer.from(whole);
    for (let length = 0; length <= bytes.length; length++) {
      writeFileSync(file, bytes.subarray(0, length));
      const complete = bytes.subarray(0, length).toString().split('\n').length - 1;
      const append = await AppendFile.open(file, retry);
      await append.append({ added: length }, true);
      await append.close();
      expect(readLines(file)).toEqual([...lines.slice(0, complete), { added: length }]);
    }
  });

  test('keeps lines that arrive at once, all of them and in order', async () => {
    const file = path.join(newFolder(), 'lines.jsonl');
    const append = await AppendFile.open(file, retry);
    await Promise.all(Array.from({ length: 100 }, (_, n) => append.append({ n }, n % 3 === 0)));
    await append.close();
    expect(readLines(file)).toEqual(Array.from({ length: 100 }, (_, n) => ({ n })));
  });
});

describe('the plan', () => {
  test('searches each scenario with its profiles on the model, and with the profile of a kernel on that kernel', () => {
    expect(lanes.map(({ id }) => id)).toEqual([
      'core/linux-6.1/model',
      'core/linux-6.12/model',
      'core/linux-7.3/model',
      'core/linux-6.1/linux-6.1',
    ]);
  });

  test('has no lane that a kernel cannot execute', () => {
    const onKernel = lanesOf(SCENARIOS, [{ name: 'linux-6.12', profile: 'linux-6.12' }]).map(
      ({ scenario }) => scenario,
    );
    expect(onKernel).toContain('core');
    expect(onKernel.filter((name) => findScenario(name)?.modelOnly !== undefined)).toEqual([]);
  });

  test.each(['linux-6.12.95', 'linux-7.0.4', 'linux-7.3.4'])(
    'has lanes of a release, with its own profile: %s',
    (name) => {
      const lanes = lanesOf(SCENARIOS, [{ name: './linux', profile: name }]);
      expect(lanes.map(({ id }) => id)).toContain(`core/${name}/./linux`);
      expect(lanes.some(({ scenario }) => scenario === 'netmem')).toBe(name === 'linux-7.3.4');
    },
  );

  test('searches a mutant with its own profile alone', () => {
    expect(lanesOf([core], [{ name: 'model' }], mutantOf('F3')).map(({ id }) => id)).toEqual([
      'core/linux-6.12/model/F3',
    ]);
  });

  test('gives a lane leases without a gap, with ids that name their position', () => {
    const [first, second] = [leaseAt(plan, lanes[1], 0), leaseAt(plan, lanes[1], 1)];
    expect(first).toMatchObject({ id: 'core/linux-6.12/model#0', first: 5 * 2 ** 24, programs: 250 });
    expect(second).toMatchObject({ id: 'core/linux-6.12/model#1', first: first.first + 250 });
  });

  test('is kept when a directory is resumed; another plan is refused with the difference', () => {
    expect(() => assertSamePlan('d', plan, { lanes })).not.toThrow();
    expect(() => assertSamePlan('d', plan, { lanes, seed: 6 })).toThrow(
      /^d holds another campaign: its seed is 5, not 6;/,
    );
    expect(() => assertSamePlan('d', plan, { lanes, programsPerLease: 2 })).toThrow(/its leases have 250 programs/);
    expect(() => assertSamePlan('d', plan, { lanes: lanes.slice(1) })).toThrow(/it searches core\/linux-6.1\/model as/);
    const more = lanesOf([core], [{ name: 'linux-6.12', profile: 'linux-6.12' }]);
    expect(() => assertSamePlan('d', plan, { lanes: [...lanes, ...more] })).toThrow(UsageError);
  });
});

describe('canaries', () => {
  test('are one in each hundred programs of the model, the same in every process, none on a kernel', () => {
    const lease = leaseAt(plan, lanes[0], 3);
    const canary = canaryOf(plan.canary, plan.seed, lease);
    if (canary === undefined) throw new Error('no canary');
    const positions = canaryPositions(lease, canary);
    expect(positions.map((position) => Math.floor(position / 100))).toEqual(expect.arrayContaining([0, 1]));
    expect(positions.length).toBeLessThanOrEqual(3);
    expect(canaryPositions(lease, canary)).toEqual(positions);
    expect(canaryOf(plan.canary, plan.seed, leaseAt(plan, lanes[3], 3))).toBeUndefined();
    expect(canaryOf(plan.canary, plan.seed, leaseAt(plan, lanes[0], 3, 'mutated'))).toBeUndefined();
  });

  test('of each lane include one that its programs find often enough for forty to show it', () => {
    const onModel = lanesOf(SCENARIOS, [{ name: 'model' }]);
    const { mutants } = canaryPlan(onModel);
    const missed = onModel.filter((lane) => {
      const parts = partsOfLane(lane);
      const session = sessionOf(parts, parts.profile.abi, mutantOf(mutants[lane.id]));
      let found = 0;
      for (let position = 0; position < 40 && found < 4; position++) {
        const limits = { commands: Infinity, programs: 1, findings: Infinity, stop: () => false };
        const search = new ModelSearch(parts.scenario, parts.profile, session, position * 1009, limits, () => found++);
        while (search.slice(Infinity));
      }
      return found < 4;
    });
    expect(missed.map(({ id }) => id)).toEqual([]);
  });

  test('are a problem when many are hidden and none is found', () => {
    expect(canaryProblems({ hidden: 40, found: 0 })).toEqual([
      expect.stringContaining('none of 40 canaries was found'),
    ]);
    expect(canaryProblems({ hidden: 40, found: 1 })).toEqual([]);
    expect(canaryProblems({ hidden: 3, found: 0 })).toEqual([]);
  });
});

describe('the ledger', () => {
  test('counts a lease once, however often it is reported, in this process or the next', async () => {
    const folder = newFolder();
    const ledger = await Ledger.open(folder, retry);
    await Promise.all([
      ledger.done(resultOf('core/linux-6.1/model#0')),
      ledger.done(resultOf('core/linux-6.1/model#0')),
    ]);
    await ledger.done(resultOf('core/linux-6.1/model#2'));
    await ledger.close();
    appendFileSync(path.join(folder, 'ledger.jsonl'), `${JSON.stringify(resultOf('core/linux-6.1/model#0', 999))}\n`);
    const again = await Ledger.open(folder, retry);
    expect(again.sum('commands')).toBe(20);
    expect(again.lanes.get('core/linux-6.1/model')).toMatchObject({ leases: 2, reports: { abc: 2 } });
    expect(again.firstUndone('core/linux-6.1/model')).toBe(1);
    await again.close();
  });

  test('compacted, is small and equivalent, cut short at the end or not', async () => {
    const folder = newFolder();
    const ledger = await Ledger.open(folder, retry, 2000);
    for (let i = 0; i < 300; i++) await ledger.done(resultOf(`core/linux-6.${i % 2}/model#${Math.floor(i / 2)}`, i));
    const sums = [...ledger.lanes.values()].map((lane) => lane.toSum());
    await ledger.close();
    const file = path.join(folder, 'ledger.jsonl');
    expect(readFileSync(file).length).toBeLessThan(4000);
    const again = await Ledger.open(folder, retry, 2000);
    expect([...again.lanes.values()].map((lane) => lane.toSum())).toEqual(sums);
    expect(sums.map(({ done }) => done)).toEqual([[[0, 149]], [[0, 149]]]);
    await again.close();
    appendFileSync(file, '{"lease":"core/linux-6.1/model#15');
    const cut = await Ledger.open(folder, retry, 2000);
    expect(cut.has('core/linux-6.1/model', 150)).toBe(false);
    expect(cut.sum('leases')).toBe(300);
    await cut.close();
  });

  test('gives out leases in turn, without those that are done; a failed one again, at most three times', async () => {
    const ledger = await Ledger.open(newFolder(), retry);
    await ledger.done(resultOf('core/linux-6.12/model#0'));
    const leases = new LocalLeases(plan, ledger);
    const taken = [await leases.take(), await leases.take(), await leases.take()];
    expect(taken.map((lease) => lease?.id)).toEqual([
      'core/linux-6.1/model#0',
      'core/linux-7.3/model#0',
      'core/linux-6.1/linux-6.1#0',
    ]);
    const [lease] = taken;
    if (lease === null) throw new Error('no lease');
    expect(await leases.failed(lease)).toBe('again');
    expect((await leases.take())?.id).toBe(lease.id);
    expect(await leases.failed(lease)).toBe('again');
    expect((await leases.take())?.id).toBe(lease.id);
    expect(await leases.failed(lease)).toBe('given up');
    expect((await leases.take())?.id).toBe('core/linux-6.1/model#1');
    for (const { id } of lanes) leases.leaveOut(id);
    expect(await leases.take()).toBeNull();
    await ledger.close();
  });

  test('keeps sets of positions that are right, however they grow', () => {
    const set = new RangeSet();
    const order = [7, 3, 4, 0, 9, 8, 2, 1, 20];
    for (const value of order) expect(set.add(value)).toBe(true);
    for (const value of order) expect(set.add(value)).toBe(false);
    expect(set.ranges()).toEqual([[0, 4], [7, 9], [20, 20]]); // prettier-ignore
    expect(set.firstMissing).toBe(5);
    expect([5, 6, 10, 19, 21].filter((value) => set.has(value))).toEqual([]);
  });
});

describe('the store of findings', () => {
  const report = (signature: string, program: string) => ({
    lease: 'core/linux-6.1/model#0',
    signature,
    sentence: `${signature}: one is not two`,
    program,
    canary: false,
  });
  const open = (directory: string, until?: string): Promise<FindingsStore> =>
    FindingsStore.open({
      directory,
      version: '0.0.0',
      known: until === undefined ? [] : [{ signature: 'no-leak skb', why: 'seen', until }],
      retry,
    });
  const none = (): number => 0;
  const reduced = (id: string, shownOf10: number) => ({
    kind: 'reduced' as const,
    id,
    program: 'profile linux-6.1\n',
    executions: 3,
    shownOf10,
    sentence: 'smaller',
    report: 'text\n',
  });

  test('has a folder for each signature, at most eight programs in it, none twice', async () => {
    const folder = newFolder();
    const store = await open(folder);
    for (let i = 0; i < 12; i++)
      for (const signature of ['no-leak skb', 'bytes skb'])
        await store.report(lanes[0], report(signature, `profile linux-6.1\n# ${i >> 1}${signature}\n`), i);
    await Promise.all(
      [1, 2, 3].map((n) => store.report(lanes[1], report('no-leak skb', `profile linux-6.12\n# ${n}\n`), n)),
    );
    for (let i = 20; i < 30; i++) await store.report(lanes[0], report('no-leak skb', `profile linux-6.1\n# ${i}\n`), i);
    await store.close(none);
    const ids = readdirSync(path.join(folder, 'findings'));
    expect(ids.length).toBe(3);
    const [id] = store.findings(none).map((finding) => finding.id);
    expect(readdirSync(path.join(folder, 'findings', id, 'examples')).length).toBe(7);
    expect(readLines(path.join(folder, 'findings.jsonl')).length).toBe(8 + 6 + 3);
  });

  test('rebuilds all folders from findings.jsonl, and reduced programs stay reduced', async () => {
    const folder = newFolder();
    const store = await open(folder);
    const { id } = await store.report(lanes[0], report('no-leak skb', 'profile linux-6.1\n# a\n'), 1);
    const lost = await store.report(lanes[0], report('bytes skb', 'profile linux-6.1\n# b\n'), 1);
    await store.reduced(reduced(id, 10));
    await store.close(none);
    truncateSync(path.join(folder, 'findings', lost.id, 'finding.json'), 40);
    const again = await open(folder);
    expect(again.findings(none).map((finding) => [finding.id, finding.shownOf10])).toEqual([
      [id, 10],
      [lost.id, undefined],
    ]);
    expect(again.toReduce()?.id).toBe(lost.id);
    expect(again.toReduce()).toBeNull();
    await again.close(none);
    const file = path.join(folder, 'findings', lost.id, 'finding.json');
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ signature: 'bytes skb', state: 'new' });
    expect(existsSync(path.join(folder, 'findings', id, 'report.txt'))).toBe(true);
  });

  test('knows a finding until its entry expires; one that some of ten runs does not show is flaky', async () => {
    const stateOn = async (shown: number, until?: string): Promise<string> => {
      const store = await open(newFolder(), until);
      const { id } = await store.report(lanes[0], report('no-leak skb', 'profile linux-6.1\n'), 1);
      const { state } = await store.reduced(reduced(id, shown));
      await store.close(none);
      return state;
    };
    expect(await stateOn(10)).toBe('new');
    expect(await stateOn(9)).toBe('flaky');
    expect(await stateOn(10, '2999-12-31')).toBe('known');
    expect(await stateOn(10, '2020-01-01')).toBe('new');
  });

  test.each([
    ['{', /is no JSON/],
    ['{}', /is no list of known findings/],
    ['[{"signature":"a","why":"b"}]', /entry 1: it has no last day/],
    ['[{"signature":"a","why":"b","until":"2026-13-77"}]', /entry 1: it has no last day/],
    ['[{"signature":"a","until":"2026-01-01"}]', /entry 1: it does not say why/],
    ['[{"signature":"a","why":"b","until":"2026-01-01","lanes":"x"}]', /'lanes' means nothing/],
  ])('refuses a malformed list of known findings: %s', (text, line) => {
    const file = path.join(newFolder(), 'known.json');
    writeFileSync(file, text);
    expect(() => readKnown(file, true)).toThrow(line);
  });
});

describe('figures over time', () => {
  const lineAt = (at: number): StatsLine => ({
    at,
    seconds: at / 1000,
    programs: at,
    commands: at * 70,
    commandsPerSecond: 70_000,
    corpus: 0,
    features: 0,
    branches: { covered: 0, total: 0 },
    findings: { new: 1, known: 0, flaky: 0 },
    sinceNewSeconds: 3,
    workers: [
      {
        id: 'w1',
        pid: 7,
        state: 'searches',
        lease: 'a#1',
        commands: 5,
        commandsOfTask: 0,
        rssBytes: 1 << 26,
        restarts: 2,
      },
    ],
  });

  test('stay in a small file that keeps the first and the last; a report has at most 500 points of it', async () => {
    const folder = newFolder();
    const series = await StatsSeries.open(folder, retry, 100_000);
    for (let i = 1; i <= 3000; i++) await series.add(lineAt(i * 1000));
    await series.close();
    expect(readFileSync(path.join(folder, 'stats.jsonl')).length).toBeLessThan(101_000);
    const again = await StatsSeries.open(folder, retry, 100_000);
    const points = again.points();
    expect(points.length).toBeLessThanOrEqual(500);
    expect([points[0].at, points[points.length - 1].at]).toEqual([1000, 3_000_000]);
    expect(points.every((point, i) => i === 0 || point.at > points[i - 1].at)).toBe(true);
    await again.close();
  });

  test('are the same for Prometheus', async () => {
    const text = await metricsText(lineAt(2000));
    expect(text).toContain('\nskbcheck_commands 140000\n');
    expect(text).toContain('\nskbcheck_findings{state="new"} 1\n');
    expect(text).toContain('\nskbcheck_worker_restarts{worker="w1"} 2\n');
  });
});
