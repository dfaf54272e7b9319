import {
  CrashTest,
  encodeWords,
  MessageType,
  parseSplats,
  prepareTarget,
  type Answer,
  type Vm,
} from '../src/targets/linux';
import type { Boot } from '../src/targets/linux/vm';
import { linuxTargets } from './support/linux';
import { closeOpened, opens } from './support/opened';

const TARGETS = ['linux-6.1', 'linux-6.12'];
const TIMEOUT_MS = 10_000;
const ready = linuxTargets(TARGETS);

afterEach(closeOpened);

/** Boots a target, and fails when it does not answer. */
async function booted(target: string): Promise<Vm> {
  return bootedBy(await prepareTarget(target));
}

/** Boots a prepared target, and fails when it does not answer. */
async function bootedBy(boot: () => Promise<Boot>): Promise<Vm> {
  const { vm, death } = await boot();
  if (death) throw new Error(death.detail);
  return opens(vm);
}

function crash(vm: Vm, test: CrashTest, timeout_ms = TIMEOUT_MS): Promise<Answer> {
  return vm.ask(MessageType.CrashTest, encodeWords([test, 7, 42]), timeout_ms);
}

async function splats(vm: Vm): Promise<{ count: number; text: string }> {
  const { reply, death } = await vm.ask(MessageType.Splats, undefined, TIMEOUT_MS);
  if (death) throw new Error(death.detail);
  return { count: reply.payload.readUInt32LE(0), text: reply.payload.toString('latin1', 8) };
}

describe.each(TARGETS)('%s', (target) => {
  const test = ready.includes(target) ? it : it.skip;

  test('boots, reports its release, and echoes', async () => {
    const vm = await booted(target);
    expect(`linux-${vm.abi.release}`.startsWith(`${target}.`)).toBe(true);
    expect(vm.abi).toMatchObject({ protocol: 1, pageSize: 4096, longBytes: 8, maxSkbFrags: 17 });
    expect(vm.abi.kmallocBuckets).toContain(2048);
    const payloads = [0, 1, 5, 4096, 1 << 20].map((bytes) => Buffer.alloc(bytes, 0xa5));
    const answers = await Promise.all(payloads.map((each) => vm.ask(MessageType.Echo, each, TIMEOUT_MS)));
    answers.forEach(({ reply }, index) => expect(reply?.payload.equals(payloads[index])).toBe(true));
  });

  test('ties splats to the moment, and warns once more after ClearOnce', async () => {
    const vm = await booted(target);
    const titles: string[] = [];
    for (const each of [
      CrashTest.Warn,
      CrashTest.WarnOnce,
      CrashTest.WarnOnce,
      CrashTest.Refcount,
      CrashTest.BadPage,
    ]) {
      await crash(vm, each);
      titles.push(parseSplats((await splats(vm)).text)[0]?.title ?? 'nothing');
    }
    expect(titles).toEqual([
      'WARNING in crash_warn',
      'WARNING in crash_warn_once',
      'nothing',
      'refcount_t: decrement hit 0; leaking memory in crash_refcount',
      'BUG: Bad page state: non-NULL mapping',
    ]);
    expect((await vm.ask(MessageType.ClearOnce, undefined, TIMEOUT_MS)).reply?.status).toBe(0);
    await crash(vm, CrashTest.WarnOnce);
    expect((await splats(vm)).count).toBe(5);
  });

  test('a panic, a hang and a killed QEMU are results, and it boots again', async () => {
    const boot = await prepareTarget(target);
    const expected: [CrashTest, object][] = [
      [CrashTest.Panic, { kind: 'panic', program: 7, command: 42 }],
      [CrashTest.NullPointer, { kind: 'panic', program: 7, command: 42 }],
      [
        CrashTest.Hang,
        { kind: 'hang', program: 7, command: 42, detail: 'no answer for 2000 ms on its own clock in crash_hang' },
      ],
    ];
    for (const [how, death] of expected) {
      const vm = await bootedBy(boot);
      expect((await crash(vm, how, 2000)).death).toMatchObject(death);
      expect((await vm.ask(MessageType.Echo, undefined, TIMEOUT_MS)).death).toMatchObject(death);
    }
    const vm = await bootedBy(boot);
    const waiting = crash(vm, CrashTest.Hang, TIMEOUT_MS);
    await vm.close();
    expect((await waiting).death).toMatchObject({ kind: 'killed' });
  });
});
