import { basename, dirname, join } from 'node:path';
import { findScenario } from '../src/generate/scenarios/registry';
import type { Scenario } from '../src/generate/scenario';
import { TargetUnavailableError } from '../src/session/errors';
import { folderOfKernel, headerOf, patchesIn } from './patch_files';

/** The fields of a patch before its first hunk. */
const FIELDS = ['Entry', 'Title', 'Breaks', 'Fix', 'Scenario', 'Shows'] as const;

/** A patch that brings an old bug back into a real kernel. */
export interface KernelMutant {
  /** The entry of the bug list. */
  readonly id: string;
  /** The id of the model's mutant, if it is not the entry's; such a mutant need not exist. */
  readonly model: string;
  /** `A11-elevated-refcount-recycled`. */
  readonly name: string;
  readonly title: string;
  readonly breaks: string;
  readonly fix: string;
  readonly scenario: Scenario;
  /** The signature that its program shows. */
  readonly shows: string;
  /** Another that a comparison may show, where the patch breaks more than the model's mutant. */
  readonly also?: string;
  readonly patch: string;
  /** The file of the reduced program; it need not exist. */
  readonly program: string;
}

export const mutantsFolder = (): string => folderOfKernel('mutants');

/** All patches of the folder, by letter and number. */
export function readKernelMutants(folder = mutantsFolder()): KernelMutant[] {
  return patchesIn(folder).map(readKernelMutant);
}

export function readKernelMutant(patch: string): KernelMutant {
  const fields = headerOf(patch, FIELDS);
  const name = basename(patch, '.patch');
  const [id] = fields.Entry.split(' ', 1);
  const scenario = findScenario(fields.Scenario);
  if (scenario === undefined) throw new TargetUnavailableError(`${patch}: no scenario '${fields.Scenario}'`);
  return {
    id,
    model: fields.Model ?? id,
    name,
    title: fields.Title,
    breaks: fields.Breaks,
    fix: fields.Fix,
    scenario,
    shows: fields.Shows,
    also: fields.Also,
    patch,
    program: join(dirname(patch), `${name}.skb`),
  };
}
