import { isAvailable, runsOnKernel } from '../../commands/available';
import { findScenario } from '../../generate/scenarios/registry';
import { whyNotRun } from '../../generate/why_not_run';
import { parseProgram } from '../../program/parse';
import type { Program } from '../../program/program';
import { ownProgramOf, type ReleaseBug } from '../../rules/bugs/release_bugs';
import type { Profile } from '../../rules/profile';
import { COPIED_RULES } from '../../rules/history/copied_rules';
import { attribute } from './attribute';
import type { BlindKernel } from './blind_kernel';

/** Why no search on the kernel can find the bug, as half a sentence; undefined: a search can. */
export function whyNotSearched({ scenario: name, mended }: ReleaseBug, profile: Profile): string | undefined {
  if (COPIED_RULES.some((rule) => rule in mended))
    return 'the module has a copy of the function, the same on all kernels';
  const scenario = findScenario(name);
  return scenario === undefined ? `there is no scenario ${name}` : whyNotRun(scenario, profile);
}

/**
 * Why a search did not find the bug: the program of its mutant, which no search has seen, says whether the kernel shows
 * the bug at all.
 */
export async function causeOfMiss(kernel: BlindKernel, bug: ReleaseBug): Promise<string> {
  const own = ownProgramOf(bug.id);
  if ('none' in own) return `there is no program of its own to ask the kernel with: ${own.none}`;
  const program = programOn(kernel.profile, own.text);
  const missing = program.calls.find(({ command }) => !isRunBy(command, kernel.profile));
  if (missing !== undefined) return `its own program needs ${missing.command.name}, which this kernel does not run`;
  const verdict = await kernel.follow(program, []);
  if (verdict.kind === 'clean')
    return 'its own program shows no difference either: what it breaks is not compared, or is not done by the kernel';
  const attribution = await attribute(kernel, program, verdict);
  if (attribution.kind === 'nothing' || attribution.kind === 'cut')
    return 'its own program differs here, and nothing explains';
  const ids = attribution.bugs.map(({ id }) => id);
  if (!ids.includes(bug.id)) return `its own program differs here, and ${ids.join(' and ')} explain it`;
  return attribution.kind === 'these'
    ? 'its own program shows it on this kernel: the search drew no such program in its time'
    : `its own program differs here, and each of ${ids.join(', ')} explains it`;
}

function programOn({ name }: Profile, text: string): Program {
  return parseProgram(`profile ${name}\n${text}`, 'the program of a mutant');
}

function isRunBy(command: Program['calls'][number]['command'], { name }: Profile): boolean {
  return isAvailable(command, name) && runsOnKernel(command, name);
}
