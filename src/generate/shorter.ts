import type { Command } from '../commands/command';
import type { Program } from '../program/program';
import type { Profile } from '../rules/profiles';
import { World } from '../model/world';
import { generateOn, ProgramGenerator } from './generator';
import { findScenario, type Scenario } from './scenario';

/** By system: plain ways to make its objects and to fill them, whatever the program used. */
const PLAIN: Readonly<Record<string, readonly string[]>> = {
  page: ['alloc_pages', 'device_write'],
  page_pool: ['page_pool_create', 'page_pool_alloc_pages', 'build_skb', 'skb_mark_for_recycle'],
  skb: ['alloc_skb', 'napi_alloc_skb', 'skb_put'],
  sock: ['sk_alloc'],
};

/**
 * Programs that are shorter than one that failed, made anew from the commands that it uses: a way out of where a reducer
 * stops, when no call can be dropped from a roundabout program although a straight one exists.
 *
 * @param profile - with the rules that the program failed on
 * @param count - how many to make
 */
export function* shorterPrograms(program: Program, profile: Profile, count: number): Generator<Program> {
  const length = program.calls.length - 1;
  if (length < 2) return;
  const generator = new ProgramGenerator(scenarioOf(program, length), profile);
  const world = new World(profile.rules, profile.abi);
  for (let number = 0; number < count; number++) {
    world.reset(profile.rules, profile.abi);
    const shorter = generateOn(generator, world, profile.name, number);
    // The seed stays that of the program: settle draws from it.
    yield { ...shorter, profile: program.profile, seed: program.seed };
  }
}

function scenarioOf(program: Program, length: number): Scenario {
  const core = findScenario('core') as Scenario;
  const used = new Set<Command>(program.calls.map((call) => call.command));
  const plain = new Set([...used].flatMap((command) => PLAIN[command.system] ?? []));
  for (const command of core.commands) if (plain.has(command.name)) used.add(command);
  const commands = core.commands.filter((command) => used.has(command));
  return { ...core, name: 'shorter', commands, length: { min: Math.min(3, length), usual: length, max: length } };
}
