import { isAvailable, runsOnKernel } from '../../commands/available';
import type { Command } from '../../commands/command';
import { isOnSecondCpu, type Program } from '../../program/program';
import { byRelease } from '../../rules/history/release';
import { findProfile } from '../../rules/profiles';
import { UsageError } from '../../session/errors';
import { isKernel } from '../../targets/choose_target';
import { isSeriesTarget, profileOfTarget } from '../../targets/linux';

/** Why no kernel can run all of these commands, in half a line; undefined: kernels can. */
export function whyNoKernel(commands: readonly Command[]): string | undefined {
  const command = commands.find(({ modelOnly }) => modelOnly !== undefined);
  return command === undefined ? undefined : `${command.name}: ${command.modelOnly}`;
}

/** Why the kernel of the profile cannot run all of these commands, though newer ones can. */
function whyTooOld(commands: readonly Command[], profile: string): string | undefined {
  const command = commands.find((one) => isAvailable(one, profile) && !runsOnKernel(one, profile));
  if (command?.kernelSince === undefined) return undefined;
  return `${command.name}: kernels run it from ${byRelease(command.kernelSince)} on`;
}

/**
 * Checks that the target can run the program. A kernel would answer an unknown call with a number, which would look
 * like a finding.
 *
 * @throws UsageError when the target is a kernel and the program has a call that only models can make
 */
export function assertRunsOn(target: string, file: string, program: Program): void {
  if (target !== 'model' && program.calls.some(isOnSecondCpu)) {
    const why = 'cpu1: two CPUs of a kernel cannot be steered to a point';
    throw new UsageError(`${file} runs on the model only, not on ${target}: ${why}`);
  }
  // chooseTarget refuses profiles without kernels by their names.
  if (!isKernel(target) || findProfile(program.profile)?.modelOnly !== undefined) return;
  const commands = program.calls.map(({ command }) => command);
  const why =
    whyNoKernel(commands) ??
    whyTooOld(commands, isSeriesTarget(target) ? profileOfTarget(target).name : program.profile);
  if (why !== undefined) throw new UsageError(`${file} runs on the model only, not on ${target}: ${why}`);
}
