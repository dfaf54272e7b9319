// A campaign on several machines: leases through BullMQ on a real Redis, and no lease skipped, lost or counted twice.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { CampaignReport, LeaseResult } from '../src/campaign/campaign_types';
import { Random } from '../src/generate/random';
import { childrenOf } from './campaign_kills/kill_round';
import { assertNoneTwiceAndNoGap, leasesOf, linesOf } from './campaign_kills/ledger_of';
import { checkQueueUrl } from '../src/queue/redis_link';
import { UsageError } from '../src/session/errors';
import { buildOnce, folderForTests, skbcheck } from './support/cli';
import { freePort, hasRedis, TestRedis } from './support/redis';
import { Machines, sleep, until } from './support/queue_machines';

const there = hasRedis();
const withRedis = there ? test : test.skip;
if (!there) process.stderr.write('no redis-server: campaigns on many machines are not tested\n');

const SEED = Number(process.env.SKBCHECK_SEED ?? Date.now() % 1_000_000);
const folder = folderForTests('queue');
const MUTANT = ['--scenarios', 'core,multicast', '--mutant', 'A13', '--lease', '10', '--seed', String(SEED)];

/**
 * A worker that takes 150 ms for each lease and finds nothing. With DEADLY=1 it kills itself in leases that end in #3.
 */
const quick = path.join(folder, 'quick.js');
const QUICK = `
  process.on('disconnect', () => process.exit());
  process.on('SIGTERM', () => {});
  process.on('message', (message) => {
    if (message.kind === 'stop') process.exit();
    if (message.kind !== 'lease') return;
    const { lease } = message;
    if (lease.id.endsWith('#3') && process.env.DEADLY === '1') process.kill(process.pid, 'SIGKILL');
    const counts = { commandCounts: {}, invariants: {}, canaries: { hidden: 0, found: 0 } };
    const result = { lease: lease.id, programs: lease.programs, commands: 100, cpuSeconds: 0, ...counts };
    setTimeout(() => process.send({ kind: 'done', result }), 150);
  });
  process.send({ kind: 'ready' });`;

let redis: TestRedis;
let machines: Machines;
let directory: string;

beforeAll(async () => {
  if (!there) return;
  process.stderr.write(`queue.test.ts: seed ${SEED}\n`);
  buildOnce();
  writeFileSync(quick, QUICK);
  mkdirSync(path.join(folder, 'redis'));
  redis = await TestRedis.start(path.join(folder, 'redis'));
});
afterAll(() => redis?.stop());
beforeEach(async () => {
  if (!there) return;
  await redis.ask((client) => client.flushall());
  machines = new Machines(redis.url);
  directory = mkdtempSync(path.join(folder, 'campaign-'));
});
afterEach(() => machines?.endAll());

/** Checks that each lease is recorded once, and that a resumed campaign begins with the missing leases. */
function assertEachOnce(words: readonly string[]): void {
  const leases = leasesOf(directory);
  expect(new Set(leases.map(({ lease }) => lease)).size).toBe(leases.length);
  const commands = leases.reduce((sum, lease) => sum + lease.commands, 0);
  const { code } = skbcheck(
    ['campaign', '--dir', directory, ...words, '--workers', '1', '--commands', `${commands + 10000}`],
    { cwd: folder },
  );
  expect(code).toBe(1);
  assertNoneTwiceAndNoGap(leasesOf(directory));
}

/** Waits until lost leases are done again: each lease once, and none is missing before the last. */
async function untilNoGap(): Promise<void> {
  let gap: unknown;
  const isWhole = (): boolean => {
    try {
      assertNoneTwiceAndNoGap(leasesOf(directory));
      return true;
    } catch (error) {
      gap = error;
      return false;
    }
  };
  await until(isWhole, 60_000, () => String(gap));
}

function reportOf(): CampaignReport {
  return JSON.parse(readFileSync(path.join(directory, 'report.json'), 'utf8')) as CampaignReport;
}

const countsOf = ({ lease, programs, commands, canaries, reports }: LeaseResult) => ({
  lease,
  programs,
  commands,
  canaries,
  reports,
});

