// Programs that no user would write: illegal calls are skipped, and the rest harms neither the model nor a kernel.

import { SCENARIOS } from '../src/generate/scenarios/registry';
import { parseProgram } from '../src/program/parse';
import { printProgram } from '../src/program/print';
import type { Program } from '../src/program/program';
import { ALL_PROFILES, PROFILES, type Profile } from '../src/rules/profiles';
import { Batch } from '../src/lockstep/batch';
import { compareBatch } from '../src/lockstep/lockstep';
import { runOnModel } from '../src/session/run_model';
import { Session } from '../src/session/session';
import { TargetJudge } from '../src/lockstep/target_judge';
import { sentenceOf, type Verdict } from '../src/session/verdict';
import { effort } from './support/effort';
import { HostileSource } from './support/hostile';
import { linuxTargets, openLinux } from './support/linux';
import { profileOf, sessionOf } from './support/model';

const SEED = 184467;
const PROGRAMS = effort(400);
/** Programs for profiles that no kernel has: they share the model with those above. */
const PROGRAMS_OF_OTHERS = effort(200);
const PROGRAMS_ON_KERNEL = effort(100);
const BATCH_CALLS = 4_000;
const LONG_MS = 900_000;

function assertHolds(program: Program, verdict: Verdict): void {
  if (verdict.kind !== 'clean' && verdict.kind !== 'limit')
    throw new Error(`${sentenceOf(verdict)}\n${printProgram(program)}`);
}

/** The objects left after settle; the default device of pools has no name, and stays. */
function leftIn({ world }: Session): string[] {
  const lists = { skbs: world.skbs, pools: world.pools, socks: world.socks, uargs: world.uargs };
  const left = Object.entries(lists).flatMap(([name, { length }]) => (length === 0 ? [] : [`${length} ${name}`]));
  if (world.systems.live > 0) left.push(`${world.systems.live} objects of systems`);
  return [...left, ...world.names.map(({ kind, id }) => `${kind}${id}`)];
}

describe.each(ALL_PROFILES)(`hostile programs on the model of $name (seed ${SEED})`, (profile: Profile) => {
  const count = PROFILES.includes(profile) ? PROGRAMS : PROGRAMS_OF_OTHERS;
  test(
    `${count} of them parse, break nothing and leave nothing`,
    () => {
      const source = new HostileSource(profile, false);
      const session = sessionOf(profile);
      let skipped = 0;
      for (let number = SEED; number < SEED + count; number++) {
        const program = parseProgram(printProgram(source.program(number)), `hostile-${number}.skb`);
        const { verdict, steps } = runOnModel(session, program);
        assertHolds(program, verdict);
        const left = verdict.kind === 'clean' ? leftIn(session) : [];
        if (left.length > 0) throw new Error(`settle leaves ${left.join()}\n${printProgram(program)}`);
        skipped += steps.filter(({ outcome }) => outcome < 0).length;
      }
      // They are neither the legal programs that they came from nor nonsense of which no call is executed.
      expect(skipped).toBeGreaterThan(count);
      expect(session.executed).toBeGreaterThan(20 * count);
    },
    LONG_MS,
  );
});

test('hostile programs are of every scenario, and a number is always the same program', () => {
  const source = new HostileSource(profileOf('linux-7.3'), false);
  const numbers = Array.from({ length: 300 }, (_, i) => SEED + i);
  const texts = numbers.map((number) => printProgram(source.program(number)));
  const again = new HostileSource(profileOf('linux-7.3'), false);
  expect(printProgram(again.program(SEED + 299))).toBe(texts[299]);
  const systems = new Set(
    SCENARIOS.filter(({ profiles }) => profiles === undefined).flatMap(({ commands }) =>
      commands.map((command) => command.system),
    ),
  );
  const seen = new Set(numbers.flatMap((number) => source.program(number).calls.map(({ command }) => command.system)));
  expect([...systems].filter((system) => !seen.has(system))).toEqual([]);
});

const TARGETS = PROFILES.map(({ name }) => name);
const ready = linuxTargets(TARGETS);

describe.each(TARGETS)(`hostile programs on %s (seed ${SEED})`, (target) => {
  (ready.includes(target) ? test : test.skip)(
    `${PROGRAMS_ON_KERNEL} of them without a divergence, a splat or a death`,
    async () => {
      const link = await openLinux(target);
      const { rules } = profileOf(target);
      const options = { profile: target, rules, abi: link.abi };
      const session = new Session(options);
      const judge = new TargetJudge(() => openLinux(target), new Session(options), link);
      const source = new HostileSource({ ...profileOf(target), abi: link.abi }, true);
      try {
        for (let number = SEED; number < SEED + PROGRAMS_ON_KERNEL;) {
          const batch = new Batch();
          while (batch.calls < BATCH_CALLS && number < SEED + PROGRAMS_ON_KERNEL) {
            const program = source.program(number);
            batch.beginProgram(number++);
            const { verdict } = runOnModel(session, program, ({ call, outcome }) => {
              if (outcome >= 0) batch.executed(session.world, call);
            });
            assertHolds(program, verdict);
          }
          await assertSame(judge, source, batch);
        }
      } finally {
        await judge.close();
      }
      expect(session.executed).toBeGreaterThan(20 * PROGRAMS_ON_KERNEL);
    },
    LONG_MS,
  );
});

/** Finds the program of the batch that differs when it is run alone, if the batch does not agree with the model. */
async function assertSame(judge: TargetJudge, source: HostileSource, batch: Batch): Promise<void> {
  const difference = await compareBatch(await judge.link(), batch);
  if (difference === null) return;
  if (difference.kind === 'death') await judge.forget();
  const suspects = difference.kind === 'death' ? batch.programs : [difference.program];
  for (const { id } of suspects) {
    const program = source.program(id);
    assertHolds(program, await judge.judge(program));
  }
  throw new Error(
    `programs ${suspects.map(({ id }) => id).join()}, not when they run alone: ${JSON.stringify(difference)}`,
  );
}
