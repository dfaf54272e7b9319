import type { Command } from '../commands/command';
import { COMMANDS } from '../commands/registry';
import type { Program } from '../program/program';
import type { Profile } from '../rules/profiles';
import { renumbered } from '../reduce/rename';
import { World } from '../model/world';
import { generateOn, ProgramGenerator } from './generator';
import type { Scenario } from './scenario';
import { findScenario } from './scenarios/registry';

const CORE = findScenario('core') as Scenario;

/** By system: plain ways to make its objects and to fill them, whatever the program used. */
const PLAIN: Readonly<Record<string, readonly string[]>> = {
  page: ['alloc_pages', 'device_write', 'build_skb'],
  page_pool: ['page_pool_create', 'page_pool_alloc_pages', 'device_write', 'skb_add_rx_frag', 'skb_mark_for_recycle'],
  skb: ['alloc_skb', 'napi_alloc_skb', 'skb_put'],
  sock: ['sk_alloc'],
};

/**
 * Programs that are shorter than one that failed, made anew: a way out of where a reducer stops, when no call can be
 * dropped from a roundabout program although a straight one exists. Half of them keep the start of the program and make
 * a new end, the others are new from the first call on, from the commands of the program or from all.
 *
 * @param profile - with the rules that the program failed on
 * @param count - how many to make
 */
export function* shorterPrograms(program: Program, profile: Profile, count: number): Generator<Program> {
  const length = program.calls.length - 1;
  if (length < 2) return;
  const { calls } = renumbered(program);
  const related = new ProgramGenerator(relatedScenario(program, length), profile);
  const any = new ProgramGenerator(ofLength(CORE, length), profile);
  const world = new World(profile.rules, profile.abi);
  for (let number = 0; number < count; number++) {
    world.reset(profile.rules, profile.abi);
    const kept = number % 4 < 2 ? calls.slice(0, 1 + ((number >> 2) % length)) : [];
    const shorter = generateOn(number % 4 < 3 ? related : any, world, profile.name, number, kept);
    if (shorter.calls.length > length) continue;
    // The seed stays that of the program: settle draws from it.
    yield { ...shorter, profile: program.profile, seed: program.seed };
  }
}

function relatedScenario(program: Program, length: number): Scenario {
  const used = new Set<Command>(program.calls.map((call) => call.command));
  const plain = new Set([...used].flatMap((command) => PLAIN[command.system] ?? []));
  for (const command of CORE.commands) if (plain.has(command.name)) used.add(command);
  const commands = COMMANDS.filter((command) => used.has(command) && command.abuse !== true);
  return ofLength({ ...CORE, commands }, length);
}

function ofLength(scenario: Scenario, length: number): Scenario {
  return { ...scenario, name: 'shorter', length: { min: length, usual: length, max: length } };
}
