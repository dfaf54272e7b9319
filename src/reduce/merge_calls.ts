import type { Command } from '../commands/command';
import type { Arg } from '../commands/arg';
import { ALL_COMMANDS } from '../commands/registry';
import type { Call, Program } from '../program/program';
import { isHandleArg } from '../commands/arg_range';
import { handlePositions, withCall, withoutCalls } from './edit';
import type { Phase } from './phase';

/**
 * Replaces two calls by one, where the first only makes the object that the second takes: xdp_do_redirect of a packet
 * replaces xdp_convert_buff_to_frame and cpu_map_enqueue of the frame; skb_clone replaces alloc_skb and skb_morph of
 * the new skb.
 */
export const MERGE_CALLS: Phase = {
  name: 'merge calls',
  *run(program) {
    let best = program;
    for (let second = best.calls.length - 1; second > 0; second--) {
      if (second >= best.calls.length) continue;
      const first = makerOf(best, second);
      const candidates = first >= 0 ? merged(best, first, second) : madeFromAnother(best, second);
      for (const candidate of candidates) {
        if (!(yield candidate)) continue;
        best = candidate;
        break;
      }
    }
    return best;
  },
};

/**
 * Position of the call that made the object which the call at `position` consumes and no other call uses; -1 when there
 * is none.
 */
function makerOf({ calls }: Program, position: number): number {
  const { command, args } = calls[position];
  for (const i of handlePositions(command)) {
    const arg = command.args[i];
    if (!isHandleArg(arg) || arg.consumed !== true || args[i] < 0) continue;
    const users = calls.filter((call) => handlePositions(call.command).some((at) => call.args[at] === args[i]));
    if (users.length === 1) return calls.findIndex(({ result }) => result === args[i]);
  }
  return -1;
}

function* merged(program: Program, first: number, second: number): Generator<Program> {
  const [maker, user] = [program.calls[first], program.calls[second]];
  for (const command of ALL_COMMANDS) {
    if (command.abuse === true || command.system !== user.command.system || command.result !== user.command.result)
      continue;
    if (command === user.command || !takesBoth(command, maker, user)) continue;
    const change: Partial<Call> = {
      command,
      args: command.args.map((arg) => valueOf(arg, user) ?? valueOf(arg, maker) ?? plain(arg)),
      fail: command.allocates ? Math.max(maker.fail, user.fail) : 0,
      context: command.contextual ? user.context : 0,
    };
    yield withoutCalls(withCall(program, second, change), [first]);
  }
}

/**
 * For a call that turns a new object into a copy of another: the program that makes the object from the other directly.
 */
function* madeFromAnother(program: Program, second: number): Generator<Program> {
  const { command, args } = program.calls[second];
  const positions = handlePositions(command);
  if (command.result !== undefined || positions.length !== 2) return;
  const [made, other] = positions.map((at) => args[at]);
  const kind = command.args[positions[0]].type;
  if (kind !== command.args[positions[1]].type || made === other) return;
  const first = program.calls.findIndex(({ result }) => result === made);
  const usedBefore = program.calls
    .slice(0, Math.max(second, 0))
    .some((call) => handlePositions(call.command).some((at) => call.args[at] === made));
  if (first < 0 || usedBefore) return;
  for (const maker of ALL_COMMANDS) {
    if (maker.abuse === true || maker.system !== command.system || maker.result !== kind) continue;
    const handles = handlePositions(maker);
    const arg = maker.args[handles[0]];
    if (handles.length !== 1 || arg.type !== kind || (isHandleArg(arg) && arg.consumed === true)) continue;
    const call = { command: maker, args: maker.args.map((own) => (own === arg ? other : plain(own))), result: made };
    yield withoutCalls(withCall(program, second, { ...call, fail: 0, context: 0 }), [first]);
  }
}

/** True when `command` takes only objects of the two calls, and consumes one that the first call took. */
function takesBoth(command: Command, maker: Call, user: Call): boolean {
  const handles = command.args.filter(isHandleArg);
  const given = (arg: Arg): boolean => valueOf(arg, user) !== undefined || valueOf(arg, maker) !== undefined;
  return (
    handles.every((arg) => arg.optional === true || given(arg)) &&
    handles.some((arg) => arg.consumed === true && valueOf(arg, maker) !== undefined)
  );
}

/** The call's value for an argument of that name and type; undefined when it has none. */
function valueOf(arg: Arg, { command, args }: Call): number | undefined {
  const i = command.args.findIndex(({ name, type }) => name === arg.name && type === arg.type);
  return i < 0 ? undefined : args[i];
}

function plain(arg: Arg): number {
  if (arg.type === 'int') return arg.default ?? arg.smallest ?? Math.max(arg.min, Math.min(0, arg.max));
  return arg.type === 'enum' || arg.type === 'flags' ? (arg.default ?? 0) : -1;
}
