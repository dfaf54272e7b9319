// Campaigns: they keep their findings when a worker dies, when the campaign itself dies, and when the disk is full.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { CampaignPlan } from '../src/campaign/plan';
import type { CampaignReport } from '../src/campaign/campaign_types';
import { Random } from '../src/generate/random';
import { childrenOf, killRound } from './campaign_kills/kill_round';
import { assertNoneTwiceAndNoGap, leasesOf, linesOf } from './campaign_kills/ledger_of';
import { campaign, findingIn, reportIn, startCampaign } from './support/campaign';
import { effort } from './support/effort';
import { until } from './support/until';
import { linuxTargets } from './support/linux';
import { buildOnce, folderForTests, skbcheck, onlyAnnounced } from './support/cli';

const CLEAN = 0;
const FINDING = 1;
const USAGE = 2;
const UNUSABLE = 3;
const INTERRUPTED = 130;

const SIGNATURE = 'socket-charge sock';
const F3 = ['--mutant', 'F3', '--lease', '100', '--workers', '2'];

const folder = folderForTests('campaign');
const at = (name: string): string => path.join(folder, name);
const seed = Math.floor(Math.random() * 1e6);

beforeAll(() => {
  buildOnce();
  process.stderr.write(`campaigns of these tests: --seed ${seed}\n`);
});

