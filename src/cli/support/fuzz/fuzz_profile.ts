import { isSearchedWith, profilesOf, type Scenario } from '../../../generate/scenario';
import type { Mutant } from '../../../rules/mutants';
import { UsageError } from '../../../session/errors';
import { whyNoKernel } from '../kernel_runs';
import { profileNamed } from '../../../session/named';
import { isKernel } from '../../../targets/choose_target';
import { isSeriesTarget, profileOfTarget } from '../../../targets/linux';

/**
 * The profile of a search: the requested one, the mutant's, or the scenario's first; undefined where the target or the
 * newest kernel decides.
 */
export function profileFor(
  scenario: Scenario,
  target: string,
  asked: string | undefined,
  mutant: Mutant | undefined,
): string | undefined {
  const why = isKernel(target) ? (scenario.modelOnly ?? whyNoKernel(scenario.commands)) : undefined;
  if (why !== undefined)
    throw new UsageError(`scenario ${scenario.name} runs on the model only, not on ${target}: ${why}`);
  const names = profilesOf(scenario).map(({ name }) => name);
  const name = asked ?? mutant?.profile ?? (names.includes(target) && hasItsProfile(target) ? target : undefined);
  if (name === undefined) return isKernel(target) ? undefined : scenario.profiles?.[0];
  if (isSearchedWith(scenario, profileNamed(name))) return name;
  const whose = asked === undefined ? `, of which mutant ${mutant?.id} is` : '';
  throw new UsageError(`scenario ${scenario.name} is about ${names.join(', ')}, not about ${name}${whose}`);
}

/** A series may be set up as an older release, with rules of its own: linux-6.1 is 6.1.176 on Debian 13. */
function hasItsProfile(target: string): boolean {
  return !isSeriesTarget(target) || profileOfTarget(target).name === target;
}
