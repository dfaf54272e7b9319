// A draw begins with the arguments of the draw before it, unless they are blanked: src/generate/swarm.ts.

import { isHandleArg } from '../src/commands/arg_range';
import { LEFT_FROM, type NamedArgs } from '../src/commands/arg';
import type { Command } from '../src/commands/command';
import { profilesOf } from '../src/generate/scenario';
import { SCENARIOS } from '../src/generate/scenarios/registry';
import { ProgramGenerator } from '../src/generate/generator';
import { Settler } from '../src/generate/settle';
import { runGenerated } from '../src/search/search_model';
import { Session } from '../src/session/session';

const PROGRAMS = 60;

/** The arguments that no default and no missing object can replace. */
const mustBeDrawn = ({ args }: Command): string[] =>
  args.flatMap((arg) => ((isHandleArg(arg) ? arg.optional : arg.default) === undefined ? [arg.name] : []));

/** Makes the draws of a command begin with arguments that are no numbers; returns a function that undoes it. */
function spoil(command: Command, onLeft: (argument: string) => void, onDrawn: () => void): () => void {
  const { draw } = command;
  const names = mustBeDrawn(command);
  const writable = command as { draw: Command['draw'] };
  writable.draw = (world, source, args) => {
    const values = args as NamedArgs & Record<string, unknown>;
    const before = names.map((name) => values[name]);
    for (const name of names) values[name] = NaN;
    const suits = draw.call(command, world, source, args);
    names.forEach((name, i) => {
      if (!Number.isNaN(values[name])) return;
      if (suits) onLeft(name);
      values[name] = before[i];
    });
    if (suits) onDrawn();
    return suits;
  };
  return () => (writable.draw = draw);
}

test.each(SCENARIOS.map((scenario) => [scenario.name, scenario] as const))(
  '%s: a draw that succeeds sets every argument that has no default',
  (_name, scenario) => {
    const left = new Set<string>();
    let drawn = 0;
    const undo = scenario.commands.map((command) =>
      spoil(
        command,
        (argument) => left.add(`${command.name}.${argument}`),
        () => drawn++,
      ),
    );
    try {
      for (const profile of profilesOf(scenario)) {
        const session = new Session({ profile: profile.name, rules: profile.rules, abi: profile.abi, checks: false });
        const generator = new ProgramGenerator(scenario, profile);
        for (let number = 0; number < PROGRAMS; number++) runGenerated(generator, new Settler(), session, number);
      }
    } finally {
      for (const one of undo) one();
    }
    expect([...left]).toEqual([]);
    expect(drawn).toBeGreaterThan(PROGRAMS);
  },
);

test('a bulk command has as many arguments as are left from longer draws', () => {
  const bulk = SCENARIOS.flatMap(({ commands }) => commands).filter(({ name }) => name.endsWith('_bulk'));
  const pickers = bulk.filter(({ args }) => args.every(isHandleArg));
  expect(pickers.length).toBeGreaterThan(0);
  for (const { name, args } of pickers) expect([name, args.length]).toEqual([name, LEFT_FROM]);
});
