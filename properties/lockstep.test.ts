// Real kernels: they agree with the model, and every failure in one is noticed and tied to the call that caused it.

import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { LockstepSearch } from '../src/search/search_lockstep';
import type { RawFinding } from '../src/search/raw_findings';
import { isSearchedWith } from '../src/generate/scenario';
import { SCENARIOS } from '../src/generate/scenarios/registry';
import { printProgram } from '../src/program/print';
import type { Program } from '../src/program/program';
import { PROFILES } from '../src/rules/profiles';
import { measureLeak } from '../src/lockstep/judge';
import { firstProgram } from '../src/generate/seed';
import { Session, type SessionOptions } from '../src/session/session';
import { TargetJudge } from '../src/lockstep/target_judge';
import { sentenceOf, type Verdict } from '../src/session/verdict';
import { buildOnce, folderForTests, interruptSkbcheck, skbcheck } from './support/cli';
import { effort } from './support/effort';
import { targetsWithProfile } from '../src/targets/choose_target';
import { linuxTargets, openLinux } from './support/linux';
import { profileOf, programOf } from './support/model';

const SEED = 184467;
const COMMANDS = effort(5_000);
const TARGETS = PROFILES.map(({ name }) => name);
const ready = linuxTargets(TARGETS);
const on = (target: string) => (ready.includes(target) ? test : test.skip);

/** Commands on each kernel: the core has most; a cpumap's kthread starts and stops slowly. */
const COMMANDS_OF: Record<string, number> = { core: COMMANDS, cpumap: effort(750) };
const COMMANDS_USUAL = effort(1_500);
const scenarios = SCENARIOS.filter(({ modelOnly }) => modelOnly === undefined);

describe.each(TARGETS)(`%s in lockstep (seed ${SEED})`, (target) => {
  const profile = profileOf(target);
  let options: SessionOptions;
  let judge: TargetJudge;

  beforeAll(async () => {
    if (!ready.includes(target)) return;
    const link = await openLinux(target);
    options = { profile: target, rules: profile.rules, abi: link.abi };
    judge = new TargetJudge(() => openLinux(target), new Session(options), link);
  });
  afterAll(() => judge?.close());

  const searched = scenarios.filter((scenario) => isSearchedWith(scenario, profile));
  on(target).each(searched.map((scenario) => [scenario.name, scenario] as const))(
    '%s: no divergence, no splat, no death',
    async (name, scenario) => {
      const session = new Session(options);
      const commands = COMMANDS_OF[name] ?? COMMANDS_USUAL;
      const limits = { commands, findings: 1, stop: () => false };
      const findings: RawFinding[] = [];
      const found = (finding: RawFinding): void => void findings.push(finding);
      await new LockstepSearch(scenario, profile, session, judge, firstProgram(SEED), limits, found).run();
      expect(findings.map(({ program, verdict }) => `${sentenceOf(verdict)}\n${printProgram(program)}`)).toEqual([]);
      expect(session.executed).toBeGreaterThanOrEqual(commands);
    },
  );
});

const CLEAN = 0;
const FINDINGS = 1;

const KERNEL = 'linux-6.12';
const folder = folderForTests('lockstep');

on(KERNEL)('--all-targets searches the kernels before the model, whose search no boot can make too short', () => {
  buildOnce();
  const words = ['fuzz', 'core', '--all-targets', '--commands', '800', '--seed', '1', '--json'];
  const { code, stdout } = skbcheck(words, { cwd: folder });
  const { runs } = JSON.parse(stdout) as { runs: { target: string; commands: number; findings: unknown[] }[] };
  expect(runs.map(({ target }) => target)).toEqual([
    ...targetsWithProfile(() => undefined),
    ...PROFILES.map(() => 'model'),
  ]);
  expect(runs.filter(({ commands }) => commands === 0)).toEqual([]);
  // A release between, which the user has set up, may differ in a way that no history has yet.
  const failed = runs.filter(({ findings }) => findings.length > 0).map(({ target }) => target);
  expect(failed.filter((target) => target === 'model' || TARGETS.includes(target))).toEqual([]);
  expect(code).toBe(failed.length === 0 ? CLEAN : FINDINGS);
});

