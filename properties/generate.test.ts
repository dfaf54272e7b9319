// Generated programs: legal, the same for the same seed, of every kind, and with everything released at the end.

import { isAvailable } from '../src/commands/available';
import fc from 'fast-check';
import type { NamedArgs } from '../src/commands/arg';
import type { Command } from '../src/commands/command';
import { runGenerated } from '../src/search/search_model';
import { ProgramGenerator, ProgramSource } from '../src/generate/generator';
import { Random } from '../src/generate/random';
import { profilesOf, type Scenario } from '../src/generate/scenario';
import { findScenario, SCENARIOS } from '../src/generate/scenarios/registry';
import { formatSeed, parseSeed } from '../src/generate/seed';
import { Settler } from '../src/generate/settle';
import { World } from '../src/model/world/world';
import { executeCall } from '../src/program/execute';
import { parseProgram } from '../src/program/parse';
import { printProgram } from '../src/program/print';
import type { Call } from '../src/program/program';
import { MUTANTS } from '../src/rules/mutants';
import { PROFILES, type Profile } from '../src/rules/profiles';
import { effort } from './support/effort';
import { brokenProfile, sessionOf } from './support/model';

const PROGRAMS = effort(1_000);
const core = findScenario('core') as Scenario;

describe.each(PROFILES.map((profile) => [profile.name, profile] as const))('on %s', (_name, profile) => {
  test('a seed is always the same program, after any other programs and in any world', () => {
    const one = new ProgramSource(core, profile);
    const other = new ProgramSource(core, profile);
    for (let number = 0; number < 200; number++) other.program(number * 977);
    for (let number = 0; number < 200; number++) {
      expect(printProgram(other.program(199 - number))).toBe(printProgram(one.program(199 - number)));
    }
  });

  test(`every call of ${PROGRAMS} programs is legal when it is executed again, and settle leaves nothing`, () => {
    const source = new ProgramSource(core, profile);
    const settler = new Settler();
    const world = new World(profile.rules, profile.abi);
    for (let number = 0; number < PROGRAMS; number++) {
      const program = source.program(number);
      world.reset(profile.rules, profile.abi);
      for (const call of program.calls) {
        if (executeCall(world, call, profile.name, false) < 0) throw new Error(`not legal:\n${printProgram(program)}`);
      }
      settleAll(settler, world, profile, number);
      // The default device of pools has no name, and stays.
      const left = [world.skbs, world.pools, world.socks, world.uargs].map((list) => list.length);
      if (world.handles.some((handle) => handle !== null))
        throw new Error(`held after settle:\n${printProgram(program)}`);
      expect(left).toEqual([0, 0, 0, 0]);
      expect(world.devices.length).toBeLessThanOrEqual(1);
    }
  });

  test('every command of the scenario is drawn', () => {
    const source = new ProgramSource(core, profile);
    const drawn = new Set<string>();
    for (let number = 0; number < PROGRAMS; number++) {
      for (const call of source.program(number).calls) drawn.add(call.command.name);
    }
    const wanted = core.commands.filter((command) => isAvailable(command, profile.name));
    expect(wanted.map(({ name }) => name).filter((name) => !drawn.has(name))).toEqual([]);
  });
});

/** Executes the calls that settle wants; returns their number. */
function settleAll(settler: Settler, world: World, profile: Profile, seed: number): number {
  settler.begin(seed);
  let calls = 0;
  for (let call = settler.next(world); call !== null; call = settler.next(world)) {
    if (executeCall(world, call, profile.name, false) < 0) throw new Error(`settle: ${call.command.name} is not legal`);
    calls++;
  }
  return calls;
}

