// A stdout that is full or has no reader, and files that cannot be written: one line, and an exit code that says so.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as exits from '../src/cli/support/exit';
import { reportError } from '../src/cli/support/report_error';
import { UnwrittenError } from '../src/cli/support/writable';
import { qemuArguments } from '../src/targets/linux/qemu';
import { BIN, buildOnce, folderForTests, ROOT, skbcheck } from './support/cli';
import { linuxTargets } from './support/linux';

const folder = folderForTests('full-output');
const FULL = '/dev/full';
const onFull = existsSync(FULL) ? test.each : test.skip.each;

/** Commands that print something, with little work. */
const PRINTING: readonly (readonly string[])[] = [
  ['list', 'commands'],
  ['list', 'commands', '--json'],
  ['run', 'clean.skb'],
  ['run', 'clean.skb', '--json'],
  ['fuzz', 'core', '--commands', '100', '--seed', '1'],
  ['fuzz', 'core', '--commands', '100', '--seed', '1', '--json'],
  ['explore', 'core', '--depth', '1', '--commands', 'alloc_skb,kfree_skb'],
  ['reduce', 'clean.skb'],
  ['costs', '--target', 'none'],
  ['keep', 'clean.skb', 'kept', '--force', '--dir', 'kept'],
  ['export', 'clean.skb', '-o', 'exported'],
  ['--help'],
];

/** Through a shell, which opens the file and makes the pipe. */
function inShell(args: readonly string[], rest: string): { code: number; stdout: string; stderr: string } {
  const words = [process.execPath, BIN, ...args].map((word) => `'${word}'`).join(' ');
  const script = `${words} ${rest}; exit "\${PIPESTATUS[0]}"`;
  const { status, stdout, stderr } = spawnSync('bash', ['-c', script], { cwd: folder, encoding: 'utf8' });
  return { code: status as number, stdout, stderr };
}

beforeAll(() => {
  buildOnce();
  writeFileSync(path.join(folder, 'clean.skb'), 'profile linux-6.12\nskb1 = alloc_skb(size: 0)\n');
});

describe('a disk that is full under stdout gets one line, and exit code 5', () => {
  onFull(PRINTING.map((args) => [args]))('skbcheck %j', (args) => {
    const { code, stderr } = inShell(args, `> ${FULL}`);
    expect(stderr.split('\n').filter((line) => line !== '' && !line.startsWith('skbcheck 0.'))).toEqual([
      'skbcheck: error: the output could not be written: ENOSPC: no space left on device, write',
    ]);
    expect(code).toBe(exits.EXIT_OUTPUT);
  });
});

test('a reader that ends early, as head does, ends the command quietly with exit code 141', () => {
  const { code, stdout, stderr } = inShell(['list', 'commands', '--json'], '| head -1');
  expect({ code, stdout, stderr }).toEqual({ code: exits.EXIT_NO_READER, stdout: '{\n', stderr: '' });
});

test('a full stderr changes nothing', () => {
  const { code, stdout } = inShell(['fuzz', 'core', '--commands', '100', '--seed', '1'], `2> ${FULL}`);
  expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('nothing found') as string });
});

describe('a file that cannot be written is never exit code 3, which is about targets', () => {
  test.each([
    [['reduce', 'clean.skb', '-o', 'none/x.skb']],
    [['show', 'clean.skb', '-o', 'none/x.html']],
    [['mutants', '--id', 'F3', '--html', 'none/x.html']],
    [['keep', 'clean.skb', 'name', '--dir', 'regressions']],
    [['export', 'clean.skb', '-o', 'regressions/repro']],
  ])('skbcheck %j says so before it works, with exit code 2', (args) => {
    mkdirSync(path.join(folder, 'elsewhere'), { recursive: true });
    writeFileSync(path.join(folder, 'elsewhere', 'clean.skb'), readFileSync(path.join(folder, 'clean.skb')));
    writeFileSync(path.join(folder, 'elsewhere', 'regressions'), 'a file');
    const { code, stdout, stderr } = skbcheck(args, { cwd: path.join(folder, 'elsewhere') });
    expect(stderr).toMatch(/^skbcheck: error: \S+ cannot be written: .*\n$/);
    expect({ code, stdout }).toEqual({ code: exits.EXIT_USAGE, stdout: '' });
  });

  test('a disk that is full after the check is exit code 5', () => {
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), {
      code: 'ENOSPC',
      syscall: 'write',
    });
    const written: string[] = [];
    const stderr = jest.spyOn(process.stderr, 'write').mockImplementation((text) => written.push(String(text)) > 0);
    try {
      expect(reportError(full, [])).toBe(exits.EXIT_OUTPUT);
      expect(reportError(new UnwrittenError('x.skb', full), [])).toBe(exits.EXIT_OUTPUT);
    } finally {
      stderr.mockRestore();
    }
    expect(written.join('')).toContain('x.skb could not be written: ENOSPC');
  });
});

test('docs/reference/exit_codes.md has each exit code, once', () => {
  const page = readFileSync(path.join(ROOT, 'docs/reference/exit_codes.md'), 'utf8');
  const listed = [...page.matchAll(/^\| (\d+) \|/gm)].map(([, code]) => Number(code));
  const used = Object.values(exits).filter((value) => typeof value === 'number');
  expect(listed).toEqual([...used, 143].sort((a, b) => a - b));
});

describe('a TMPDIR with a comma and a space', () => {
  const TMPDIR = path.join(folder, 'a, b');

  test('reaches QEMU as one value of each list of options', () => {
    const sockets = { linkSocket: `${TMPDIR}/link`, monitorSocket: `${TMPDIR}/monitor` };
    const machine = {
      kernelImage: 'k',
      initrd: 'i',
      accel: 'tcg',
      memory_mb: 512,
      extraAppend: '',
      nics: [{ device: 'e1000e', address: '02:00:00:00:00:0a', socket: `${TMPDIR}/wire` }],
      ...sockets,
    } as const;
    const values = qemuArguments(machine).filter((word) => word.includes('path='));
    // QemuOpts: a value ends at a comma that stands alone.
    const paths = values.map((word) => (/path=((?:[^,]|,,)*)/.exec(word) as RegExpExecArray)[1].replaceAll(',,', ','));
    expect(paths.sort()).toEqual([...Object.values(sockets), `${TMPDIR}/wire`].sort());
  });

  const [target] = linuxTargets(['linux-6.12']);
  (target === undefined ? test.skip : test)('runs a program on a kernel', () => {
    mkdirSync(TMPDIR, { recursive: true });
    const { code, stderr } = skbcheck(['run', 'clean.skb', '--target', 'linux-6.12'], { cwd: folder, env: { TMPDIR } });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });
});
