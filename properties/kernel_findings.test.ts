// Legal programs that make real kernels misbehave (docs/reference/kernel_findings.md): the model follows them, and the kernels
// that the page names warn in the function that it names.

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseProgram } from '../src/program/parse';
import { printProgram } from '../src/program/print';
import type { Program } from '../src/program/program';
import { PROFILES } from '../src/rules/profiles';
import { runOnModel } from '../src/session/run_model';
import { conditionedOptions } from '../src/session/session_options';
import { outcomeText, Session, type SessionOptions } from '../src/session/session';
import { TargetJudge } from '../src/lockstep/target_judge';
import { signatureOf } from '../src/session/verdict';
import { ROOT } from './support/cli';
import { linuxTargets, openLinux } from './support/linux';
import { profileOf } from './support/model';

const FOLDER = path.join('regressions', 'kernel-findings');

/** The kernel's message for each program, at its last call. */
const SPLATS: Readonly<Record<string, string>> = {
  'coalesce-after-owned-expand': 'WARNING in skb_try_coalesce',
  'unclone-keeptruesize-small-head': 'WARNING in __skb_unclone_keeptruesize',
};

/** The programs that end the kernel. */
const PANICS: readonly string[] = ['segment-untrusted-page-heads', 'segment-untrusted-stale-member'];

/**
 * The programs without a message of the kernel: the invariant that fails on the model, which does what the kernel does.
 */
const SILENT: Readonly<Record<string, string>> = {
  'segment-list-forgets-members': 'skb-users',
  'segment-untrusted-wrong-bytes': 'bytes',
};

interface KernelFinding {
  readonly name: string;
  readonly program: Program;
  /** The targets that show the finding. */
  readonly targets: readonly string[];
}

const page = readFileSync(path.join(ROOT, 'docs/reference/kernel_findings.md'), 'utf8');
const rows = new Map(
  [...page.matchAll(/^\| `([\w-]+)` \| ([\d., ]+) \|/gm)].map(([, name, kernels]) => [name, kernels]),
);
const names = readdirSync(path.join(ROOT, FOLDER))
  .filter((file) => file.endsWith('.skb'))
  .map((file) => file.replace(/\.skb$/, ''))
  .sort();
const findings = names.map((name): KernelFinding => {
  const file = path.join(FOLDER, `${name}.skb`);
  const program = parseProgram(readFileSync(path.join(ROOT, file), 'utf8'), file);
  return { name, program, targets: (rows.get(name) ?? '').split(', ').map(targetOf) };
});

/** `6.12.117` is a kernel of linux-6.12. */
function targetOf(release: string): string {
  return `linux-${release.split('.').slice(0, 2).join('.')}`;
}

/** Executes as `run --provoke` does: the kernel must complain about a provoked call; the model only follows. */
function provoking(target: string, options: Pick<SessionOptions, 'abi'>): Session {
  return new Session(conditionedOptions(profileOf(target), { abuse: false, provoke: true }, options.abi));
}

/** The program on the profile of a target. */
const on = (target: string, program: Program): Program => ({ ...program, profile: target });

test('the page has a row for each program, and this file knows the effect of each', () => {
  expect([...rows.keys()].sort()).toEqual(names);
  expect([...Object.keys(SPLATS), ...PANICS, ...Object.keys(SILENT)].sort()).toEqual(names);
});

describe.each(Object.entries(SILENT))('%s', (name, invariant) => {
  test.each(PROFILES)('the invariant fails on the model of $name', (profile) => {
    const { program } = findings.find((finding) => finding.name === name) as KernelFinding;
    const options = { profile: profile.name, rules: profile.rules, abi: profile.abi };
    const session = new Session({ ...options, provoke: true });
    expect(runOnModel(session, on(profile.name, program)).verdict).toMatchObject({ kind: 'violation', invariant });
  });
});

/** The verdict of lockstep, where the page names the kernel. */
function verdictOf(name: string, place: Record<string, unknown>): Record<string, unknown> {
  if (name in SILENT) return { kind: 'clean' };
  if (PANICS.includes(name)) return { kind: 'death', death: 'panic', title: 'kernel BUG in skb_segment', place };
  return { kind: 'splat', title: SPLATS[name], place };
}

describe.each(findings)('$name', ({ name, program, targets }) => {
  test.each(targets)('is executed whole by the model of %s, and only when provoked', (target) => {
    const { abi, rules } = profileOf(target);
    const skippedBy = (session: Session): string[] =>
      runOnModel(session, on(target, program))
        .steps.filter(({ outcome }) => outcome < 0)
        .map(({ call, outcome }) => `${call.command.name}: ${outcomeText(call, outcome)}`);
    expect(skippedBy(provoking(target, { abi }))).toEqual([]);
    const last = program.calls[program.calls.length - 1].command.name;
    expect(skippedBy(new Session({ profile: target, rules, abi }))).toContain(`${last}: skipped: not legal now`);
  });

  test('runs on a profile that the page names, and printing is the inverse of parsing', () => {
    expect(targets).toContain(program.profile);
    expect(parseProgram(printProgram(program), name)).toEqual(program);
  });
});

const TARGETS = PROFILES.map((profile) => profile.name);
const ready = linuxTargets(TARGETS);

describe.each(TARGETS)('on %s', (target) => {
  const onTarget = ready.includes(target) ? test : test.skip;
  let judge: TargetJudge;
  const signatures = new Map<string, string>();

  beforeAll(async () => {
    if (!ready.includes(target)) return;
    const link = await openLinux(target);
    judge = new TargetJudge(() => openLinux(target), provoking(target, link), link);
  });

  onTarget.each(findings)(
    '$name: at its last call the kernel does what the page says, if the page names it',
    async (finding) => {
      const { name, program, targets } = finding;
      const place = { call: program.calls.length - 1, settling: false };
      const expected = targets.includes(target) ? verdictOf(name, place) : { kind: 'clean' };
      const verdict = await judge.judge(on(target, program));
      expect(verdict).toMatchObject(expected);
      signatures.set(name, signatureOf(verdict));
    },
  );

  onTarget('two BUGs at two lines of skb_segment are two findings, named by file and line', () => {
    const panics = PANICS.map((name) => signatures.get(name));
    expect(panics).toEqual(
      PANICS.map(() => expect.stringMatching(/kernel BUG in skb_segment at net\/core\/skbuff\.c:\d+$/)),
    );
    expect(new Set(panics).size).toBe(PANICS.length);
  });
});
