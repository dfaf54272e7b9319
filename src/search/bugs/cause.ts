import { isAvailable, runsOnKernel } from '../../commands/available';
import { isSearchedWith } from '../../generate/scenario';
import { findScenario } from '../../generate/scenarios/registry';
import { parseProgram } from '../../program/parse';
import type { Program } from '../../program/program';
import type { ReleaseBug } from '../../rules/bugs/release_bugs';
import { findMutant } from '../../rules/mutants';
import type { Profile } from '../../rules/profile';
import { COPIED_RULES } from '../history/plan';
import { attribute } from './attribute';
import type { BlindKernel } from './blind_kernel';

/** Why no search on the kernel can find the bug, as half a sentence; undefined: a search can. */
export function whyNotSearched({ scenario: name, mended }: ReleaseBug, profile: Profile): string | undefined {
  if (COPIED_RULES.some((rule) => rule in mended))
    return 'the module has a copy of the function, the same on all kernels';
  const scenario = findScenario(name);
  if (scenario === undefined) return `there is no scenario ${name}`;
  if (scenario.modelOnly !== undefined) return `scenario ${name} runs on the model only: ${scenario.modelOnly}`;
  if (!isSearchedWith(scenario, profile)) return `scenario ${name} is of later releases`;
  const command = scenario.commands.find(({ modelOnly }) => modelOnly !== undefined);
  return command === undefined ? undefined : `${command.name} runs on the model only: ${command.modelOnly}`;
}

/**
 * Why a search did not find the bug: the program of its mutant, which no search has seen, says whether the kernel shows
 * the bug at all.
 */
export async function causeOfMiss(kernel: BlindKernel, bug: ReleaseBug): Promise<string> {
  const mutant = findMutant(bug.id);
  if (mutant === undefined) return 'there is no program of its own to ask the kernel with';
  const program = programOn(kernel.profile, mutant.program);
  const missing = program.calls.find(({ command }) => !isRunBy(command, kernel.profile));
  if (missing !== undefined) return `its own program needs ${missing.command.name}, which this kernel does not run`;
  const verdict = await kernel.follow(program, []);
  if (verdict.kind === 'clean')
    return 'its own program shows no difference either: what it breaks is not compared, or is not done by the kernel';
  const bugs = await attribute(kernel, program, verdict);
  if (bugs?.some(({ id }) => id === bug.id) === true)
    return 'its own program shows it on this kernel: the search drew no such program in its time';
  const by = bugs === undefined ? 'nothing explains' : bugs.map(({ id }) => id).join(' and ');
  return `its own program differs here, and ${bugs === undefined ? by : `${by} explain it`}`;
}

function programOn({ name }: Profile, text: string): Program {
  return parseProgram(`profile ${name}\n${text}`, 'the program of a mutant');
}

function isRunBy(command: Program['calls'][number]['command'], { name }: Profile): boolean {
  return isAvailable(command, name) && runsOnKernel(command, name);
}
