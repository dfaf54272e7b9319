// A campaign on several machines: a program that one of them keeps reaches the campaign's directory and the others.

import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { CampaignCorpus } from '../src/campaign/campaign_corpus';
import { corpusId, readCorpus, writeCorpus } from '../src/corpus/corpus_files';
import { WorkerCorpus } from '../src/campaign/worker/worker_corpus';
import type { KeptProgram } from '../src/campaign/worker_messages';
import { packed, sampleOf, unpacked } from '../src/queue/lease_job';
import { keptFields, keptOf } from '../src/queue/messages';
import { parseProgram } from '../src/program/parse';
import { findMutant } from '../src/rules/mutants';
import { leasesOf, linesOf } from './campaign_kills/ledger_of';
import { buildOnce, folderForTests, skbcheck, onlyAnnounced } from './support/cli';
import { hasRedis, TestRedis } from './support/redis';
import { Machines, until } from './support/queue_machines';

const there = hasRedis();
const withRedis = there ? test : test.skip;
if (!there) process.stderr.write('no redis-server: corpora on many machines are not tested\n');

const folder = folderForTests('queue-corpus');
const LANE = 'core/linux-6.12/model';

/** A worker that keeps one program in each `mutated` lease, and notes the programs that it receives. */
const keeper = path.join(folder, 'keeper.js');
const KEEPER = `
  const { appendFileSync } = require('node:fs');
  const { createHash } = require('node:crypto');
  const note = (line) => appendFileSync(${JSON.stringify(folder)} + '/notes-' + process.pid, line + '\\n');
  process.on('disconnect', () => process.exit());
  process.on('SIGTERM', () => {});
  process.on('message', (message) => {
    if (message.kind === 'stop') process.exit();
    if (message.kind === 'corpus') for (const { id } of message.entries) note('told ' + id);
    if (message.kind !== 'lease') return;
    const { lease } = message;
    note(lease.kind + ' ' + lease.position);
    if (lease.kind === 'mutated') {
      const size = process.pid % 1000 * 10 + lease.position % 10;
      const text = 'profile ' + lease.lane.profile + '\\nskb1 = alloc_skb(size: ' + size + ')\\n';
      const id = createHash('sha256').update(text).digest('hex').slice(0, 12);
      const features = [size];
      note('kept ' + id);
      process.send({ kind: 'kept', entry: { id, text, lane: lease.lane.id, features }, reached: features });
    }
    const counts = { commandCounts: {}, invariants: {}, canaries: { hidden: 0, found: 0 } };
    const result = { lease: lease.id, programs: lease.programs, commands: 100, cpuSeconds: 0, ...counts };
    setTimeout(() => process.send({ kind: 'done', result }), 150);
  });
  process.send({ kind: 'ready' });
  note('pid ' + process.pid);`;

let redis: TestRedis;
let machines: Machines;
let directory: string;

beforeAll(async () => {
  if (!there) return;
  buildOnce();
  writeFileSync(keeper, KEEPER);
  mkdirSync(path.join(folder, 'redis'));
  redis = await TestRedis.start(path.join(folder, 'redis'));
});
afterAll(() => redis?.stop());
beforeEach(async () => {
  directory = mkdtempSync(path.join(folder, 'campaign-'));
  if (!there) return;
  await redis.ask((client) => client.flushall());
  machines = new Machines(redis.url);
});
afterEach(() => machines?.endAll());

/** The ids that workers noted with a word, each worker for itself. */
function noted(pids: readonly number[], kind: string): string[][] {
  return pids.map((pid) => {
    const file = path.join(folder, `notes-${pid}`);
    const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
    return lines.filter((line) => line.startsWith(`${kind} `)).map((line) => line.slice(kind.length + 1));
  });
}

function childOf(pid: number): number | undefined {
  const [child] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean);
  return child === undefined ? undefined : Number(child);
}

withRedis('a program that a machine keeps reaches the corpus of the campaign, and the other machine once', async () => {
  const both = [machines.worker(keeper), machines.worker(keeper)];
  const words = ['--dir', directory, '--scenarios', 'core', '--targets', 'model', '--seed', '5', '--lease', '10'];
  const campaign = machines.campaign(...words, '--time', '300s');
  const pids = (): number[] => both.flatMap(({ child }) => childOf(child.pid as number) ?? []);
  await until(
    () => pids().length === 2,
    40_000,
    () => campaign.stderr,
  );
  const workers = pids();
  const known = (): boolean => {
    const kept = noted(workers, 'kept');
    const told = noted(workers, 'told');
    return kept.every((ids, i) => ids.some((id) => told[1 - i].includes(id)));
  };
  await until(known, 40_000, () => `${campaign.stderr}${both.map(({ stderr }) => stderr).join('')}`);
  campaign.child.kill('SIGINT');
  expect(await campaign.ended).toBe(130);

  const stored = new Set(readCorpus(path.join(directory, 'corpus')).entries.map(({ id }) => id));
  for (const [i, told] of noted(workers, 'told').entries()) {
    // No worker receives a program that it kept itself, or a program twice.
    const own = noted(workers, 'kept')[i];
    expect(told.filter((id) => own.includes(id))).toEqual([]);
    expect(new Set(told).size).toBe(told.length);
    for (const id of told) expect(stored).toContain(id);
  }
  // Every second lease of a lane is made of kept programs, as on one machine.
  for (const position of noted(workers, 'mutated').flat()) expect(Number(position) % 2).toBe(1);
  for (const position of noted(workers, 'generated').flat()) expect(Number(position) % 2).toBe(0);

  // Redis keeps only the mark that the campaign is over.
  await redis.untilOnly('skbcheck:campaign');
});

