// Every saved program, on the model and, where a kernel can execute it, on the kernel of its profile: its old finding
// must not come back.

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseProgram } from '../src/program/parse';
import type { Program } from '../src/program/program';
import { measureLeak } from '../src/lockstep/judge';
import type { Link } from '../src/lockstep/link';
import { runOnModel } from '../src/session/run_model';
import { Session } from '../src/session/session';
import { TargetJudge } from '../src/lockstep/target_judge';
import { sentenceOf, type Verdict } from '../src/session/verdict';
import { linuxTargets, openLinux } from '../properties/support/linux';
import { profileOf, sessionOf } from '../properties/support/model';

interface Saved {
  readonly name: string;
  readonly program: Program;
  readonly expect: string;
}

const saved: readonly Saved[] = readdirSync(__dirname)
  .filter((file) => file.endsWith('.skb'))
  .sort()
  .map((file) => {
    const program = parseProgram(readFileSync(path.join(__dirname, file), 'utf8'), `regressions/${file}`);
    return { name: file.replace(/\.skb$/, ''), program, expect: program.expect ?? 'clean' };
  });

/** `clean`, the name of an invariant, or another result. */
function nameOf(verdict: Verdict): string {
  switch (verdict.kind) {
    case 'clean':
      return 'clean';
    case 'violation':
      return verdict.invariant;
    default:
      return sentenceOf(verdict);
  }
}

describe('on the model', () => {
  test.each(saved)('$name: $expect', ({ program, expect: expected }) => {
    const session = sessionOf(profileOf(program.profile), { abuse: program.abuse });
    const { verdict, steps } = runOnModel(session, program);
    expect(nameOf(verdict)).toBe(expected);
    expect(steps.some(({ outcome, settling }) => outcome >= 0 && !settling)).toBe(true);
  });
});

const targets = [...new Set(saved.map(({ program }) => program.profile))].sort();
const ready = linuxTargets(targets);

describe.each(targets)('on %s', (target) => {
  const isReady = ready.includes(target);
  const onTarget = ({ profile, calls }: Program): boolean =>
    profile === target && calls.every(({ command }) => command.modelOnly === undefined);
  const legal = saved.filter(({ program, expect: expected }) => onTarget(program) && expected === 'clean');
  let session: Session;
  let judge: TargetJudge;
  let link: Link;

  beforeAll(async () => {
    if (!isReady) return;
    link = await openLinux(target);
    const { rules, name } = profileOf(target);
    session = new Session({ profile: name, rules, abi: link.abi });
    judge = new TargetJudge(() => openLinux(target), session, link);
  });
  afterAll(() => judge?.close());

  (isReady ? test.each(legal) : test.skip.each(legal))(
    '$name: as on the model, and nothing is lost',
    async ({ program }) => {
      expect(nameOf(await judge.judge(program))).toBe('clean');
      expect(await measureLeak(session, await judge.link(), program)).toBe(0);
    },
  );
});
