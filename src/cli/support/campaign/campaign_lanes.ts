import type { Lane } from '../../../campaign/campaign_types';
import { lanesOf, type LaneTarget } from '../../../campaign/plan';
import { SCENARIOS } from '../../../generate/scenarios/registry';
import type { Scenario } from '../../../generate/scenario';
import type { Mutant } from '../../../rules/mutants';
import { UsageError } from '../../../session/errors';
import { isSeriesTarget, profileOfTarget } from '../../../targets/linux';
import { locateKernel } from '../../../targets/linux/locate';
import { whyNoKernel } from '../kernel_runs';
import { mutantNamed, scenarioNamed } from '../../../session/named';
import { chooseTarget, targetsWithProfile } from '../../../targets/choose_target';

/** Options that choose the lanes of a campaign. */
export interface LaneOptions {
  readonly scenarios?: string;
  readonly targets?: string;
  readonly mutant?: string;
}

/** @throws UsageError when a named scenario or target would not be searched */
export async function lanesFor(options: LaneOptions, say: (line: string) => void): Promise<Lane[]> {
  const mutant = options.mutant === undefined ? undefined : mutantNamed(options.mutant);
  const scenarios = scenariosOf(options.scenarios, mutant);
  const targets: LaneTarget[] = [];
  for (const name of targetsOf(options.targets, mutant, say)) targets.push(await targetNamed(name, say));
  const lanes = lanesOf(scenarios, targets, mutant);
  for (const { name } of targets)
    if (options.targets !== undefined && !lanes.some(({ target }) => target === name))
      throw new UsageError(
        `no scenario of ${names(scenarios)} can be searched on ${name}${whose(mutant)}${whyNot(scenarios[0])}`,
      );
  for (const { name } of scenarios)
    if (options.scenarios !== undefined && !lanes.some(({ scenario }) => scenario === name))
      throw new UsageError(
        `scenario ${name} cannot be searched on ${targets.map((target) => target.name).join(', ')}${whose(mutant)}`,
      );
  return lanes;
}

function whose(mutant: Mutant | undefined): string {
  return mutant === undefined ? '' : ` with mutant ${mutant.id}, which breaks a rule of ${mutant.profile}`;
}

/** Why no kernel can run the scenario, after a colon. */
function whyNot({ modelOnly, commands }: Scenario): string {
  const why = modelOnly ?? whyNoKernel(commands);
  return why === undefined ? '' : `: ${why}`;
}

function names(scenarios: readonly Scenario[]): string {
  return scenarios.map(({ name }) => name).join(', ');
}

/** A mutant is searched in its own scenario unless the user names others. */
function scenariosOf(list: string | undefined, mutant: Mutant | undefined): readonly Scenario[] {
  if (list !== undefined) return wordsOf('--scenarios', list).map(scenarioNamed);
  return mutant === undefined ? SCENARIOS : [scenarioNamed(mutant.scenario ?? 'core')];
}

/** A mutant is searched on the model: a kernel differs from a broken model anyway. */
function targetsOf(list: string | undefined, mutant: Mutant | undefined, say: (line: string) => void): string[] {
  if (list !== undefined) return wordsOf('--targets', list);
  if (mutant !== undefined) return ['model'];
  const linux = targetsWithProfile(say);
  if (linux.length === 0)
    say(
      'no Linux target is set up, the model is searched alone; to compare with real kernels: npx skbcheck kernel setup',
    );
  return ['model', ...linux];
}

async function targetNamed(name: string, say: (line: string) => void): Promise<LaneTarget> {
  const choice = chooseTarget(name, undefined, say);
  if (choice.kind === 'model') return { name };
  // A series target needs no boot to be checked; a user's kernel needs one to tell its profile.
  if (isSeriesTarget(name)) return locateKernel(name) && { name, profile: profileOfTarget(name).name };
  const link = await choice.open();
  await link.close();
  return { name, profile: link.profile };
}

function wordsOf(option: string, list: string): string[] {
  const words = [...new Set(list.split(',').map((word) => word.trim()))];
  if (words.includes('')) throw new UsageError(`${option} takes names with commas between them, not '${list}'`);
  return words;
}