withRedis('two workers search like one machine: the same leases, each once, the same findings', async () => {
  const workers = [machines.worker(), machines.worker()];
  const campaign = machines.campaign('--dir', directory, ...MUTANT, '--commands', '15000');
  expect({ code: await campaign.ended, stderr: campaign.stderr }).toMatchObject({ code: 1 });
  const far = leasesOf(directory);
  const alone = path.join(folder, 'alone');
  skbcheck(['campaign', '--dir', alone, ...MUTANT, '--workers', '1', '--commands', '15000'], { cwd: folder });
  const near = new Map(leasesOf(alone).map((lease) => [lease.lease, countsOf(lease)]));
  const both = far.filter(({ lease }) => near.has(lease));
  expect(both.length).toBeGreaterThan(far.length / 2);
  // Every second lease is made of programs that were kept until then, which differ between these machines and one
  // alone.
  const generated = both.filter(({ lease }) => Number(lease.split('#')[1]) % 2 === 0);
  expect(generated.length).toBeGreaterThan(both.length / 3);
  expect(generated.map(countsOf)).toEqual(generated.map(({ lease }) => near.get(lease)));
  const stored = new Set(linesOf<{ id: string }>(directory, 'findings.jsonl').map(({ id }) => id));
  for (const { reports } of far) for (const id of Object.keys(reports ?? {})) expect(stored).toContain(id);

  // Redis keeps no other key, and no process is left on any machine.
  await redis.untilOnly('skbcheck:campaign');
  const children = workers.flatMap(({ child }) => childrenOf(child.pid as number));
  expect(await machines.endAll()).toEqual([0, 0]);
  await until(
    () => children.every((pid) => childrenOf(pid).length === 0 && !lives(pid)),
    5000,
    () => 'a worker process lives on',
  );
  assertEachOnce(MUTANT);
});

withRedis('SIGKILL of workers and of the campaign at random moments skips no lease and counts none twice', async () => {
  const random = new Random();
  random.seed(SEED);
  const workers = [machines.worker(), machines.worker()];
  const words = ['--dir', directory, ...MUTANT, '--time', '300s'];
  let campaign = machines.campaign(...words);
  const more = async (leases: number): Promise<void> => {
    const before = leasesOf(directory).length;
    await until(
      () => leasesOf(directory).length > before + leases,
      60_000,
      () => campaign.stderr,
    );
  };
  await more(2);
  for (let round = 0; round < 4; round++) {
    await sleep(random.below(1200));
    const [victim] = workers.splice(random.below(workers.length), 1);
    victim.signal('SIGKILL');
    workers.push(machines.worker());
  }
  const findings = linesOf(directory, 'findings.jsonl');
  campaign.signal('SIGKILL');
  campaign = machines.campaign(...words);
  await campaign.untilItSays(/continues/);
  await more(10);
  campaign.child.kill('SIGINT');
  expect(await campaign.ended).toBe(130);
  expect(linesOf(directory, 'findings.jsonl').slice(0, findings.length)).toEqual(findings);
  assertEachOnce(MUTANT);
});

withRedis('a Redis that is stopped and started is waited for, even if it comes back empty', async () => {
  const worker = machines.worker(quick);
  const campaign = machines.campaign('--dir', directory, ...MUTANT, '--time', '300s');
  const more = async (): Promise<void> => {
    const before = leasesOf(directory).length;
    await until(
      () => leasesOf(directory).length > before + 8,
      60_000,
      () => campaign.stderr + worker.stderr,
    );
  };
  await more();
  await redis.stop('SIGTERM');
  await sleep(1500);
  await redis.start();
  await more();
  await redis.stop('SIGKILL');
  rmSync(path.join(folder, 'redis', 'appendonlydir'), { recursive: true });
  await redis.start();
  await more();
  await untilNoGap();

  // No machine waits for a missing Redis when it is time to end.
  await redis.stop();
  await Promise.all([campaign, worker].map((machine) => machine.untilItSays(/(is gone[^]*){3}/)));
  campaign.child.kill('SIGINT');
  worker.child.kill('SIGTERM');
  expect(await Promise.all([campaign.ended, worker.ended])).toEqual([130, 0]);
  for (const { stderr } of [campaign, worker]) {
    expect(stderr.match(/is gone: waiting for it, nothing is lost/g)).toHaveLength(3);
    expect(stderr.match(/is back: going on/g)).toHaveLength(2);
  }
  await redis.start();
});