on(KERNEL)('Ctrl-C ends a search on a kernel with exit code 130, and does not count as its death', async () => {
  buildOnce();
  const { code, stdout } = await interruptSkbcheck(['fuzz', 'core', '--target', KERNEL, '--time', '60s'], {
    cwd: folder,
  });
  expect(stdout).toContain('nothing found');
  expect(code).toBe(130);
});

describe(`deliberate harm to ${KERNEL} is noticed`, () => {
  const profile = profileOf(KERNEL);
  const HANG_MS = 2000;
  const before = 'skb1 = alloc_skb(size: 256)\npage1 = alloc_pages()\n';
  const after = 'skb2 = skb_clone(skb: skb1)\nkfree_skb(skb: skb1)\n';
  const harmful = (call: string): Program => programOf(profile, `${before}${call}\n${after}`);
  const harmless = programOf(profile, before + after);
  let judge: TargetJudge;
  let session: Session;

  beforeAll(async () => {
    if (!ready.includes(KERNEL)) return;
    buildOnce();
    const open = () => openLinux(KERNEL, { executeTimeout_ms: HANG_MS });
    const link = await open();
    session = new Session({ profile: KERNEL, rules: profile.rules, abi: link.abi, abuse: true });
    judge = new TargetJudge(open, session, link);
  });
  afterAll(() => judge?.close());

  const expected: [call: string, verdict: Partial<Verdict> & Record<string, unknown>][] = [
    ['abuse_panic()', { kind: 'death', death: 'panic', title: expect.stringContaining('a panic on purpose') }],
    ['abuse_loop_forever()', { kind: 'death', death: 'hang', title: 'it does not answer' }],
    ['abuse_warn()', { kind: 'splat', title: expect.stringContaining('WARNING in ') }],
    ['abuse_corrupt_refcount(page: page1)', { kind: 'divergence', field: 'page refcount' }],
  ];
  on(KERNEL).each(expected)('%s, at that call, and the kernel answers again', async (call, verdict) => {
    const [command] = call.split('(');
    expect(await judge.judge(harmful(call))).toMatchObject({
      ...verdict,
      place: { call: 2, command, settling: false },
    });
    expect(await judge.judge(harmless)).toEqual({ kind: 'clean' });
  });

  on(KERNEL)('a difference before its death is the finding, not the death', async () => {
    const calls = 'abuse_corrupt_refcount(page: page1)\nabuse_panic()';
    const place = { call: 2, command: 'abuse_corrupt_refcount', settling: false };
    expect(await judge.judge(harmful(calls))).toMatchObject({ kind: 'divergence', field: 'page refcount', place });
  });

  on(KERNEL)('abuse_leak_page() loses a page each time, and no page is lost without it', async () => {
    const link = await judge.link();
    expect(await judge.judge(harmful('abuse_leak_page()'))).toEqual({ kind: 'clean' });
    expect(await measureLeak(session, link, harmless)).toBe(0);
    const lost = await measureLeak(session, link, harmful('abuse_leak_page()'));
    expect(Math.round(lost / 4096)).toBe(1);
  });

  on(KERNEL).each([
    ['abuse_panic()', /the target died \(panic\): .*a panic on purpose/],
    ['abuse_warn()', /the kernel says: WARNING in /],
    ['abuse_leak_page()', /memory in use: the target loses [345]\.\d KiB each time/],
    ['abuse_corrupt_refcount(page: page1)', /page1.*refcount is 1 in the model, 2 in the kernel/],
  ])('skbcheck run reports it: %s', (call, sentence) => {
    const file = path.join(folder, 'harm.skb');
    writeFileSync(file, printProgram(harmful(call)));
    const { code, stdout } = skbcheck(['run', file, '--abuse', '--target', KERNEL], { cwd: folder });
    expect(stdout).toMatch(sentence);
    expect(stdout).toMatch(call.startsWith('abuse_leak_page') ? /./ : new RegExp(`^>>> ${call.split('(')[0]}`, 'm'));
    expect(code).toBe(1);
  });
});