describe('a finding of a campaign', () => {
  test('is stored, reduced, printed and in the report; the program in its folder shows it', () => {
    const { code, stdout, stderr } = campaign(folder, 'f3', ...F3, '--seed', String(seed), '--commands', '30000');
    expect({ code, stderr }).toEqual({ code: FINDING, stderr: onlyAnnounced });
    expect(stdout).toMatch(/^socket-charge: sock#\d+ has /);
    expect(stdout).toMatch(/^>>> /m);
    const report = reportIn(at('f3'));
    expect(report).toMatchObject({
      end: 'commands',
      seed,
      problems: [],
      findings: [{ signature: SIGNATURE, state: 'new' }],
    });
    const [{ id }] = report.findings;
    expect(findingIn(at('f3'), id)).toMatchObject({ shownOf10: 10, lane: { mutant: 'F3' }, cause: 'program' });
    const again = skbcheck(['run', `f3/findings/${id}/reduced.skb`, '--mutant', 'F3'], { cwd: folder });
    expect(again.code).toBe(FINDING);
    expect(readFileSync(at(`f3/findings/${id}/report.txt`), 'utf8').split('\n')[0]).toBe(again.stdout.split('\n')[0]);
  });

  test('is found once: a resumed campaign does the missing leases, counts each once, and reduces nothing twice', () => {
    const before = leasesOf(at('f3'));
    const { code, stdout } = campaign(folder, 'f3', ...F3, '--commands', '60000', '--json');
    expect(code).toBe(FINDING);
    const report = JSON.parse(stdout) as CampaignReport;
    expect(report.findings.length).toBe(1);
    const leases = leasesOf(at('f3'));
    expect(leases.slice(0, before.length)).toEqual(before);
    assertNoneTwiceAndNoGap(leases);
    expect(report.totals.commands).toBe(leases.reduce((sum, { commands }) => sum + commands, 0));
    expect(report.totals.commands).toBeGreaterThanOrEqual(60_000);
    expect(report.findings[0].reports).toBe(
      leases.filter(({ reports }) => Object.keys(reports ?? {}).length > 0).length,
    );
  });

  test('is not new where the list of known findings names it', () => {
    writeFileSync(
      at('f3/known.json'),
      JSON.stringify([{ signature: SIGNATURE, why: 'fixed in 6.13', until: '2999-01-01' }]),
    );
    const { code, stdout } = campaign(folder, 'f3', ...F3, '--commands', '90000');
    expect(code).toBe(CLEAN);
    expect(stdout).toContain(`known: ${SIGNATURE}, core/linux-6.12/model/F3`);
    expect(stdout).toContain('(fixed in 6.13)');
  });

  test('does not exist where nothing is wrong, and the canaries prove that it would have been seen', () => {
    // Five leases have fewer commands, so all six lanes are searched.
    const words = ['--scenarios', 'core,xdp', '--targets', 'model', '--lease', '400', '--commands', '150000'];
    const { code, stdout } = campaign(folder, 'clean', ...words);
    expect(code).toBe(CLEAN);
    const { canaries, findings, lanes } = reportIn(at('clean'));
    expect(findings).toEqual([]);
    expect(canaries.hidden).toBeGreaterThan(8);
    expect(canaries.found * 5).toBeGreaterThan(canaries.hidden);
    expect(stdout).toContain(`canaries: ${canaries.found} of ${canaries.hidden} found\nnothing found\n`);
    for (const { commandCounts, invariants, commands } of lanes) {
      const executed = Object.values(commandCounts).reduce((sum, counts) => sum + counts.executed, 0);
      expect(executed).toBe(commands);
      if (commands > 0) expect(invariants['no-leak']).toBeGreaterThan(0);
    }
  });

  test('must include a canary: without any the campaign ends in an error', () => {
    const words = ['--scenarios', 'core', '--targets', 'model', '--lease', '200', '--commands'];
    campaign(folder, 'blind', ...words, '1');
    const file = at('blind/campaign.json');
    const plan = JSON.parse(readFileSync(file, 'utf8')) as CampaignPlan;
    // A rule of a system of which the scenario has no command: as if the search could not see the bug.
    const mutants = Object.fromEntries(plan.lanes.map(({ id }) => [id, 'X12-skb']));
    writeFileSync(file, JSON.stringify({ ...plan, canary: { every: 10, mutants } }));
    writeFileSync(at('blind/ledger.jsonl'), '');
    const { code, stdout } = campaign(folder, 'blind', ...words, '40000');
    expect(stdout).toMatch(/^problem: none of \d+ canaries was found/m);
    expect(code).toBe(FINDING);
  });
});

const [kernel] = linuxTargets(['linux-6.12']);

(kernel === undefined ? test.skip : test)(
  'a kernel is searched in lockstep by the same workers, and each lease ends',
  () => {
    const words = ['--scenarios', 'core', '--targets', kernel, '--lease', '100', '--commands', '15000'];
    const { code, stdout, stderr } = campaign(folder, 'kernel', ...words);
    expect({ code, stderr }).toEqual({ code: CLEAN, stderr: onlyAnnounced });
    expect(stdout).toContain('1 of 1 lane');
    const onKernel = leasesOf(at('kernel'));
    // The worker that finishes first.
    expect(onKernel.map(({ lease }) => lease)).toContain(`core/${kernel}/${kernel}#0`);
    for (const { programs, commands } of onKernel) {
      expect(programs).toBe(100);
      expect(commands).toBeGreaterThan(1000);
    }
  },
);

describe('a worker that', () => {
  const long = [...F3, '--time', '100s'];
  const ledgerGrows = async (name: string): Promise<void> => {
    const before = leasesOf(at(name)).length;
    await until(() => leasesOf(at(name)).length > before + 3);
  };

  test('is killed or hangs is replaced, its lease is searched again, and the report says so', async () => {
    const { child, ended, said } = await startCampaign(folder, 'dies', ...long, '--hang', '20s');
    await until(() => leasesOf(at('dies')).length > 0);
    process.kill(childrenOf(child.pid as number)[0], 'SIGKILL');
    await ledgerGrows('dies');
    process.kill(childrenOf(child.pid as number)[0], 'SIGSTOP');
    await until(() => said().includes('no sign of life'));
    await ledgerGrows('dies');
    child.kill('SIGINT');
    const { code } = await ended;
    expect(code).toBe(INTERRUPTED);
    const { problems, findings } = reportIn(at('dies'));
    expect(problems).toContainEqual(expect.stringMatching(/^a worker ended .*: it was ended by SIGKILL, last at /));
    expect(problems).toContainEqual(expect.stringMatching(/^a worker ended .*: it gave no sign of life for 20 s/));
    expect(findings.map(({ signature }) => signature)).toEqual([SIGNATURE]);
    assertNoneTwiceAndNoGap(leasesOf(at('dies')));
  });

  test('eats memory is replaced; a lease that ends three workers is a finding, and the campaign ends', () => {
    const { code, stdout } = campaign(folder, 'eats', '--scenarios', 'core', '--targets', 'model', '--memory', '32');
    expect(code).toBe(UNUSABLE);
    expect(stdout).toMatch(/^problem: 5 leases one after the other ended their workers: it grew beyond 32 MiB$/m);
    const { findings, lanes } = reportIn(at('eats'));
    expect(findings).toMatchObject(findings.map(() => ({ cause: 'worker', signature: 'worker it grew beyond N MiB' })));
    // One for each lane.
    expect(findings.length).toBe(lanes.length);
    // Another lease may have ended its third worker at the same moment.
    expect([5, 6]).toContain(leasesOf(at('eats')).length);
  });
});

describe('nothing is lost', () => {
  const ROUNDS = effort(2);
  test(`by SIGKILL at any moment, of a worker or of the campaign: ${ROUNDS} rounds (npm run kills for more)`, async () => {
    const random = new Random(seed);
    const rounds = [];
    for (let round = 0; round < ROUNDS; round++) {
      const directory = at(`kill-${round}`);
      mkdirSync(directory);
      rounds.push(await killRound(directory, seed + round, () => random.below(1 << 20) / (1 << 20)));
    }
    expect(rounds.length).toBe(ROUNDS);
  });

  test('by a full disk: the campaign waits, keeps all reports, and continues when there is room', async () => {
    const disk = at('disk');
    mkdirSync(disk);
    const mount = (options: string): boolean =>
      spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', disk], { stdio: 'ignore' }).status === 0;
    // Kept programs use room as well, and are dropped where there is none.
    if (!mount('size=1m')) {
      process.stderr.write('no tmpfs can be mounted here: a full disk is not tested\n');
      return;
    }
    try {
      const { child, ended, said } = await startCampaign(folder, 'disk/c', ...F3, '--time', '100s');
      await until(() => said().includes('the disk is full: waiting to write'));
      const findings = linesOf(at('disk/c'), 'findings.jsonl');
      const leases = leasesOf(at('disk/c'));
      expect(leases.length).toBeGreaterThan(0);
      expect(mount('remount,size=64m')).toBe(true);
      await until(() => leasesOf(at('disk/c')).length > leases.length + 2);
      child.kill('SIGINT');
      expect((await ended).code).toBe(INTERRUPTED);
      expect(said()).toMatch(/the disk is full: waiting to write [^\n]*; make room, nothing is lost\n/);
      expect(said()).toMatch(/there is room again, going on\n/);
      expect(linesOf(at('disk/c'), 'findings.jsonl').slice(0, findings.length)).toEqual(findings);
      expect(leasesOf(at('disk/c')).slice(0, leases.length)).toEqual(leases);
      assertNoneTwiceAndNoGap(leasesOf(at('disk/c')));
      expect(reportIn(at('disk/c')).findings.map(({ signature }) => signature)).toEqual([SIGNATURE]);
    } finally {
      spawnSync('umount', ['-l', disk]);
    }
  });
});

describe('a mistake gets a one-line answer', () => {
  beforeAll(() => campaign(folder, 'other', ...F3, '--seed', '5', '--commands', '1'));

  test.each([
    [['--scenarios', 'core,grro'], USAGE, /error: no scenario 'grro', did you mean 'gro'\?/],
    [['--scenarios', 'core,'], USAGE, /error: --scenarios takes names with commas between them, not 'core,'/],
    [['--targets', 'modle'], USAGE, /error: no target 'modle', did you mean 'model'\?/],
    [['--mutant', 'F4'], USAGE, /error: no mutant 'F4'/],
    [['--mutant', 'F3', '--scenarios', 'rfc-2018'], USAGE, /error: scenario rfc-2018 cannot be searched on model with/],
    [['--workers', '0'], USAGE, /error: --workers takes a whole number from 1/],
    [['--memory', '1'], USAGE, /error: --memory takes a whole number from 32/],
    [['--time', '8'], USAGE, /error: --time takes a time such as/],
    [['--known', 'none.json'], USAGE, /error: cannot read none\.json: ENOENT/],
    [['--mutant', 'F1', '--dir', 'other'], USAGE, /error: other holds another campaign: it does not search core.*F1/],
    [
      ['--mutant', 'F3', '--dir', 'f3', '--seed', '1'],
      USAGE,
      /error: f3 holds another campaign: its seed is \d+, not 1/,
    ],
    [['--scenarios', 'core', '--targets', 'model', '--dir', '/proc/c'], USAGE, /error: cannot use \/proc\/c: ENOENT/],
  ])('skbcheck campaign %j', (words, expected, line) => {
    const { code, stdout, stderr } = campaign(folder, 'mistake', ...words);
    expect(stderr).toMatch(line);
    expect(stderr.trimEnd().split('\n').length).toBe(1);
    expect({ code, stdout }).toEqual({ code: expected, stdout: '' });
    expect(existsSync(at('mistake'))).toBe(false);
  });

  test('a directory in which a campaign is running', async () => {
    const { child, ended } = await startCampaign(folder, 'busy', ...F3, '--time', '100s');
    await until(() => existsSync(at('busy/campaign.json')));
    const { code, stderr } = campaign(folder, 'busy', ...F3);
    expect(stderr).toMatch(/error: busy is at work already: process \d+; choose another --dir\n$/);
    expect(code).toBe(UNUSABLE);
    child.kill('SIGINT');
    await ended;
    expect(existsSync(at('busy/lock'))).toBe(false);
  });
});