withRedis(
  'a machine frozen for longer than its lock: another does its lease, its own answer comes too late',
  async () => {
    const frozen = machines.worker(quick);
    const campaign = machines.campaign('--dir', directory, ...MUTANT, '--time', '300s');
    await until(
      () => leasesOf(directory).length > 2,
      60_000,
      () => campaign.stderr,
    );
    frozen.signal('SIGSTOP');
    machines.worker(quick);
    const before = leasesOf(directory).length;
    // The frozen machine holds the first lease that is missing.
    const missing = (): boolean => {
      try {
        assertNoneTwiceAndNoGap(leasesOf(directory));
        return false;
      } catch {
        return true;
      }
    };
    await until(
      () => leasesOf(directory).length > before + 3,
      60_000,
      () => campaign.stderr,
    );
    await until(
      () => !missing(),
      60_000,
      () => 'its lease is not done',
    );
    frozen.signal('SIGCONT');
    await frozen.untilItSays(/away for too long/);
    await sleep(500);
    campaign.child.kill('SIGINT');
    expect(await campaign.ended).toBe(130);
    assertEachOnce(MUTANT);
  },
);

withRedis('a lease that kills three workers is a finding, and the campaign continues without it', async () => {
  const deadly = path.join(folder, 'deadly.js');
  writeFileSync(deadly, `process.env.DEADLY = '1';${QUICK}`);
  machines.worker(deadly);
  const campaign = machines.campaign('--dir', directory, ...MUTANT, '--time', '300s');
  const given = (): LeaseResult[] => leasesOf(directory).filter(({ programs }) => programs === 0);
  await until(
    () => given().length > 0,
    60_000,
    () => campaign.stderr,
  );
  campaign.child.kill('SIGINT');
  expect(await campaign.ended).toBe(130);
  const killed = reportOf().findings.filter(({ cause }) => cause === 'worker');
  expect(killed.length).toBeGreaterThan(0);
  expect(killed[0]).toMatchObject({ signature: 'worker it was ended by SIGKILL' });
  for (const { lease } of given()) expect(lease).toMatch(/#3$/);
});

withRedis('mistakes end in one line: another version, another campaign, a Redis that does not answer', async () => {
  const campaign = machines.campaign('--dir', directory, ...MUTANT, '--time', '300s');
  await campaign.untilItSays(/leases go to/);
  const old = machines.worker(quick, '0.0.1');
  expect(await old.ended).toBe(3);
  expect(old.stderr).toMatch(/a campaign needs one version on all machines/);
  const other = machines.campaign('--dir', `${directory}-other`, ...MUTANT);
  expect(await other.ended).toBe(3);
  expect(other.stderr).toMatch(/error: another campaign is at work in this Redis: process \d+ of/);
  const { code, stderr } = skbcheck(['worker', '--queue', `redis://127.0.0.1:${await freePort()}`], { cwd: folder });
  expect({ code, stderr }).toMatchObject({
    code: 3,
    stderr: expect.stringMatching(/^skbcheck: error: cannot use redis:\/\/127\S+: connect ECONNREFUSED .*\n$/),
  });
  for (const [url, says] of [
    ['http://127.0.0.1', /^--queue takes redis:.*$/],
    ['redis://:secret@127.0.0.1/x', /^--queue takes redis:[^\n]*'redis:\/\/127.0.0.1\/x'$/],
    ['postgres://127.0.0.1/queue', /^.*PostgreSQL is not supported$/],
  ] as const) {
    expect(() => checkQueueUrl(url)).toThrow(UsageError);
    expect(() => checkQueueUrl(url)).toThrow(says);
  }
});

function lives(pid: number): boolean {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
