// Each promise to user space can be seen broken: by an executor that does or says something else.
import type { OutsideLink } from '../../src/lockstep/outside_link';
import { OutsideJudge } from '../../src/outside/outside_judge';
import { OutsideTarget } from '../../src/outside/outside_target';
import { PROMISES } from '../../src/outside/promises';
import { parseProgram } from '../../src/program/parse';
import { profileNamed } from '../../src/session/named';
import { Session } from '../../src/session/session';
import { sessionOptions } from '../../src/session/session_options';
import { sentenceOf, type Verdict } from '../../src/session/verdict';
import { openOutside } from '../../src/targets/linux/outside/outside_link';
import { linuxTargets } from '../support/linux';
import { faulty, type OutsideFault } from '../support/outside_fault';
import { OUTSIDE_FAULTS } from '../support/outside_faults';
import { WIRE_FAULTS } from '../support/wire_faults';

const TARGET = 'linux-6.12';

test('each promise has a fault that breaks it', () => {
  const isThere = ({ name, brokenBy }: (typeof PROMISES)[number]): boolean =>
    [...OUTSIDE_FAULTS, ...WIRE_FAULTS].some((one) => one.promise === name && one.name === brokenBy);
  expect(PROMISES.filter((promise) => !isThere(promise)).map(({ name }) => name)).toEqual([]);
});

(linuxTargets([TARGET]).length > 0 ? describe : describe.skip)(`an executor on ${TARGET}`, () => {
  let link: OutsideLink;

  beforeAll(async () => {
    link = await openOutside(TARGET);
  });

  afterAll(() => link?.close());

  async function verdictOf(on: OutsideLink, { program, promise, level }: OutsideFault): Promise<Verdict> {
    const profile = profileNamed(TARGET);
    const session = new Session({ ...sessionOptions(profile, undefined, profile.abi, false), checks: false });
    const judge = new OutsideJudge(new OutsideTarget(TARGET, () => Promise.resolve(on)), session);
    judge.measures = promise === 'given-back';
    return judge.judge(parseProgram(`profile ${TARGET}\nas: ${level ?? 'user'}\n${program}\n`, 'fault'));
  }

  test.each(OUTSIDE_FAULTS.map((fault) => [fault.name, fault] as const))('%s', async (_name, fault) => {
    expect(
      sentenceOf(
        await verdictOf(faulty(link, { ...fault, does: undefined, says: undefined, counts: undefined }), fault),
      ),
    ).toBe('clean');
    const verdict = await verdictOf(faulty(link, fault), fault);
    expect([sentenceOf(verdict), verdict.kind === 'promise' ? verdict.promise : verdict.kind]).toEqual([
      expect.any(String),
      fault.promise,
    ]);
  });
});
