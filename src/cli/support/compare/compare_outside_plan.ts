import { existsSync } from 'node:fs';
import type { Pair } from '../../../compare/pair';
import { findScenario } from '../../../generate/scenarios/registry';
import { OUTSIDE_DRIVER } from '../../../generate/scenarios/outside/links';
import type { Scenario } from '../../../generate/scenario';
import { isOutsideProgram, strangerIn } from '../../../program/outside_program';
import { printCall } from '../../../program/print';
import type { Program } from '../../../program/program';
import { UsageError } from '../../../session/errors';
import { isKernel } from '../../../targets/choose_target';
import { STREAM } from '../../../targets/read_input';
import type { ComparePlan } from './compare_plan';

/** The request of a comparison with programs of user space. */
export interface CompareOutsidePlan extends Pick<
  ComparePlan,
  'scenarios' | 'programs' | 'seed' | 'first' | 'commands' | 'time_ms' | 'findings' | 'words'
> {
  readonly targets: Pair<string>;
  /** The rules that draw the programs; absent: those of the first target. */
  readonly profile?: string;
}

/** Words of a command line: the files among scenarios. */
export function filesIn(what: readonly string[]): string[] {
  return what.filter(
    (one) => findScenario(one) === undefined && (one === STREAM || existsSync(one) || /[./]/.test(one)),
  );
}

/**
 * Returns whether programs of user space are to be compared.
 * @throws UsageError when they are, and functions of the kernel, too: no program has both
 */
export function areOutside(
  scenarios: readonly Scenario[],
  programs: readonly { readonly file: string; readonly program: Program }[],
): boolean {
  const kinds = [
    ...scenarios.map(({ name, levels }) => ({ name, isOutside: levels !== undefined })),
    ...programs.map(({ file, program }) => ({ name: file, isOutside: isOutsideProgram(program) })),
  ];
  const outside = kinds.find(({ isOutside }) => isOutside);
  const inside = kinds.find(({ isOutside }) => !isOutside);
  if (outside !== undefined && inside !== undefined)
    throw new UsageError(
      `${outside.name} has programs of user space, ${inside.name} calls functions of the kernel: ` +
        'compare them one by one',
    );
  return outside !== undefined;
}

/** @throws UsageError when a target, a scenario or a program cannot be compared so */
export function assertComparable({ targets, scenarios, programs }: CompareOutsidePlan): void {
  for (const target of targets)
    if (!isKernel(target))
      throw new UsageError(`programs of user space run on a kernel, not on ${target}; name two, such as linux-7.3`);
  if (scenarios.some(({ name }) => name === OUTSIDE_DRIVER.name))
    throw new UsageError(
      `scenario ${OUTSIDE_DRIVER.name} cannot be compared: ` +
        'a wire of the host process moves its frames, by its own time',
    );
  for (const { file, program } of programs) {
    const stranger = strangerIn(program);
    if (stranger >= 0)
      throw new UsageError(
        `${file}: a program has system calls or functions of the kernel, not both: ` +
          printCall(program.calls[stranger], program.names),
      );
  }
}
