// Known bugs of real kernels (src/rules/findings/): the model does as the kernel does and says so, a search lists them
// and reports nothing new, and docs/reference/kernel_findings.md is made of their records.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { findScenario } from '../src/generate/scenarios/registry';
import { INVARIANTS } from '../src/invariants/registry';
import { TargetJudge } from '../src/lockstep/target_judge';
import { parseProgram } from '../src/program/parse';
import { printProgram } from '../src/program/print';
import type { Program } from '../src/program/program';
import {
  FINDING_IDS,
  FINDING_KERNELS,
  type FindingKernel,
  type KernelFinding,
} from '../src/rules/findings/kernel_finding';
import { MUTANTS } from '../src/rules/mutants';
import type { Mutant } from '../src/rules/mutants/mutant';
import { KERNEL_FINDINGS } from '../src/rules/findings/kernel_findings';
import { knownBehind } from '../src/search/known_findings';
import { searchModel } from '../src/search/search_model';
import { runOnModel } from '../src/session/run_model';
import { conditionedOptions } from '../src/session/session_options';
import { Session } from '../src/session/session';
import { summaryText } from '../src/report/fuzz_summary';
import type { FuzzRun } from '../src/report/fuzz_run';
import { ROOT } from './support/cli';
import { linuxTargets, openLinux } from './support/linux';
import { brokenProfile, profileOf, programOf as programOfText, sessionOf } from './support/model';

const REGRESSIONS = path.join(ROOT, 'regressions');

/** `6.12.117` is a kernel of linux-6.12. */
function targetOf(release: FindingKernel): string {
  return `linux-${release.split('.').slice(0, 2).join('.')}`;
}

function programOf({ program }: KernelFinding): Program {
  return parseProgram(readFileSync(path.join(REGRESSIONS, program), 'utf8'), program);
}

/** The program on the profile of a target. */
const on = (target: string, program: Program): Program => ({ ...program, profile: target });

function sessionFor(target: string, provoke: boolean): Session {
  return new Session(conditionedOptions(profileOf(target), { abuse: false, provoke }));
}

const withBug = KERNEL_FINDINGS.flatMap((finding) =>
  FINDING_KERNELS.filter((kernel) => finding.states[kernel] === 'has').map((kernel) => ({
    finding,
    id: finding.id,
    target: targetOf(kernel),
  })),
);
const withoutBug = KERNEL_FINDINGS.flatMap((finding) =>
  FINDING_KERNELS.filter((kernel) => finding.states[kernel] !== 'has').map((kernel) => ({
    finding,
    id: finding.id,
    target: targetOf(kernel),
  })),
);

describe('the records', () => {
  test('are one for each id, in its order', () => {
    expect(KERNEL_FINDINGS.map(({ id }) => id)).toEqual(FINDING_IDS);
  });

  test('name a program each, and no other program is in the folder of kernel findings', () => {
    const folder = path.join(REGRESSIONS, 'kernel-findings');
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.skb'));
    const named = KERNEL_FINDINGS.map(({ program }) => program);
    expect(named.filter((program) => !existsSync(path.join(REGRESSIONS, program)))).toEqual([]);
    expect(files.map((file) => `kernel-findings/${file}`).filter((file) => !named.includes(file))).toEqual([]);
  });

  test('name invariants that there are, and a chain that begins outside of the guilty function', () => {
    const names = INVARIANTS.map(({ name }) => name);
    for (const { id, invariants, chain } of KERNEL_FINDINGS) {
      expect([id, invariants.filter((name) => !names.includes(name))]).toEqual([id, []]);
      expect([id, chain.length > 1]).toEqual([id, true]);
    }
  });

  test('have a fix where a kernel is mended, and none where the newest kernel has the bug', () => {
    for (const { id, states, fix } of KERNEL_FINDINGS) {
      const isMended = FINDING_KERNELS.some((kernel) => states[kernel] === 'mended');
      expect([id, fix !== undefined]).toEqual([id, isMended]);
    }
  });
});

