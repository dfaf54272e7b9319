// Network drivers on devices that QEMU emulates: frames that a program sends over a wire that this process holds.
import { DRIVERLESS_SCENARIOS } from '../../src/generate/scenarios/outside';
import { OutsideJudge } from '../../src/outside/outside_judge';
import { OutsideTarget } from '../../src/outside/outside_target';
import { parseProgram } from '../../src/program/parse';
import { profileNamed } from '../../src/session/named';
import { Session } from '../../src/session/session';
import { sessionOptions } from '../../src/session/session_options';
import { sentenceOf } from '../../src/session/verdict';
import { DRIVER_NAMES, whyNoDriver, type DriverName } from '../../src/targets/linux/outside/drivers';
import { openDriver, type DriverLink } from '../../src/targets/linux/outside/open_driver';
import type { WireFault } from '../../src/targets/linux/outside/wire';
import { linuxTargets } from '../support/linux';
import { BURST, losesSentBack, sentBack, WIRE_FAULTS, XDP } from '../support/wire_faults';

const TARGET = 'linux-7.3';
/** virtio_net, and one of the others in turn: each day another. */
const OTHERS: readonly DriverName[] = ['e1000e', 'vmxnet3', 'e1000'];
const TODAY = OTHERS[Math.floor(Date.now() / 86_400_000) % OTHERS.length];

const REDIRECTED_TO_GENERIC = [
  ...['link1 = nic(end: b)', 'link2 = nic(end: a)', 'nic_ready()'],
  ...['nic_xdp(nic: link1, mode: generic)', 'nic_xdp(nic: link2)', 'nic_ready()'],
  ...['nic_burst(nic: link1, count: 4, len: 100, verdict: redirect)', 'nic_recv(nic: link2)'],
].join('\n');

test('a scenario that any kernel runs has no command that waits for a device of the machine', () => {
  const names = DRIVERLESS_SCENARIOS.flatMap(({ commands }) => commands.map(({ name }) => name));
  expect(names.filter((name) => name === 'nic')).toEqual([]);
});

test('a device that this QEMU lacks is skipped, with the reason', () => {
  expect(whyNoDriver('igb', new Set(['e1000e']))).toBe('skipped: this QEMU has no igb');
  expect(DRIVER_NAMES.filter((name) => whyNoDriver(name, new Set(['virtio-net-pci'])) === undefined)).toEqual(
    DRIVER_NAMES.filter((name) => name.startsWith('virtio_net')),
  );
});

(linuxTargets([TARGET]).length > 0 ? describe : describe.skip)(`drivers on ${TARGET}`, () => {
  /** The work of the wire on a frame; by default it carries it. */
  let fault: WireFault | undefined;
  let machine: DriverLink;

  const judgeOf = ({ link }: DriverLink): OutsideJudge => {
    const profile = profileNamed(TARGET);
    const session = new Session({ ...sessionOptions(profile, undefined, profile.abi, false), checks: false });
    return new OutsideJudge(new OutsideTarget(TARGET, () => Promise.resolve(link)), session);
  };
  const look = (program: string, on: DriverLink = machine) =>
    judgeOf(on).look(parseProgram(`profile ${TARGET}\nas: root\n${program}\n`, 'driver'));

  describe('virtio_net', () => {
    beforeAll(async () => {
      machine = await openDriver(TARGET, 'virtio_net', undefined, (frame, number) =>
        fault === undefined ? [frame] : fault(frame, number),
      );
    });
    afterAll(() => machine?.link.close());
    afterEach(() => (fault = undefined));

    test.each([
      ['a burst', BURST, 8],
      ['a burst that XDP passes, drops and sends on', XDP, 28],
    ])('%s arrives, and the host has carried it', async (_name, program, frames) => {
      const before = machine.wire.carried[0].frames + machine.wire.carried[1].frames;
      const { verdict, history } = await look(program);
      expect(sentenceOf(verdict)).toBe('clean');
      expect(history?.wire.sent).toHaveLength(frames);
      const lost = (history?.wire.sent ?? []).filter(({ arrived }) => !arrived).map(({ verdict }) => verdict);
      expect(lost.filter((verdict) => !['drop', 'aborted', 'xskmap'].includes(verdict))).toEqual([]);
      expect(machine.wire.carried[0].frames + machine.wire.carried[1].frames - before).toBeGreaterThan(frames);
    });

    test.each(WIRE_FAULTS.map((one) => [one.name, one] as const))('%s', async (_name, { promise, does, program }) => {
      fault = does;
      const { verdict } = await look(program);
      expect([sentenceOf(verdict), verdict.kind === 'promise' ? verdict.promise : verdict.kind]).toEqual([
        expect.any(String),
        promise,
      ]);
    });

    test.each([
      ['a frame that the transmit ring has room for is missed where it is lost on its way back', 4, 'frame-arrives'],
      ["a frame that the transmit ring may have no room for is nobody's where it is lost", 32, 'clean'],
    ])('%s', async (_name, count, expected) => {
      fault = losesSentBack;
      const { verdict, history } = await look(sentBack(count));
      expect(verdict.kind === 'promise' ? verdict.promise : sentenceOf(verdict)).toBe(expected);
      expect(history?.wire.sent.filter(({ arrived }) => !arrived)).toHaveLength(1);
    });

    test("a device with a generic program drops what a driver redirects to it, which is nobody's", async () => {
      const { verdict, history } = await look(REDIRECTED_TO_GENERIC);
      expect(sentenceOf(verdict)).toBe('clean');
      expect(history?.wire.sent.map(({ arrived, due }) => [arrived, due])).toEqual(
        Array.from({ length: 4 }, () => [false, 'unknown']),
      );
    });
  });

  const why = whyNoDriver(TODAY);
  (why === undefined ? test : test.skip)(`${TODAY}: a burst arrives (${why ?? 'today'})`, async () => {
    const other = await openDriver(TARGET, TODAY);
    try {
      expect(sentenceOf((await look(`${BURST}\n`, other)).verdict)).toBe('clean');
      expect(sentenceOf((await look(XDP, other)).verdict)).toBe('clean');
    } finally {
      await other.link.close();
    }
  });
});
