import { isAvailableNow } from '../commands/available';
import type { NamedArgs } from '../commands/arg';
import type { Command } from '../commands/command';
import type { TruesizeLedger } from '../commands/truesize_ledger';
import { liveHandle } from '../model/world/handles';
import type { World } from '../model/world/world';
import type { Call } from './program';

/** The call was not executed: a handle that it needs does not exist, or not any more. */
export const SKIPPED_GONE = -1;
/** The call was not executed: no caller of that API may make it in this state. */
export const SKIPPED_CONTRACT = -2;
/** The call was not executed: this kernel does not have the function. */
export const SKIPPED_PROFILE = -3;

/**
 * Executes a call on the model if it is legal now.
 *
 * @param profile - name of the profile, because not every kernel has every function
 * @param abuse - whether commands that break contracts on purpose may run
 * @param ledger - reckons what truesize must be; null when it is not checked
 * @returns the position in `call.command.outcomes`, or one of SKIPPED_*
 */
export function executeCall(
  world: World,
  call: Call,
  profile: string,
  abuse: boolean,
  ledger: TruesizeLedger | null = null,
): number {
  world.beginCommand(call.fail, call.context);
  return executeBegun(world, call, profile, abuse, ledger);
}

/** The same after `world.beginCommand`: for a call of the second CPU, in the middle of a call of the first. */
export function executeBegun(
  world: World,
  call: Call,
  profile: string,
  abuse: boolean,
  ledger: TruesizeLedger | null = null,
): number {
  const command = call.command;
  if (!isAvailableNow(command, profile)) return SKIPPED_PROFILE;
  if (command.abuse === true && !abuse) return SKIPPED_CONTRACT;
  if (!handlesAreLive(world, command, call.args)) return SKIPPED_GONE;
  const args = command.argsOf(call.args);
  if (!command.applies(world, args)) return SKIPPED_CONTRACT;
  return run(world, call, args, ledger);
}

/**
 * Executes a call that is known to be legal, because a generator has just drawn it for this world.
 *
 * @param args - the call's arguments by name
 */
export function executeLegal(world: World, call: Call, args: NamedArgs, ledger: TruesizeLedger | null = null): number {
  world.beginCommand(call.fail, call.context);
  return run(world, call, args, ledger);
}

function run(
  world: World,
  { command, args: values, result }: Call,
  args: NamedArgs,
  ledger: TruesizeLedger | null,
): number {
  const note = command.noteBefore === undefined ? undefined : command.noteBefore(world, args);
  if (ledger === null) return command.run(world, args, result, note);
  ledger.before(world, command, values, note);
  const outcome = command.run(world, args, result, note);
  ledger.after(world, command, args, command.outcomes[outcome], result);
  return outcome;
}

/** True when every handle that the call needs is live and of the right kind. */
export function handlesAreLive(world: World, command: Command, args: readonly number[]): boolean {
  const handles = command.handles;
  for (let i = 0; i < handles.length; i++) {
    const { at, kind, optional } = handles[i];
    const id = args[at];
    if (id < 0) {
      if (optional) continue;
      return false;
    }
    const handle = liveHandle(world, id);
    if (handle === null || handle.kind !== kind) return false;
  }
  return true;
}
