import type { Arg, Command, HandleArg } from '../commands/command';
import type { Call, Program } from '../program/program';

export function isHandleArg(arg: Arg): arg is HandleArg {
  return arg.type !== 'int' && arg.type !== 'enum' && arg.type !== 'flags';
}

/** Positions of the handle arguments of a command. */
export function handlePositions(command: Command): number[] {
  const positions: number[] = [];
  command.args.forEach((arg, i) => {
    if (isHandleArg(arg)) positions.push(i);
  });
  return positions;
}

/** Handles that a call uses or defines. */
export function handlesOf(call: Call): number[] {
  const handles = handlePositions(call.command)
    .map((i) => call.args[i])
    .filter((id) => id >= 0);
  if (call.result >= 0) handles.push(call.result);
  return handles;
}

/** One for each call. */
export function everyCall(program: Program): Uint8Array {
  return new Uint8Array(program.calls.length).fill(1);
}

/**
 * The program without the calls whose `keep` is 0, and without whatever uses what those defined: a candidate never
 * uses a name that no line before defines. An optional argument whose name went is left out.
 *
 * @param from - a handle that is everywhere replaced by `to`, -1: none
 */
export function keepCalls(program: Program, keep: Uint8Array, from = -1, to = -1): Program {
  const defined = new Uint8Array(program.names.length);
  const calls: Call[] = [];
  for (let i = 0; i < program.calls.length; i++) {
    if (keep[i] === 0) continue;
    const call = rewired(program.calls[i], defined, from, to);
    if (call === null) continue;
    if (call.result >= 0) defined[call.result] = 1;
    calls.push(call);
  }
  return withCalls(program, calls);
}

function rewired(call: Call, defined: Uint8Array, from: number, to: number): Call | null {
  const specs = call.command.args;
  let args: number[] | null = null;
  for (let i = 0; i < specs.length; i++) {
    const spec = specs[i];
    if (!isHandleArg(spec) || call.args[i] < 0) continue;
    const id = call.args[i] === from ? to : call.args[i];
    const value = id >= 0 && defined[id] === 1 ? id : -1;
    if (value < 0 && spec.optional !== true) return null;
    if (value === call.args[i]) continue;
    args ??= [...call.args];
    args[i] = value;
  }
  return args === null ? call : { ...call, args };
}

/** The same program with other calls. Comments stand before calls, so only those at the top stay. */
export function withCalls(program: Program, calls: readonly Call[]): Program {
  const top = program.comments?.get(0);
  return {
    profile: program.profile,
    ...(program.seed === undefined ? {} : { seed: program.seed }),
    calls,
    names: program.names,
    ...(top === undefined ? {} : { comments: new Map([[0, top]]) }),
    ...(program.expect === undefined ? {} : { expect: program.expect }),
  };
}

export function withCall(program: Program, position: number, change: Partial<Call>): Program {
  const calls = [...program.calls];
  calls[position] = { ...calls[position], ...change };
  return withCalls(program, calls);
}

export function withArg(program: Program, position: number, arg: number, value: number): Program {
  const args = [...program.calls[position].args];
  args[arg] = value;
  return withCall(program, position, { args });
}

/** The first `count` calls. */
export function prefix(program: Program, count: number): Program {
  return withCalls(program, program.calls.slice(0, count));
}

/** Without the calls at these positions, and what depends on them. */
export function withoutCalls(program: Program, positions: readonly number[], from = -1, to = -1): Program {
  const keep = everyCall(program);
  for (const position of positions) keep[position] = 0;
  return keepCalls(program, keep, from, to);
}

/** By handle: the position of the call that defines it, -1 when none does. */
export function definitions(program: Program): Int32Array {
  const positions = new Int32Array(program.names.length).fill(-1);
  program.calls.forEach((call, i) => {
    if (call.result >= 0) positions[call.result] = i;
  });
  return positions;
}
