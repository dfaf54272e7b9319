// Programs drawn on the rules of mutants: without invariants nothing stops a program at the call that breaks the world,
// so the generator goes on in states that no kernel has.

import { randomInt } from 'node:crypto';
import type { Command } from '../src/commands/command';
import { ProgramSource } from '../src/generate/generator';
import { findScenario } from '../src/generate/scenarios/registry';
import type { Scenario } from '../src/generate/scenario';
import { shorterPrograms, sidewaysPrograms } from '../src/generate/shorter';
import { parseProgram } from '../src/program/parse';
import { printProgram } from '../src/program/print';
import { MUTANTS, type Mutant } from '../src/rules/mutants';
import { effort } from './support/effort';
import { brokenProfile, mutantOf, profileOf, programOf } from './support/model';

const ROUNDS = effort(1);
const NEW_PROGRAMS = effort(2);

const scenarioNamed = (name: string): Scenario => findScenario(name) as Scenario;
const scenarioOf = (mutant: Mutant): Scenario => scenarioNamed(mutant.scenario ?? 'core');

/** Programs that ended a search with a TypeError: seg C8 in planOne(), veth H13 in drawTail(). */
const THREW: readonly [mutant: string, scenario: string, number: number][] = [
  ['C8', 'segment', 1289],
  ['H13', 'veth', 1158],
];

test.each(THREW)(
  'mutant %s, %s %i: the program ends where its world is broken, and no search ends',
  (id, name, number) => {
    const program = new ProgramSource(scenarioNamed(name), brokenProfile(mutantOf(id))).program(number);
    expect(program.calls.length).toBeGreaterThan(0);
    expect(parseProgram(printProgram(program), 'drawn').calls).toHaveLength(program.calls.length);
  },
);

test('no program that is drawn on a mutant throws, in any order of draws', () => {
  const seed = Number(process.env.SKBCHECK_SEED ?? randomInt(2 ** 31));
  const sources = MUTANTS.map((mutant) => new ProgramSource(scenarioOf(mutant), brokenProfile(mutant)));
  let drawn = 0;
  for (let round = 0; round < ROUNDS; round++) {
    sources.forEach((source, i) => {
      const number = (seed + round) >>> 0;
      try {
        drawn += source.program(number).calls.length > 0 ? 1 : 0;
      } catch (error) {
        throw new Error(`mutant ${MUTANTS[i].id}, number ${number}; SKBCHECK_SEED=${seed}`, { cause: error });
      }
    });
  }
  expect(drawn).toBeGreaterThanOrEqual(MUTANTS.length);
});

test('no new program that the reducer draws on a mutant throws', () => {
  for (const mutant of MUTANTS) {
    const profile = brokenProfile(mutant);
    const program = programOf(profile, mutant.program);
    for (const other of shorterPrograms(program, profile, NEW_PROGRAMS))
      expect(other.calls.length).toBeLessThanOrEqual(program.calls.length);
    for (const other of sidewaysPrograms(program, profile, NEW_PROGRAMS))
      expect(other.calls).toHaveLength(program.calls.length);
  }
});

test('on the rules of a kernel a draw that throws is a mistake in its command, and is not hidden', () => {
  const core = scenarioNamed('core');
  const failing = (command: Command): Command => ({
    ...command,
    draw: () => {
      throw new TypeError('a mistake in this command');
    },
  });
  const scenario = { ...core, commands: core.commands.map((one) => (one.name === 'alloc_skb' ? failing(one) : one)) };
  const drawAll = (source: ProgramSource) => () => {
    for (let number = 0; number < 50; number++) source.program(number);
  };
  expect(drawAll(new ProgramSource(scenario, profileOf('linux-6.12')))).toThrow('a mistake in this command');
  expect(drawAll(new ProgramSource(scenario, brokenProfile(mutantOf('B2'))))).not.toThrow();
});
