// Programs made of kept ones: legal, the same for the same seed, and within the limits of a program.

import { type Scenario, profilesOf } from '../src/generate/scenario';
import { ProgramMutator, type Mutation } from '../src/generate/mutate_program';
import { SCENARIOS } from '../src/generate/scenarios/registry';
import { groupsOf, sliceOf } from '../src/generate/slice';
import { ProgramSource } from '../src/generate/generator';
import { parseProgram } from '../src/program/parse';
import { printProgram } from '../src/program/print';
import { isOnSecondCpu, type Program } from '../src/program/program';
import type { Profile } from '../src/rules/profiles';
import { runOnModel } from '../src/session/run_model';
import { sentenceOf } from '../src/session/verdict';
import type { Session } from '../src/session/session';
import { sessionOf } from './support/model';

const SEED = Number(process.env.SKBCHECK_SEED ?? 5);
const PROGRAMS = 24;
const PARENTS = 6;
const MUTATIONS: readonly Mutation[] = ['extend', 'insert', 'remove', 'change', 'repeat', 'splice'];

/** Makes the program, executing it as it grows; every call that the mutator gives must be legal then. */
function mutatedOf(mutator: ProgramMutator, session: Session): Program {
  session.begin();
  for (let call = mutator.next(session.world); call !== null && !session.failed; call = mutator.next(session.world)) {
    // Executed with the checks that a kernel would make: not `executeDrawn`.
    const outcome =
      mutator.beside.length > 0 ? session.executeInterleaved(call, mutator.beside).outcomes[0] : session.execute(call);
    if (outcome < 0 && session.verdict.kind !== 'limit') throw new Error(`${call.command.name} is not legal`);
  }
  return mutator.program();
}

function parentsOf(scenario: Scenario, profile: Profile): Program[] {
  const source = new ProgramSource(scenario, profile);
  return Array.from({ length: PARENTS }, (_, i) => source.program(SEED * 1000 + i));
}

describe.each(SCENARIOS.map((scenario) => [scenario.name, scenario] as const))(
  `programs made of kept ones, %s (seed ${SEED})`,
  (_name, scenario) => {
    test.each(profilesOf(scenario).map((profile) => [profile.name, profile] as const))(
      'are legal on %s, print and parse back, and are no longer than others',
      (_profile, profile) => {
        const mutator = new ProgramMutator(scenario, profile);
        const parents = parentsOf(scenario, profile);
        const session = sessionOf(profile);
        let changed = 0;
        for (let i = 0; i < PROGRAMS; i++) {
          const [parent, other] = [parents[i % PARENTS], parents[(i * 7 + 3) % PARENTS]];
          mutator.begin(SEED * PROGRAMS + i, parent, other, i, MUTATIONS[i % MUTATIONS.length]);
          const program = mutatedOf(mutator, session);
          const text = printProgram(program);
          expect(printProgram(parseProgram(text, 'mutated'))).toBe(text);
          expect(program.calls.filter((call) => !isOnSecondCpu(call)).length).toBeLessThanOrEqual(scenario.length.max);
          const { verdict, steps } = runOnModel(session, parseProgram(text, 'mutated'));
          if (verdict.kind !== 'clean' && verdict.kind !== 'limit') throw new Error(`${sentenceOf(verdict)}\n${text}`);
          const skipped = steps.filter(({ call, outcome }) => outcome < 0 && !isOnSecondCpu(call));
          if (verdict.kind === 'clean') expect(skipped).toEqual([]);
          if (text !== printProgram(parent)) changed++;
        }
        expect(changed).toBeGreaterThan(PROGRAMS * 0.9);
      },
    );
  },
);

test('the same seed and parents make the same program; another seed makes another', () => {
  const scenario = SCENARIOS[0];
  const profile = profilesOf(scenario)[0];
  const [parent, other] = parentsOf(scenario, profile);
  const session = sessionOf(profile);
  const texts = [1, 1, 2].map((seed) => {
    const mutator = new ProgramMutator(scenario, profile);
    // A mutator that was used before makes the same program as a new one.
    if (seed === 1) mutator.begin(77, other, parent);
    mutator.begin(seed, parent, other);
    return printProgram(mutatedOf(mutator, session));
  });
  expect(texts[1]).toBe(texts[0]);
  expect(texts[2]).not.toBe(texts[0]);
});

test('a slice of a program has the calls that made the objects of the call, and no other', () => {
  const program = parseProgram(
    [
      'profile linux-6.12',
      'pool1 = page_pool_create(pool_size: 16)',
      'page1 = page_pool_alloc_pages(pool: pool1)',
      'page2 = page_pool_alloc_pages(pool: pool1)',
      'skb1 = alloc_skb(size: 0)',
      'skb2 = alloc_skb(size: 64)',
      'skb_put(skb: skb2, len: 1)',
      'skb_add_rx_frag(skb: skb1, page: page1, size: 64, truesize: 64)',
      'skb3 = skb_clone(skb: skb1)',
      'kfree_skb(skb: skb2)',
    ].join('\n'),
    'text',
  );
  const names = sliceOf(groupsOf(program), 7).map(([{ command, result }]) => `${command.name} ${result}`);
  expect(names).toEqual([
    'page_pool_create 0',
    'page_pool_alloc_pages 1',
    'alloc_skb 3',
    'skb_add_rx_frag -1',
    'skb_clone 5',
  ]);
});