withRedis('a machine executes kept programs once more: they find a bug that is newer than the corpus', async () => {
  const core = ['--scenarios', 'core', '--seed', '7', '--dir', directory];
  const alone = ['--targets', 'model', '--lease', '20', '--workers', '1', '--commands', '9000'];
  const clean = skbcheck(['campaign', ...core, ...alone], { cwd: folder });
  expect(clean).toMatchObject({ code: 0, stderr: onlyAnnounced });
  const corpus = path.join(directory, 'corpus');
  const { entries } = readCorpus(corpus);
  const mine = entries.filter(({ lane }) => lane === LANE);
  expect(mine.length).toBeGreaterThan(10);
  // A kept program near the bug: a night of searching would reach it, a test cannot wait for it.
  const text = `profile linux-6.12\n${findMutant('B4')?.program}`;
  const entry = { id: corpusId(text), text, program: parseProgram(text, 'B4'), lane: LANE, features: [1] };
  const next = path.join(folder, 'next-day');
  writeCorpus(path.join(next, 'corpus'), [...entries, entry]);
  rmSync(directory, { recursive: true });

  machines.worker();
  // Leases of one program: only the kept programs can find the bug in the first lease.
  const words = ['--dir', next, '--scenarios', 'core', '--mutant', 'B4', '--seed', '7', '--lease', '1'];
  const campaign = machines.campaign(...words, '--commands', '2000');
  expect({ code: await campaign.ended, stderr: campaign.stderr }).toMatchObject({ code: 1 });
  const first = leasesOf(next).find(({ lease }) => lease === `${LANE}/B4#0`);
  expect(first?.programs).toBe(mine.length + 2);
  const findings = linesOf<{ lease: string; signature: string }>(next, 'findings.jsonl');
  expect(findings.find(({ lease }) => lease === first?.lease)?.signature).toMatch(/refcount/);
});

function keptOfSize(size: number, filling = ''): KeptProgram {
  const text = `profile linux-6.12\n# ${filling}\nskb1 = alloc_skb(size: ${size})\n`;
  return { id: corpusId(text), text, lane: LANE, features: [size] };
}

test('a job holds a bounded part of a corpus: the newest, and others that the lease decides', () => {
  const entries = Array.from({ length: 500 }, (_, i) => keptOfSize(i));
  const sample = sampleOf(entries, 42);
  expect(sample.slice(-64)).toEqual(entries.slice(-64));
  expect(sample).toHaveLength(96);
  expect(sampleOf(entries, 42)).toEqual(sample);
  expect(sampleOf(entries, 43)).not.toEqual(sample);
  expect(sampleOf(entries.slice(0, 3), 42)).toEqual(entries.slice(0, 3));

  expect(unpacked(packed(entries) ?? '')).toEqual(entries);
  const long = Array.from({ length: 50 }, (_, i) => keptOfSize(i, i % 2 === 0 ? noise(i) : ''));
  const text = packed(long, 30_000) ?? '';
  expect(text.length).toBeLessThanOrEqual(30_000);
  // The short ones are included, in their order.
  const ids = unpacked(text).map(({ id }) => id);
  expect(ids).toEqual(long.map(({ id }) => id).filter((id) => ids.includes(id)));
  for (const entry of long) if (entry.text.length < 100) expect(ids).toContain(entry.id);
  expect(ids.length).toBeLessThan(50);
  expect([unpacked(undefined), unpacked('rubbish'), packed([])]).toEqual([[], [], null]);
});

/** 2,000 digits that do not compress well. */
function noise(seed: number): string {
  return Array.from({ length: 167 }, (_, i) => corpusId(`${seed} ${i}`)).join('');
}

test('entries of Redis that are no kept programs are left out', () => {
  const entry = keptOfSize(64);
  expect(keptOf(keptFields(entry, [64, 65]))).toEqual({ entry, reached: [64, 65] });
  const strange = [{ id: '../../passwd' }, { lane: 1 }, { features: [-1] }, { features: ['64'] }, { text: undefined }];
  for (const part of strange)
    expect(keptOf(keptFields({ ...entry, ...part } as unknown as KeptProgram, [64]))).toBeUndefined();
  for (const fields of [['kept', '{'], ['kept'], ['kept', 'null'], ['finding', '{}'], []])
    expect(keptOf(fields)).toBeUndefined();
});

test('a program of another machine with known features is not kept again; a worker learns each program once', () => {
  const learnt = new CampaignCorpus(directory, () => undefined);
  const of = (size: number, features: number[]): KeptProgram => ({ ...keptOfSize(size), features });
  expect(learnt.addFromElsewhere(of(1, [1, 2]), [1, 2])).toBe(true);
  expect(learnt.addFromElsewhere(of(2, [2]), [2])).toBe(false);
  expect(learnt.addFromElsewhere(of(3, [2, 3]), [1, 2, 3])).toBe(true);
  expect(learnt.entries.map(({ features }) => features)).toEqual([[1, 2], [3]]);
  // Other scenarios have corpora of their own.
  expect(learnt.addFromElsewhere({ ...of(4, [1]), lane: 'gro/linux-6.12/model' }, [1])).toBe(true);

  const workerCorpus = new WorkerCorpus(() => undefined);
  workerCorpus.learn(learnt.entries);
  workerCorpus.learn(learnt.entries);
  expect(workerCorpus.corpusOf('core').entries.map(({ id }) => id)).toEqual(
    learnt.ofScenario('core').map(({ id }) => id),
  );
  // A program that does not parse does not end the worker that picks it: it becomes a program without calls.
  workerCorpus.learn([keptOfSize(9999999)]);
  expect(workerCorpus.corpusOf('core').entries.at(-1)?.program.calls).toEqual([]);
});
