// A judge that asks what a program leaves behind runs it again and again; for any other finding once is enough.
import type { OutsideLink } from '../../src/lockstep/outside_link';
import { isOfRest } from '../../src/outside/left_behind';
import { OutsideJudge } from '../../src/outside/outside_judge';
import { OutsideTarget } from '../../src/outside/outside_target';
import { PROMISES } from '../../src/outside/promises';
import { signatureOf, type Verdict } from '../../src/session/verdict';
import { profileOf, programOf, sessionOf } from '../support/model';

const PROFILE = profileOf('linux-6.12');
const PROGRAM = programOf(PROFILE, 'as: user\nfd1 = socket(family: inet, type: stream)');

/** Runs of a clean program by a judge of a finding with this signature. */
async function runsFor(signature: string): Promise<number> {
  let runs = 0;
  const link: Partial<OutsideLink> = {
    run: async (programs) => {
      runs += programs.length;
      return { results: programs.map(() => ({ status: 'done', detail: 0, results: [], log: '' })) };
    },
    state: async () => ({ state: { isQuiet: true, waited_ms: 0, took_ms: 0, counters: {}, log: '' } }),
    close: async () => undefined,
  };
  const judge = new OutsideJudge(new OutsideTarget('counting', async () => link as OutsideLink), sessionOf(PROFILE));
  judge.measures = isOfRest(signature);
  await judge.judge(PROGRAM);
  return runs;
}

test.each(PROMISES.map(({ name }) => name))(
  '%s: a clean candidate runs once, unless it is about the rest',
  async (promise) => {
    const place = { call: 0, command: 'settle', settling: true };
    const verdict: Verdict = { kind: 'promise', place, promise, objectKind: 'fd', message: 'broken' };
    const runs = await runsFor(signatureOf(verdict));
    if (promise === 'given-back') expect(runs).toBeGreaterThan(1);
    else expect(runs).toBe(1);
  },
);
