import type { Command } from '../commands/command';
import { isOnSecondCpu, type Program } from '../program/program';
import { findProfile } from '../rules/profiles';
import { UsageError } from '../session/errors';
import { isKernel } from './support/target_option';

/** Why no kernel can run all of these commands, in half a line; undefined: kernels can. */
export function whyNoKernel(commands: readonly Command[]): string | undefined {
  const command = commands.find(({ modelOnly }) => modelOnly !== undefined);
  return command === undefined ? undefined : `${command.name}: ${command.modelOnly}`;
}

/**
 * Can the target be asked to run the program? A kernel would answer a call that it does not know with a number, which would look like a finding.
 * @throws UsageError when it is a kernel, and a call is one that only models make
 */
export function assertRunsOn(target: string, file: string, program: Program): void {
  if (target !== 'model' && program.calls.some(isOnSecondCpu)) {
    const why = 'cpu1: nobody can steer two CPUs of a kernel to a point';
    throw new UsageError(`${file} runs on the model only, not on ${target}: ${why}`);
  }
  // A profile without kernels is refused by its own name.
  if (!isKernel(target) || findProfile(program.profile)?.modelOnly !== undefined) return;
  const why = whyNoKernel(program.calls.map(({ command }) => command));
  if (why !== undefined) throw new UsageError(`${file} runs on the model only, not on ${target}: ${why}`);
}
