// `skbcheck export` of a program of user space writes one file of C that makes the same system calls with the same
// arguments, prints the answers, and compares them with those of the kernel that showed the bug.
import path from 'node:path';
import type { SeenOutside } from '../../src/export/outside/exported_outside';
import { outsideFolder } from '../../src/export/outside/outside_folder';
import { compileProgram } from '../../src/outside/compile';
import { PROLOGUE } from '../../src/outside/judge_program';
import { OutsideTarget } from '../../src/outside/outside_target';
import { parseProgram } from '../../src/program/parse';
import { Session } from '../../src/session/session';
import { profileNamed } from '../../src/session/named';
import { sessionOptions } from '../../src/session/session_options';
import { outsideTarget } from '../../src/targets/outside_target';
import { buildOnce, folderForTests, ROOT, skbcheck } from '../support/cli';
import { linuxTargets } from '../support/linux';
import { buildProgram, runPrograms } from '../support/run_repro';

const PROGRAM = `profile linux-6.12
as: user
fd1 = socketpair(type: stream)
fd2 = pair_end(fd: fd1)
send(fd: fd1, len: 300)
recv(fd: fd2, len: 100, flags: peek)
recv(fd: fd2, len: 4096)
fd3 = pipe2()
`;
const folder = folderForTests('export-outside');

function compiled(text: string) {
  const program = parseProgram(text, 'f.skb');
  const profile = profileNamed(program.profile);
  const session = new Session({ ...sessionOptions(profile, undefined, profile.abi, false), checks: false });
  return { program, compiled: compileProgram(session, program, PROLOGUE) };
}

const SEEN = {
  target: 'linux-6.12.43',
  sentence: 'peek-is-next: the read after a peek returns other bytes',
  promise: { statement: 'The read after a peek returns the bytes that the peek returned.', source: 'recv(2)' },
  isInLog: false,
  isInSlabs: false,
} as const;

const filesOf = (seen?: SeenOutside) =>
  outsideFolder(path.join(ROOT, 'kernel'), {
    name: 'peeks',
    ...compiled(PROGRAM),
    version: '0.0.0',
    ...(seen && { seen }),
  });

test('the file has each call as a function with its text, and marks the one that shows the bug', () => {
  const { 'repro.c': source, README: readme, 'program.skb': program } = filesOf({ ...SEEN, guilty: 4, results: [] });
  expect(source).toContain('/* recv(fd: fd2, len: 100, flags: peek) */\nstatic void call_4(void)');
  expect(source).toContain('/* recv(fd: fd2, len: 4096), the call that shows the bug */\nstatic void call_5(void)');
  expect(source).toContain('become_user();');
  expect(source).not.toContain('become_root();');
  expect(readme).toMatch(/an ordinary user in user and\snetwork namespaces/);
  expect(readme).toContain('Seen on linux-6.12.43, call 5: peek-is-next');
  expect(readme.split('\n').every((line) => line.length <= 75)).toBe(true);
  expect(parseProgram(program, 'f.skb').calls).toHaveLength(6);
});

test('a program of kernel functions takes no --target, and a program of user space no kernel that is clean', () => {
  buildOnce();
  const words = ['-o', 'repro', '--target', 'linux-6.12'];
  const core = path.join(ROOT, 'regressions/kernel-findings/zerocopy-keeps-the-head.skb');
  expect(skbcheck(['export', core, ...words], { cwd: folder })).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--target belongs to programs of user space') as string,
  });
});

describe.each(linuxTargets(['linux-6.12']))('on %s', (target) => {
  test('the C program gives the answers of the executor, and says so; another answer it tells apart', async () => {
    const { compiled: made } = compiled(PROGRAM);
    const outside = new OutsideTarget(
      target,
      outsideTarget(target, () => undefined),
    );
    const answer = await outside.run([made.steps]).finally(() => outside.close());
    if ('death' in answer) throw new Error(answer.death.detail);
    const [{ results }] = answer.results;
    const guilty = 4;
    const main = made.calls[guilty].firstStep;
    const others = results.map((one) => {
      const isMain = one.step >= main && one.out.length > 0;
      return isMain ? { ...one, out: one.out.map((bytes) => Buffer.from(bytes.map((byte) => byte ^ 1))) } : one;
    });
    const programs: Record<string, Buffer> = {};
    for (const [name, seen] of Object.entries({ same: results, other: others })) {
      const source = filesOf({ ...SEEN, guilty, results: seen })['repro.c'];
      programs[name] = await buildProgram(source, path.join(folder, name));
    }
    programs.plain = await buildProgram(filesOf()['repro.c'], path.join(folder, 'plain'));
    const console = await runPrograms(target, programs, folder);
    expect(console).toContain('the answers to call 5 are those of a kernel with the bug');
    expect(console).toContain('/same ended with 1');
    expect(console).toContain('call 5 has other answers than on a kernel with the bug');
    expect(console).toContain('/other ended with 0');
    expect(console).toContain('/plain ended with 0');
    expect(console).toMatch(/socketpair = 0[^]*recvmsg = 100[^]*recvmsg = 300/);
  });
});