describe.each(withBug)('$id on the model of $target', ({ finding, target }) => {
  test('is met, by a program that is executed whole', () => {
    const session = sessionFor(target, false);
    const { steps } = runOnModel(session, on(target, programOf(finding)));
    expect(steps.filter(({ outcome }) => outcome < 0)).toEqual([]);
    expect(session.world.met).toContain(finding.id);
  });

  test('breaks its invariants, or is forgiven unless it is provoked', () => {
    const { forgiven, invariants } = finding;
    const usual = runOnModel(sessionFor(target, false), on(target, programOf(finding))).verdict;
    if (forgiven) expect(usual.kind).toBe('clean');
    const strict = runOnModel(sessionFor(target, true), on(target, programOf(finding))).verdict;
    if (invariants.length === 0) expect(strict.kind).toBe('clean');
    else {
      if (strict.kind !== 'violation') throw new Error(`${finding.id}: ${strict.kind}`);
      expect(invariants).toContain(strict.invariant);
    }
  });

  test('is a known bug, so that a search does not report it as new', () => {
    const session = sessionFor(target, true);
    const { verdict } = runOnModel(session, on(target, programOf(finding)));
    if (verdict.kind === 'clean') expect(knownBehind(session)).toBeUndefined();
    else expect(session.world.met).toContain(knownBehind(session));
  });
});

/** A session in which a rule was broken, after a call that met a known bug. */
function brokenAfterKnown(mutant: Mutant): Session {
  const session = sessionOf(brokenProfile(mutant));
  session.begin();
  session.world.meet('zerocopy-keeps-the-head');
  for (const call of programOfText(profileOf(mutant.profile), mutant.program).calls) session.execute(call);
  return session;
}

test('a violation of a later call is another bug, though a known bug was met before', () => {
  const sessions = MUTANTS.filter(({ expected, needs }) => expected[0] === 'page-refcount' && needs === undefined)
    .map(brokenAfterKnown)
    .filter(({ verdict }) => verdict.kind === 'violation' && verdict.invariant === 'page-refcount');
  expect(sessions.length).toBeGreaterThan(0);
  for (const session of sessions) {
    expect(session.world.met).toContain('zerocopy-keeps-the-head');
    expect(knownBehind(session)).toBeUndefined();
  }
});

test.each(withoutBug)('$id: the model of $target does not meet it, and is clean', ({ finding, target }) => {
  const session = sessionFor(target, false);
  expect(runOnModel(session, on(target, programOf(finding))).verdict.kind).toBe('clean');
  expect(session.world.met).not.toContain(finding.id);
});

test('each program prints as it was parsed', () => {
  for (const finding of KERNEL_FINDINGS) {
    const program = programOf(finding);
    expect(parseProgram(printProgram(program), finding.program)).toEqual(program);
  }
});

describe('a search that meets known bugs', () => {
  const profile = profileOf('linux-6.12');
  const result = searchModel(findScenario('xsk') as never, profile, sessionOf(profile), 184467, {
    commands: 20_000,
    findings: 1,
    stop: () => false,
  });

  test('lists them, and finds nothing new', () => {
    expect(result.findings).toEqual([]);
    expect(result.known.map(({ id }) => id)).toContain('xsk-completes-what-is-not-sent');
    for (const { programs } of result.known) expect(programs).toBeGreaterThan(0);
  });

  test('says so in its text, with the release that mends each', () => {
    const run = { ...result, scenario: 'xsk', target: 'model', profile: profile.name, seed: 1, seconds: 1 };
    const counts = { executed: 1, skipped: 0, evaluated: 1, compared: 0, notSearched: 0, reducingSeconds: 0 };
    const never = { neverExecuted: [], neverEvaluated: [], commandCounts: {}, invariants: {}, covers: [] };
    const text = summaryText({ ...run, ...counts, ...never, findings: [] } as FuzzRun);
    expect(text).toMatch(/nothing found/);
    expect(text).toMatch(/known, not new: AF_XDP completes .*mended in 6\.17 by \w+\), met by \d+ programs/);
  });

  test('still reports the same invariant where no known bug is behind it', () => {
    const broken = { ...profile, rules: { ...profile.rules, xskReleaseDropsPartial: false } };
    const { findings } = searchModel(findScenario('xsk') as never, broken, sessionOf(broken), 184467, {
      commands: 100_000,
      findings: 1,
      stop: () => false,
    });
    expect(findings).toHaveLength(1);
  });
});

const TARGETS = [...new Set(FINDING_KERNELS.map(targetOf))];
const ready = linuxTargets(TARGETS);

describe.each(TARGETS)('on %s', (target) => {
  const onTarget = ready.includes(target) ? test : test.skip;

  onTarget('the kernel does in each program as the model does, whether it has the bug or not', async () => {
    const link = await openLinux(target);
    const options = { ...conditionedOptions(profileOf(target), { abuse: false, provoke: true }, link.abi) };
    const judge = new TargetJudge(() => openLinux(target), new Session(options), link);
    try {
      for (const finding of KERNEL_FINDINGS)
        expect([finding.id, (await judge.judge(on(target, programOf(finding)))).kind]).toEqual([finding.id, 'clean']);
    } finally {
      await judge.close();
    }
  });
});