test('a size that its argument cannot hold is not drawn: the program must parse', () => {
  const profile = PROFILES[0];
  // Every third draw of alloc_skb is above its limit, like a size that is drawn from a world with large packets.
  let draws = 0;
  const wild = (command: Command): Command => ({
    ...command,
    draw: (world, draw, args) => {
      const drawn = command.draw(world, draw, args);
      if (draws++ % 3 === 0) (args as NamedArgs & { size: number }).size = 1 << 30;
      return drawn;
    },
  });
  const commands = core.commands.map((command) => (command.name === 'alloc_skb' ? wild(command) : command));
  const source = new ProgramSource({ ...core, commands }, profile);
  for (let number = 0; number < 100; number++) parseProgram(printProgram(source.program(number)), 'generated');
  expect(draws).toBeGreaterThan(100);
});

test('a program that lost calls is settled in the same order as before', () => {
  const profile = PROFILES[0];
  const source = new ProgramSource(core, profile);
  const released = (calls: readonly Call[], seed: number): number[] => {
    const world = new World(profile.rules, profile.abi);
    for (const call of calls) executeCall(world, call, profile.name, false);
    const settler = new Settler();
    settler.begin(seed);
    const order: number[] = [];
    for (let call = settler.next(world); call !== null; call = settler.next(world)) {
      if (call.command.name !== 'skb_mark_for_recycle') order.push(call.args[0]);
      executeCall(world, call, profile.name, false);
    }
    return order;
  };
  for (let number = 0; number < 50; number++) {
    const allocations = source
      .program(number)
      .calls.filter((call) => /^(alloc_pages|alloc_skb)$/.test(call.command.name));
    const order = released(allocations, number);
    const fewer = released(allocations.slice(1), number);
    expect(fewer).toEqual(order.filter((id) => fewer.includes(id)));
  }
});

test.each(MUTANTS.map((mutant) => [mutant.id, mutant] as const))(
  'programs are made and settled on mutant %s',
  (_id, mutant) => {
    const session = sessionOf(brokenProfile(mutant));
    const scenario = findScenario(mutant.scenario ?? 'core') as Scenario;
    const generator = new ProgramGenerator(scenario, brokenProfile(mutant));
    const settler = new Settler();
    for (let number = 0; number < effort(50); number++) {
      const before = session.executed;
      runGenerated(generator, settler, session, number);
      const executed = session.executed - before;
      // In plain code: expect() takes longer than a program.
      if (executed === 0 || executed >= 1_000) throw new Error(`number ${number}: ${executed} commands`);
    }
  },
);

test.each(SCENARIOS.map((scenario) => [scenario.name, scenario] as const))(
  'what the first seeds of %s mean',
  (_name, scenario) => {
    // A change of meaning needs a new version of the token: raise SEED_VERSION in src/generate/seed.ts, then take the
    // new snapshot.
    for (const profile of profilesOf(scenario)) {
      const source = new ProgramSource(scenario, profile);
      for (let number = 0; number < 3; number++) expect(printProgram(source.program(number))).toMatchSnapshot();
    }
  },
);

describe('a seed token', () => {
  test('names a scenario and a number', () => {
    expect(formatSeed('core', 184467)).toBe('v1:core:184467');
    expect(parseSeed('v1:core:184467')).toEqual({ scenario: 'core', number: 184467 });
    for (const token of [
      '',
      'core',
      'v1:core',
      'v1:core:-1',
      'v1:core:1.5',
      'v2:core:1',
      'v1:core:9007199254740992',
      'v1:Core:1 ',
    ]) {
      expect(parseSeed(token)).toBeUndefined();
    }
    fc.assert(
      fc.property(fc.nat({ max: 0xffffffff }), (number) => {
        expect(parseSeed(formatSeed('core', number))?.number).toBe(number);
      }),
    );
  });
});

describe('the random numbers', () => {
  test('are the same in every engine', () => {
    const random = new Random(1);
    expect(Array.from({ length: 4 }, () => random.next())).toMatchSnapshot();
  });

  test('stay below their bound and reach every number', () => {
    const random = new Random(7);
    for (const n of [1, 2, 3, 8, 100]) {
      const seen = new Set(Array.from({ length: n * 50 }, () => random.below(n)));
      expect([...seen].sort((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, i) => i));
    }
  });
});
