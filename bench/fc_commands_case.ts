import fc from 'fast-check';
import type { Arg, Command } from '../src/commands/command';
import { findScenario, type Scenario } from '../src/generate/scenario';
import { Checker } from '../src/invariants/checker';
import { World } from '../src/model/world';
import { handlesAreLive } from '../src/program/execute';
import type { Profile } from '../src/rules/profiles';
import type { Case } from './measure';

const COMMANDS_PER_RUN = 100;
const RUNS_PER_ROUND = 40;
const HANDLES_MAX = 64;

/** The model under test as fast-check's own model-based testing sees it: the world is both model and system. */
interface Real {
  readonly world: World;
  readonly checker: Checker;
  executed: number;
  names: number;
}

/**
 * The baseline: the same model driven by plain `fc.commands`, as its documentation shows: arguments drawn blindly, check()
 * decides whether a command applies, and the whole world is checked after each.
 */
export function fcCommandsCase(profile: Profile): Case {
  const scenario = findScenario('core') as Scenario;
  const commands = scenario.commands
    .filter((command) => command.profiles === undefined || command.profiles.includes(profile.name))
    .map((command) => commandArbitrary(command));
  const arbitrary = fc.commands(commands, { maxCommands: COMMANDS_PER_RUN, size: 'max' });
  const world = new World(profile.rules, profile.abi);
  let seed = 1;
  return {
    name: `${profile.name} fc.commands`,
    title: 'the same model driven by fc.commands with check(), the whole world checked after every command',
    round() {
      const real: Real = { world, checker: new Checker(), executed: 0, names: 0 };
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

function commandArbitrary(command: Command): fc.Arbitrary<fc.Command<Real, Real>> {
  return fc.tuple(...command.args.map(argArbitrary)).map((args) => ({
    check: ({ world }) => {
      world.beginCommand(0, 2);
      return handlesAreLive(world, command, args) && command.applies(world, args);
    },
    run: (model, { world, checker }) => {
      world.beginCommand(0, 2);
      command.run(world, args, command.result === undefined ? -1 : model.names++);
      model.executed++;
      checker.wholeWorld(world);
    },
    toString: () => `${command.name}(${args.join(', ')})`,
  }));
}

function argArbitrary(arg: Arg): fc.Arbitrary<number> {
  switch (arg.type) {
    case 'int':
      return fc.integer({ min: arg.min, max: arg.max });
    case 'enum':
      return fc.nat(arg.words.length - 1);
    case 'flags':
      return fc.nat((1 << arg.words.length) - 1);
    default:
      return fc.nat(HANDLES_MAX - 1);
  }
}
