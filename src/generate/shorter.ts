import type { Command } from '../commands/command';
import type { CommandName } from '../commands/command_name';
import { ALL_COMMANDS } from '../commands/registry';
import type { Call, Program } from '../program/program';
import type { Profile } from '../rules/profiles';
import { withCalls } from '../reduce/edit';
import { renumbered } from '../reduce/rename';
import { World } from '../model/world/world';
import { generateOn, ProgramGenerator } from './generator';
import { namesOf } from '../program/names';
import { Refiller } from './refill';
import type { Scenario } from './scenario';
import { findScenario } from './scenarios/registry';

const CORE = findScenario('core') as Scenario;

/** Of REFILLED_OF programs all but one are refilled. */
const REFILLED_OF = 4;

/** By system: plain commands that make its objects and fill them, also where the program used others. */
const PLAIN: Readonly<Record<string, readonly CommandName[]>> = {
  page: ['alloc_pages', 'device_write', 'build_skb'],
  page_pool: ['page_pool_create', 'page_pool_alloc_pages', 'device_write', 'skb_add_rx_frag', 'skb_mark_for_recycle'],
  skb: ['alloc_skb', 'napi_alloc_skb', 'skb_put'],
  sock: ['sk_alloc'],
};

/**
 * Newly generated programs that are shorter than one that failed. They help a reducer that stops at a roundabout
 * program, from which no call can be dropped although a straight one exists. Most replace a few neighbouring calls by
 * fewer. Of the others, half keep the start of the program and get a new end, and half are new from the first call on.
 * New calls come from the commands of the program or from all commands.
 *
 * @param profile - with the rules that the program failed on
 * @param count - number of attempts
 */
export function* shorterPrograms(program: Program, profile: Profile, count: number): Generator<Program> {
  const length = program.calls.length - 1;
  if (length < 1) return;
  const { calls } = renumbered(program);
  const scenario = scenarioOf(program);
  const world = new World(profile.rules, profile.abi);
  const refiller = new Refiller(scenario, profile);
  const related = new ProgramGenerator(relatedScenario(program, scenario, length), profile);
  const any = new ProgramGenerator(ofLength(scenario, length), profile);
  for (let number = 0; number < count; number++) {
    if (number % REFILLED_OF !== 0 || length < 2) {
      const refilled = refiller.refill(calls, world, number);
      if (refilled !== null) yield withNewCalls(program, refilled);
      continue;
    }
    const anew = number / REFILLED_OF;
    world.reset(profile.rules, profile.abi);
    const kept = anew % 4 < 2 ? calls.slice(0, 1 + ((anew >> 2) % length)) : [];
    const shorter = generateOn(anew % 4 < 3 ? related : any, world, profile.name, anew, kept);
    if (shorter.calls.length <= length) yield withNewCalls(program, shorter.calls);
  }
}

/**
 * Programs as long as one that failed, with a few neighbouring calls replaced by others: the reducer can shorten some
 * of them further.
 */
export function* sidewaysPrograms(program: Program, profile: Profile, count: number): Generator<Program> {
  const { calls } = renumbered(program);
  const world = new World(profile.rules, profile.abi);
  const refiller = new Refiller(scenarioOf(program), profile);
  for (let number = 0; number < count; number++) {
    const refilled = refiller.refill(calls, world, number, true);
    if (refilled !== null) yield withNewCalls(program, refilled);
  }
}

/** Other calls under the same conditions, and with the same seed, because settle draws from it. */
function withNewCalls(program: Program, calls: readonly Call[]): Program {
  return { ...withCalls(program, calls), names: namesOf(calls) };
}

/** The scenario that the program was found in, with the other commands that it uses. */
function scenarioOf(program: Program): Scenario {
  const scenario = findScenario(/^v\d+:([a-z][\w-]*):/.exec(program.seed ?? '')?.[1] ?? '') ?? CORE;
  const used = new Set<Command>([...scenario.commands, ...program.calls.map((call) => call.command)]);
  return { ...scenario, commands: ALL_COMMANDS.filter((command) => used.has(command) && command.abuse !== true) };
}

function relatedScenario(program: Program, scenario: Scenario, length: number): Scenario {
  const used = new Set<Command>(program.calls.map((call) => call.command));
  const plain = new Set<CommandName>([...used].flatMap((command) => PLAIN[command.system] ?? []));
  for (const command of CORE.commands) if (plain.has(command.name)) used.add(command);
  const commands = ALL_COMMANDS.filter((command) => used.has(command) && command.abuse !== true);
  return ofLength({ ...scenario, commands }, length);
}

function ofLength(scenario: Scenario, length: number): Scenario {
  return { ...scenario, name: 'shorter', length: { min: length, usual: length, max: length } };
}
