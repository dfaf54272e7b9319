import { basename } from 'node:path';
import { findScenario } from '../src/generate/scenarios/registry';
import type { Scenario } from '../src/generate/scenario';
import { TargetUnavailableError } from '../src/session/errors';
import { folderOfKernel, headerOf, patchesIn } from './patch_files';

/** A patch that changes the text of a kernel, and nothing that the kernel does. */
export interface Refactoring {
  /** `04-trim-without-jump`. */
  readonly name: string;
  readonly title: string;
  /** Why the kernel does the same with it. */
  readonly same: string;
  /** It reaches the code that the patch touches. */
  readonly scenario: Scenario;
  readonly patch: string;
}

export const refactoringsFolder = (): string => folderOfKernel('refactorings');

/** All patches of kernel/refactorings, by number. */
export function readRefactorings(folder = refactoringsFolder()): Refactoring[] {
  return patchesIn(folder).map((patch) => {
    const fields = headerOf(patch, ['Title', 'Same', 'Scenario']);
    const scenario = findScenario(fields.Scenario);
    if (scenario === undefined) throw new TargetUnavailableError(`${patch}: no scenario '${fields.Scenario}'`);
    return { name: basename(patch, '.patch'), title: fields.Title, same: fields.Same, scenario, patch };
  });
}
