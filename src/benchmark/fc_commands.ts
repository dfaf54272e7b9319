import fc from 'fast-check';
import { isAvailable } from '../commands/available';
import type { Command } from '../commands/command';
import { formatSeed, generatorSeed, programAfter } from '../generate/seed';
import { Settler } from '../generate/settle';
import type { Kind, World } from '../model/world/world';
import { handlesAreLive } from '../program/execute';
import { generatedName } from '../program/names';
import type { Call, Program } from '../program/program';
import type { Session } from '../session/session';
import { argArbitrary, valuesOf, type HandleDraws } from './fc_arguments';
import type { SearchTask, Strategy } from './strategy';

/** Commands drawn for one program; check() refuses most of them. */
const COMMANDS_MAX = 100;
/** Runs of one seed: the default of fc.assert. */
const RUNS_OF_A_SEED = 100;
const CONTEXTS = 3;
/** One allocating call in FAIL_ONE_OF has an allocation that fails, about as often as in a generated program. */
const FAIL_ONE_OF = 16;
const FAIL_MAX = 2;

/** The model under test as fast-check's own model-based testing sees it: the session is both model and system. */
interface Real {
  readonly session: Session;
  readonly calls: Call[];
  readonly names: string[];
  readonly counts: Map<Kind, number>;
  readonly onExecuted?: (call: Call) => void;
}

/** Thrown to end the run, because fast-check has no other way. */
class Over extends Error {}

/**
 * Plain model-based testing as in fast-check's documentation: arguments are drawn blindly, check() decides whether a
 * command applies, and every invariant is checked after each command. Then settle releases everything as in every
 * search. fast-check's shrinker is not used: the result is the program that failed.
 */
function search(task: SearchTask, objects: HandleDraws): void {
  const arbitrary = fc.commands(
    task.scenario.commands
      .filter((command) => isAvailable(command, task.profile.name))
      .map((command) => commandArbitrary(command, objects)),
    { maxCommands: COMMANDS_MAX, size: 'max' },
  );
  const settler = new Settler();
  let programs = 0;
  let over = false;
  while (!over) {
    const property = fc.property(arbitrary, (drawn) => {
      if (runOne(task, settler, programAfter(task.first, programs++), drawn)) return;
      over = true;
      throw new Over();
    });
    const { errorInstance } = fc.check(property, {
      seed: generatorSeed(programAfter(task.first, programs)) | 0,
      numRuns: RUNS_OF_A_SEED,
      endOnFailure: true,
    });
    if (errorInstance instanceof Error && !(errorInstance instanceof Over)) throw errorInstance;
  }
}

/** @returns false when the search is over */
function runOne(task: SearchTask, settler: Settler, number: number, drawn: Iterable<fc.Command<Real, Real>>): boolean {
  const { session, scenario, profile, onExecuted } = task;
  const real: Real = { session, calls: [], names: [], counts: new Map(), onExecuted };
  session.begin();
  fc.modelRun(() => ({ model: real, real }), drawn);
  settler.begin(generatorSeed(number));
  session.settle(settler, onExecuted);
  return !task.done((): Program => ({
    profile: profile.name,
    // Only settle draws from the seed; the calls do not follow from it.
    seed: formatSeed(scenario.name, number),
    calls: real.calls,
    names: real.names,
  }));
}

function commandArbitrary(command: Command, objects: HandleDraws): fc.Arbitrary<fc.Command<Real, Real>> {
  const drawn = fc.record({
    numbers: fc.tuple(...command.args.map(argArbitrary)),
    fail: command.allocates
      ? fc.oneof(
          { weight: FAIL_ONE_OF - 1, arbitrary: fc.constant(0) },
          { weight: 1, arbitrary: fc.integer({ min: 1, max: FAIL_MAX }) },
        )
      : fc.constant(0),
    context: command.contextual ? fc.nat(CONTEXTS - 1) : fc.constant(0),
  });
  return drawn.map(({ numbers, fail, context }) => {
    const argsIn = (world: World): readonly number[] => valuesOf(world, command.args, numbers, objects);
    return {
      check: ({ session }) => {
        const { world } = session;
        if (session.failed) return false;
        const args = argsIn(world);
        world.beginCommand(fail, context);
        return handlesAreLive(world, command, args) && command.applies(world, command.argsOf(args));
      },
      run: (_model, real) => {
        const call = { command, args: argsIn(real.session.world), result: nameFor(real, command), fail, context };
        real.calls.push(call);
        if (real.session.executeDrawn(call) >= 0) real.onExecuted?.(call);
      },
      toString: () => `${command.name}(${numbers.join(', ')})`,
    };
  });
}

/** The handle number for the call's result. */
function nameFor({ names, counts }: Real, { result }: Command): number {
  if (result === undefined) return -1;
  const count = (counts.get(result) ?? 0) + 1;
  counts.set(result, count);
  return names.push(generatedName(result, count)) - 1;
}

export const FC_COMMANDS: Strategy = {
  name: 'fc-commands',
  title: 'plain fc.commands with check(): arguments drawn blindly, objects by position among the live ones',
  stateAware: false,
  search: (task) => search(task, 'positions'),
};

export const FC_COMMANDS_NUMBERS: Strategy = {
  name: 'fc-commands-numbers',
  title: 'the same with objects drawn by the number of their name',
  stateAware: false,
  search: (task) => search(task, 'numbers'),
};
