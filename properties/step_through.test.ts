// A program stepped through as data: replayed forward and back, and the places of the drawn objects.

import fc from 'fast-check';
import { countText } from '../src/model/world/count_text';
import { stepThrough } from '../src/cli/support/step_through';
import { sessionOptions } from '../src/session/session_options';
import { programs } from '../src/generate/arbitrary';
import { findScenario } from '../src/generate/scenarios/registry';
import type { Scenario } from '../src/generate/scenario';
import { printProgram } from '../src/program/print';
import { parseProgram } from '../src/program/parse';
import type { Program } from '../src/program/program';
import { layoutOf } from '../src/report/page/layout';
import { sizeFor } from '../src/report/page/picture_size';
import { Replay } from '../src/report/page/replay';
import { changeLines } from '../src/report/page/words';
import { pictureOf } from '../src/report/picture/picture_world';
import type { StepThrough } from '../src/report/picture/step_through';
import { MUTANTS, type Mutant } from '../src/rules/mutants';
import { findProfile, type Profile } from '../src/rules/profiles';
import { runOnModel } from '../src/session/run_model';
import { Session } from '../src/session/session';

const SEED = 20261121;
const RUNS = 3;
const PROFILE = findProfile('linux-6.12') as Profile;

function sessionOf(profile: Profile, mutant?: Mutant): Session {
  return new Session(sessionOptions(profile, mutant, profile.abi, false));
}

function stepsOf(program: Program): StepThrough {
  return stepThrough(sessionOf(PROFILE), program, printProgram(program));
}

/** A world as text; two worlds have the same text only if they are the same. */
function worldText(replay: Replay): string {
  const objects = [...replay.objects.values()].map(({ key, fields, names, edges }) =>
    JSON.stringify([key, [...fields].sort(), names, edges]),
  );
  return objects.sort().join('\n');
}

/** Programs of several systems, because their pictures differ. */
describe.each(['core', 'gro', 'xsk', 'driver', 'splice'])(`programs of %s (seed ${SEED})`, (name) => {
  const arbitrary = programs({ scenario: findScenario(name) as Scenario, profile: PROFILE });
  const forAll = (holds: (program: Program) => void): void =>
    fc.assert(fc.property(arbitrary, holds), { seed: SEED, numRuns: RUNS });

  test('replayed, the steps are the worlds of the model, one by one', () => {
    forAll((program) => {
      const replay = new Replay(stepsOf(program).steps);
      const session = sessionOf(PROFILE);
      let position = 0;
      runOnModel(session, program, (step) => {
        replay.goTo(++position);
        // Interleaved calls all show the world after the last of them.
        if (step.during !== undefined) return;
        const picture = pictureOf(session.world, program.names);
        expect(replay.objects.size).toBe(picture.size);
        const wrong = session.world.pages.filter(
          ({ id, refcount }) =>
            String(replay.objects.get(`page#${id}`)?.fields.get('refcount')) !== countText(refcount),
        );
        const wrongSkbs = session.world.skbs.filter(({ id, len, truesize, users }) => {
          const fields = replay.objects.get(`skb#${id}`)?.fields;
          return fields?.get('len') !== len || fields.get('truesize') !== truesize || fields.get('users') !== users;
        });
        expect([wrong.map(({ id }) => id), wrongSkbs.map(({ id }) => id)]).toEqual([[], []]);
      });
      expect(replay.steps.length).toBeGreaterThanOrEqual(position);
    });
  });

  test('back is the inverse of forward', () => {
    forAll((program) => {
      const { steps } = stepsOf(program);
      const replay = new Replay(steps);
      const worlds = [worldText(replay)];
      for (let position = 1; position <= steps.length; position++) {
        replay.goTo(position);
        worlds.push(worldText(replay));
      }
      for (let position = steps.length; position >= 0; position--) {
        replay.goTo(position);
        expect(worldText(replay)).toBe(worlds[position]);
      }
    });
  });

  test.each([360, 1000])('no two objects are drawn in one place, and none moves while it lives (%d px)', (width) => {
    forAll((program) => {
      const { steps } = stepsOf(program);
      const replay = new Replay(steps);
      const { places } = layoutOf(replay, sizeFor(width), new Set());
      for (let position = 1; position <= steps.length; position++) {
        replay.goTo(position);
        const taken = [...replay.objects.keys()].flatMap((key) =>
          (places.get(key) ?? [])
            .filter(({ from, until }) => from <= position && position <= until)
            .map(({ row, slot }) => `${row}/${slot}`),
        );
        expect(new Set(taken).size).toBe(taken.length);
      }
      // One place from the first drawing on: a second would begin where the first ends.
      expect([...places.values()].every((list) => list.length === 1)).toBe(true);
    });
  });

  test('a step lists its changes, and none if it has none', () => {
    forAll((program) => {
      const { steps } = stepsOf(program);
      const replay = new Replay(steps);
      steps.forEach(({ put, gone }, i) => {
        replay.goTo(i + 1);
        const lines = changeLines(replay.before(), replay.objects);
        expect(lines.length > 0).toBe(Object.keys(put).length + gone.length > 0);
        expect(gone.filter((key) => !lines.some((line) => line.includes(key)))).toEqual([]);
      });
    });
  });
});

test('every mutant’s own program leads to the step at which its invariant breaks, and to an object of it', () => {
  const without: string[] = [];
  const wrong: string[] = [];
  for (const mutant of MUTANTS) {
    const profile = findProfile(mutant.profile) as Profile;
    const text = `profile ${mutant.profile}\n${mutant.program}`;
    const session = sessionOf(profile, mutant);
    const data = stepThrough(session, parseProgram(text, mutant.id), text);
    const shown = data.failedStep !== undefined && data.failedStep < data.steps.length;
    if (!shown || data.invariant?.name !== mutant.expected[0]) wrong.push(mutant.id);
    if (data.guilty.length === 0) without.push(mutant.id);
  }
  expect(wrong).toEqual([]);
  // Messages that name no object: a count of a pool that was freed, an allocation.
  expect(without.length).toBeLessThan(MUTANTS.length / 10);
});
