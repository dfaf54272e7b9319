import { isAvailable } from '../src/commands/available';
import fc from 'fast-check';
import type { Command } from '../src/commands/command';
import { TruesizeLedger } from '../src/commands/truesize_ledger';
import type { Scenario } from '../src/generate/scenario';
import { findScenario } from '../src/generate/scenarios/registry';
import { Checker } from '../src/invariants/checker';
import { World } from '../src/model/world/world';
import { executeCall, handlesAreLive } from '../src/program/execute';
import type { Profile } from '../src/rules/profiles';
import { argArbitrary, valuesOf, type HandleDraws } from '../src/benchmark/fc_arguments';
import type { Case } from './measure';

const COMMANDS_PER_RUN = 100;
const RUNS_PER_ROUND = 500;
const CONTEXTS = 3;
const FAIL_MAX = 2;

/** The model under test as fast-check's own model-based testing sees it: the world is both model and system. */
interface Real {
  readonly world: World;
  readonly checker: Checker;
  readonly ledger: TruesizeLedger;
  executed: number;
  names: number;
}

/**
 * The baseline: the same model driven by plain `fc.commands`, as its documentation shows. Arguments are drawn blindly,
 * check() decides whether a command applies, and the whole world is checked after each command. Refused commands do not
 * count.
 */
export function fcCommandsCase(profile: Profile, objects: HandleDraws): Case {
  const scenario = findScenario('core') as Scenario;
  const commands = scenario.commands
    .filter((command) => isAvailable(command, profile.name))
    .map((command) => commandArbitrary(command, profile.name, objects));
  const arbitrary = fc.commands(commands, { maxCommands: COMMANDS_PER_RUN, size: 'max' });
  const world = new World(profile.rules, profile.abi);
  let seed = 1;
  return {
    name: `${profile.name} fc.commands${objects === 'numbers' ? '' : ', live objects'}`,
    title:
      'the same model driven by fc.commands with check(), ' +
      `${objects === 'numbers' ? '' : 'objects drawn among the live ones, '}` +
      'the whole world checked after every command',
    round() {
      const real: Real = { world, checker: new Checker(), ledger: new TruesizeLedger(), executed: 0, names: 0 };
      fc.assert(
        fc.property(arbitrary, (drawn) => {
          world.reset(profile.rules, profile.abi);
          real.names = 0;
          fc.modelRun(() => ({ model: real, real }), drawn);
        }),
        { seed: seed++, numRuns: RUNS_PER_ROUND },
      );
      return real.executed;
    },
  };
}

function commandArbitrary(
  command: Command,
  profile: string,
  objects: HandleDraws,
): fc.Arbitrary<fc.Command<Real, Real>> {
  const drawn = fc.record({
    numbers: fc.tuple(...command.args.map(argArbitrary)),
    fail: command.allocates ? fc.nat(FAIL_MAX) : fc.constant(0),
    context: command.contextual ? fc.nat(CONTEXTS - 1) : fc.constant(0),
  });
  return drawn.map(({ numbers, fail, context }) => {
    const argsIn = (world: World): readonly number[] => valuesOf(world, command.args, numbers, objects);
    return {
      check: ({ world }) => {
        const args = argsIn(world);
        world.beginCommand(fail, context);
        return handlesAreLive(world, command, args) && command.applies(world, command.argsOf(args));
      },
      run: (model, { world, checker, ledger }) => {
        const args = argsIn(world);
        const result = command.result === undefined ? -1 : model.names++;
        executeCall(world, { command, args, result, fail, context }, profile, false, ledger);
        model.executed++;
        if (!checker.wholeWorld(world)) throw new Error(world.violations[0].message);
      },
      toString: () => `${command.name}(${numbers.join(', ')})`,
    };
  });
}
