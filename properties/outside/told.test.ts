// A finding of user space shows the kernel's answers, and never what the program hoped for.

import type { Step, StepProgram, StepResult } from '../../src/commands/outside/step';
import { describeFinding } from '../../src/library/describe_finding';
import type { OutsideLink } from '../../src/lockstep/outside_link';
import { countSteps } from '../../src/outside/compile';
import { OutsideJudge } from '../../src/outside/outside_judge';
import { OutsideTarget } from '../../src/outside/outside_target';
import { printProgram } from '../../src/program/print';
import { findingText } from '../../src/report/finding_text';
import { Session } from '../../src/session/session';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { folderForTests } from '../support/cli';
import { skbcheckHere } from '../support/in_process';
import { profileOf, programOf, sessionOf } from '../support/model';

const folder = folderForTests('told');

const ECONNREFUSED = 111;
const SPLAT =
  '------------[ cut here ]------------\n' +
  'WARNING: CPU: 0 PID: 1 at net/core/skbuff.c:1 skb_fake+0x1/0x2\n' +
  'Call Trace:\n <TASK>\n sys_fake+0x1/0x2\n </TASK>\n---[ end trace 0000000000000000 ]---\n';
const PROFILE = profileOf('linux-6.12');
const PROGRAM = programOf(
  PROFILE,
  [
    'as: user',
    'fd1 = socket(family: inet, type: stream)',
    'fd2 = socket(family: inet, type: stream)',
    'connect(fd: fd2, to: fd1)',
    'shutdown(fd: fd2, how: wr)',
  ].join('\n'),
);

type Says = (name: string) => { readonly ret: number; readonly log?: string };

/** A kernel that answers each system call by its name, and dies of one. */
function kernel(says: Says, diesOf?: string): OutsideJudge {
  const answerTo = (step: Step, number: number): StepResult => {
    const said = step.op === 'syscall' ? says(step.name) : { ret: 0 };
    return { step: number, ret: said.ret, interrupted: false, out: [], log: said.log ?? '' };
  };
  const resultOf = ({ steps }: StepProgram) => {
    let number = 0;
    const results = steps.map((step) => {
      const answer = answerTo(step, number);
      number += countSteps([step]);
      return answer;
    });
    return { status: 'done', detail: 0, results, log: '' } as const;
  };
  const isDeadly = ({ steps }: StepProgram): boolean =>
    steps.some((step) => step.op === 'syscall' && step.name === diesOf);
  const link: Partial<OutsideLink> = {
    run: (programs) =>
      Promise.resolve(
        programs.some(isDeadly)
          ? { results: [], death: { kind: 'panic', detail: 'it died', console: '' } }
          : { results: programs.map(resultOf) },
      ),
    rearm: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
  const target = new OutsideTarget('fake', () => Promise.resolve(link as OutsideLink));
  return new OutsideJudge(target, new Session({ ...sessionOf(PROFILE).options, checks: false }));
}

async function shown(judge: OutsideJudge): Promise<string> {
  const verdict = await judge.judge(PROGRAM);
  const answers = judge.answersBehind(verdict);
  const facts = { program: PROGRAM, verdict, target: 'linux-6.12', commandsBefore: 4, file: null, answers };
  return findingText(describeFinding(judge.session, facts), false);
}

const refuses: Says = (name) => ({
  ret: name === 'connect' ? -ECONNREFUSED : name === 'shutdown' ? -107 : 0,
  ...(name === 'shutdown' ? { log: SPLAT } : {}),
});

test('a connect that the kernel refused is shown with its error, and no socket as connected', async () => {
  const text = await shown(kernel(refuses));
  expect(text).toContain('connect(fd: fd2, to: fd1)  # ECONNREFUSED\n');
  expect(text).toMatch(/^>>> shutdown\(fd: fd2, how: wr\) {2}# ENOTCONN$/m);
  expect(text).not.toContain('the world before');
});

test('the answers follow the kernel, not the program', async () => {
  const text = await shown(kernel((name) => ({ ...refuses(name), ret: name === 'connect' ? -110 : 0 })));
  expect(text).toContain('connect(fd: fd2, to: fd1)  # ETIMEDOUT\n');
});

test('after a death the answers of the calls before it are shown, and none of the one that killed', async () => {
  const text = await shown(kernel(refuses, 'shutdown'));
  expect(text).toContain('connect(fd: fd2, to: fd1)  # ECONNREFUSED\n');
  expect(text).toMatch(/^>>> shutdown\(fd: fd2, how: wr\)$/m);
});

test('the lines with answers are a program: they can be copied', async () => {
  const lines = (await shown(kernel(refuses))).split('\n').filter((line) => /^( {4}|>>> )\w/.test(line));
  const copied = programOf(PROFILE, lines.slice(0, 5).join('\n').replaceAll('>>> ', '    '));
  expect(printProgram(copied)).toBe(printProgram(PROGRAM));
});

test('show refuses a program of user space, whose world it would only believe', async () => {
  writeFileSync(path.join(folder, 'f.skb'), printProgram(PROGRAM));
  const { code, stderr } = await skbcheckHere(['show', 'f.skb', '-o', 'f.html'], { cwd: folder });
  expect([code, stderr]).toEqual([2, expect.stringMatching(/skbcheck run f\.skb --target linux-7\.3 --trace\n$/)]);
});
