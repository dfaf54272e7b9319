// The executor of the outside on an unmodified kernel: rights, limits, results, and what is left behind.
import fc from 'fast-check';
import { patternOf } from '../../src/commands/outside/abi/pattern';
import { ARENA, ARENA_BYTES, LEVELS, type StepProgram, type StepProgramResult } from '../../src/commands/outside/step';
import type { OutsideLink } from '../../src/lockstep/outside_link';
import { openOutside } from '../../src/targets/linux/outside/outside_link';
import { linuxTargets } from '../support/linux';
import { call, loopback, loUp, poke, programOf, stepPrograms } from '../support/outside';

const TARGET = 'linux-6.12';
const [EINTR, EPERM, EFAULT, EMFILE] = [-4, -1, -14, -24];
const SIGKILL = 9;
const [AT, PAGE] = [ARENA, 4096];

(linuxTargets([TARGET]).length > 0 ? describe : describe.skip)(`programs of the outside on ${TARGET}`, () => {
  let link: OutsideLink;

  beforeAll(async () => {
    link = await openOutside(TARGET);
  });

  afterAll(() => link?.close());

  async function run(program: StepProgram): Promise<StepProgramResult> {
    const { results, death } = await link.run([program]);
    expect(death?.detail).toBeUndefined();
    return results[0];
  }

  const rets = ({ results }: StepProgramResult): number[] => results.map(({ ret }) => ret);

  test('every module that the kernel has is loaded', () => {
    expect(link.hello.failures).toEqual([]);
    expect(link.hello.modules).toBeGreaterThan(100);
    expect(link.hello.missing).not.toContain('tun');
  });

  test('user is uid 1000, and root of his own namespaces only', async () => {
    const map = [poke(0, '/proc/self/uid_map'), call('openat', [-100, AT, 0], { fd: 101 })];
    const out = [{ at: AT + PAGE, bytes: 100, upToReturn: true }];
    const read = call('read', [101, AT + PAGE, 100], { out });
    const mount = [poke(0, 'tmpfs'), poke(64, '/tmp'), call('mount', [AT, AT + 64, AT, 0, 0])];
    const [root, user] = await Promise.all(LEVELS.map((level) => run(programOf(level, [...map, read, ...mount]))));
    const textOf = (result: StepProgramResult): string[] => result.results[2].out[0].toString().trim().split(/\s+/);
    expect(textOf(user)).toEqual(['0', '1000', '1']);
    expect(textOf(root)).toEqual(['0', '0', '4294967295']);
    expect([root.results[5].ret, user.results[5].ret]).toEqual([0, EPERM]);
  });

  test('user makes a tun device, as udev lets him', async () => {
    const request = Buffer.alloc(40);
    request.write('tun0');
    request.writeUInt16LE(0x1001, 16); // IFF_TUN | IFF_NO_PI
    const open = [poke(0, '/dev/net/tun'), call('openat', [-100, AT, 2], { fd: 101 })];
    const set = [poke(64, request), call('ioctl', [101, 0x400454ca, AT + 64])]; // TUNSETIFF
    expect(rets(await run(programOf('user', [...open, ...set])))).toEqual([0, 101, 0, 0]);
  });

  test.each(LEVELS)('a datagram over lo arrives as %s', async (level) => {
    const sent = patternOf(7, 1000);
    const steps = [
      ...loUp(64),
      poke(0, loopback(5000)),
      call('socket', [2, 2, 0], { fd: 101 }),
      call('bind', [101, AT, 16]),
      { op: 'fill', at: AT + PAGE, bytes: sent.length, seed: 7 } as const,
      call('sendto', [100, AT + PAGE, sent.length, 0, AT, 16]),
      call('recvfrom', [101, AT + 2 * PAGE, 2000, 0, 0, 0], {
        out: [{ at: AT + 2 * PAGE, bytes: 2000, upToReturn: true }],
      }),
    ];
    const { status, results } = await run(programOf(level, steps));
    expect(status).toBe('done');
    expect(results.map(({ ret }) => ret)).toEqual([100, 0, 0, 0, 101, 0, 0, 1000, 1000]);
    expect(results.at(-1)?.out[0].equals(sent)).toBe(true);
  });

  test('a call that sleeps is interrupted at its limit, and the next step runs', async () => {
    const steps = [call('pipe2', [AT, 0], { pair: { at: AT, fds: [101, 102] } }), call('read', [101, AT, 1])];
    const { results } = await run(programOf('user', [steps[0], { ...steps[1], limit_ms: 50 }, call('close', [102])]));
    expect(results.map(({ ret, interrupted }) => [ret, interrupted])).toEqual([
      [0, false],
      [EINTR, true],
      [0, false],
    ]);
  });

  test('a program that takes too long is killed, and its results are kept', async () => {
    const pipe = call('pipe2', [AT, 0], { pair: { at: AT, fds: [101, 102] } });
    const { status, results } = await run(programOf('user', [pipe, call('read', [101, AT, 1])], 100));
    expect([status, results.length]).toEqual(['timeout', 1]);
  });

  test('the results of a killed program are kept', async () => {
    const fill = { op: 'fill', at: AT, bytes: 100, seed: 3 } as const;
    const peek = { op: 'peek', at: AT, bytes: 100 } as const;
    const { status, detail, results } = await run(programOf('user', [fill, peek, call('kill', [0, SIGKILL]), peek]));
    expect([status, detail, results.length]).toEqual(['killed', SIGKILL, 2]);
    expect(results[1].out).toEqual([patternOf(3, 100)]);
  });

  test('memory that is missing, read-only, or cut off by a truncated file ends no program', async () => {
    const file = [
      poke(0, 'file'),
      call('memfd_create', [AT, 0], { fd: 101 }),
      call('ftruncate', [101, PAGE]),
      call('mmap', [AT + 16 * PAGE, PAGE, 3, 0x11, 101, 0]), // MAP_SHARED | MAP_FIXED
      call('ftruncate', [101, 0]),
      call('mmap', [AT + 17 * PAGE, PAGE, 1, 0x32, -1, 0]), // MAP_PRIVATE | MAP_FIXED | MAP_ANONYMOUS, PROT_READ
    ];
    const bad = [
      poke(16 * PAGE, 'x'),
      poke(17 * PAGE, 'x'),
      poke(ARENA_BYTES, 'x'),
      { op: 'fill', at: AT + 17 * PAGE - 8, bytes: 16, seed: 1 } as const,
    ];
    const peek = { op: 'peek', at: AT + 16 * PAGE, bytes: 1 } as const;
    const { status, results } = await run(programOf('user', [...file, ...bad, peek]));
    expect(status).toBe('done');
    expect(results.slice(file.length).map(({ ret }) => ret)).toEqual([EFAULT, EFAULT, EFAULT, EFAULT, EFAULT]);
    expect(results.at(-1)?.out).toEqual([Buffer.alloc(0)]);
  });

  test('a number grows modulo 2^32, in one place or from another, and missing memory is told', async () => {
    const add = (at: number, from: number, plus: number) => ({ op: 'add' as const, at, from, plus });
    const steps = [
      poke(0, Buffer.from([0xff, 0xff, 0xff, 0xff, 9, 9, 9, 9])),
      add(AT + 8, AT, 5),
      add(AT, AT, 0),
      add(AT, AT + ARENA_BYTES, 1),
      add(AT + ARENA_BYTES, AT, 1),
      { op: 'peek', at: AT, bytes: 16 } as const,
    ];
    const { results } = await run(programOf('user', steps));
    expect(results.map(({ ret }) => ret)).toEqual([0, 0, 0, EFAULT, EFAULT, 0]);
    expect(results[5].out).toEqual([Buffer.from([255, 255, 255, 255, 9, 9, 9, 9, 4, 0, 0, 0, 0, 0, 0, 0])]);
  });

  test('steps repeat until the last call has nothing more', async () => {
    const pair = call('socketpair', [1, 1, 0, AT], { pair: { at: AT, fds: [101, 102] } });
    const write = call('sendto', [101, AT + PAGE, 30, 0, 0, 0]);
    const read = call('recvfrom', [102, AT + PAGE, 10, 0x40, 0, 0]); // MSG_DONTWAIT
    const repeat = { op: 'repeat', times: 100, until: 'end', steps: [{ op: 'peek', at: AT, bytes: 1 }, read] } as const;
    const { results } = await run(programOf('user', [pair, write, repeat, call('close', [101])]));
    expect(results.map(({ step, ret }) => [step, ret])).toEqual([
      ...[0, 1].map((step) => [step, step * 30]),
      ...[10, 10, 10, -11].flatMap((ret) => [
        [3, 0],
        [4, ret],
      ]),
      [5, 0],
    ]);
  });

  test('steps repeat until the last call succeeds', async () => {
    const pair = call('socketpair', [1, 2, 0, AT], { pair: { at: AT, fds: [101, 102] } }); // SOCK_DGRAM
    const write = (at: number) => call('sendto', [101, AT + PAGE, 10 * at, 0, 0, 0]);
    const read = call('recvfrom', [102, AT + PAGE, 100, 0x40, 0, 0]); // MSG_DONTWAIT
    const never = { op: 'repeat', times: 3, until: 'success', steps: [read] } as const;
    const second = { op: 'repeat', times: 9, until: 'success', steps: [write(0), write(2), read] } as const;
    expect(rets(await run(programOf('user', [pair, never, second])))).toEqual([0, -11, -11, -11, 0, 20, 0]);
  });

  test('results, descriptors and memory of a program are bounded', async () => {
    const flood = {
      op: 'repeat',
      times: 1e6,
      until: 'end',
      steps: [call('socket', [2, 2, 0], { out: [{ at: AT, bytes: 65536 }] })],
    };
    const full = await run(programOf('user', [flood as never]));
    expect(full.status).toBe('full');
    expect(full.results.length).toBe(127); // of 64 KiB and two headers in 8 MiB
    const many = { op: 'repeat', times: 2000, until: 'error', steps: [call('socket', [2, 2, 0])] } as const;
    expect(rets(await run(programOf('user', [many]))).at(-1)).toBe(EMFILE);
    const map = call('mmap', [0, 64 << 20, 3, 0x22, -1, 0]); // MAP_PRIVATE | MAP_ANONYMOUS
    expect(rets(await run(programOf('user', [map, map, map, map]))).at(-1)).toBe(-12); // ENOMEM
  });

  test('a program that takes all memory is killed, and the next one runs', async () => {
    const files = Array.from({ length: 12 }, (_, at) => [
      call('memfd_create', [AT, 0], { fd: 101 + at }),
      call('fallocate', [101 + at, 0, 0, 60 << 20], { limit_ms: 10_000 }),
    ]);
    const { status, detail } = await run(programOf('user', [poke(0, 'file'), ...files.flat()], 60_000));
    expect([status, detail]).toEqual(['killed', SIGKILL]);
    expect((await run(programOf('user', [poke(0, 'x')]))).status).toBe('done');
  });

  test('a warning of the kernel belongs to the step that caused it', async () => {
    const say = [poke(0, '<4>skbcheck: a warning\n'), poke(64, '/dev/kmsg')];
    const steps = [...say, call('openat', [-100, AT + 64, 1], { fd: 101 }), call('write', [101, AT, 23])];
    const { results, log } = await run(programOf('root', [...steps, call('close', [101])]));
    expect(results.map((each) => each.log)).toEqual(['', '', '', 'skbcheck: a warning\n', '']);
    expect(log).toBe('');
  });

  test('nothing of programs is left when their namespaces are gone', async () => {
    const HELD = /^slab\.(skbuff|sock_inode|TCP|UDP|RAW|UNIX|PING|net_namespace|user_namespace)|^sockstat/;
    const held = async (): Promise<unknown> => {
      const { state, death } = await link.state();
      expect(death).toBeUndefined();
      expect([state?.isQuiet, state?.log]).toEqual([true, '']);
      return Object.fromEntries(Object.entries(state?.counters ?? {}).filter(([name]) => HELD.test(name)));
    };
    const before = await held();
    const steps = [...loUp(64), call('socket', [10, 1, 0], { fd: 101 }), call('socket', [2, 1, 0], { fd: 102 })];
    const unread = [poke(0, loopback(5000)), call('bind', [100, AT, 16]), call('sendto', [100, AT, 500, 0, AT, 16])];
    const programs = LEVELS.map((level) => programOf(level, [...steps, ...unread]));
    expect((await link.run(Array.from({ length: 10 }, () => programs).flat())).results.length).toBe(20);
    expect(await held()).toEqual(before);
  });

  test('steps that mean nothing end no guest', async () => {
    const programs = fc.sample(fc.array(stepPrograms, { minLength: 60, maxLength: 60 }), 1)[0];
    const { results, death } = await link.run(programs);
    expect(death).toBeUndefined();
    expect(results.length).toBe(programs.length);
  });

  test('a panic is a result, and names its program', async () => {
    const crash = [poke(0, '/proc/sysrq-trigger'), call('openat', [-100, AT, 1], { fd: 101 }), poke(0, 'c')];
    const programs = [programOf('root', []), programOf('root', [...crash, call('write', [101, AT, 1])])];
    const { results, death } = await link.run(programs);
    expect(results.length).toBe(1);
    expect(death).toMatchObject({ kind: 'panic', program: 1 });
  });
});
