import { isHandleArg } from '../commands/arg_range';
import type { Command } from '../commands/command';
import type { Call, Program } from '../program/program';

/** Positions of the handle arguments of a command. */
export function handlePositions(command: Command): number[] {
  const positions: number[] = [];
  command.args.forEach((arg, i) => {
    if (isHandleArg(arg)) positions.push(i);
  });
  return positions;
}

/** Numbers of the handles that a call uses or defines. */
export function handleIdsOf(call: Call): number[] {
  const handles = handlePositions(call.command)
    .map((i) => call.args[i])
    .filter((id) => id >= 0);
  if (call.result >= 0) handles.push(call.result);
  return handles;
}

/** A `keep` for `keepCalls` that keeps every call. */
export function everyCall(program: Program): Uint8Array {
  return new Uint8Array(program.calls.length).fill(1);
}

/** A handle, and the handle that replaces it. */
export type StandIn = readonly [handle: number, other: number];

/**
 * The program without the calls whose `keep` is 0, and without the calls that need an object of those. So a candidate
 * never uses a name that no earlier line defines. An optional argument loses the name of a dropped object.
 */
export function keepCalls(program: Program, keep: Uint8Array, standIns: readonly StandIn[] = []): Program {
  const defined = new Uint8Array(program.names.length);
  const calls: Call[] = [];
  for (let i = 0; i < program.calls.length; i++) {
    if (keep[i] === 0) continue;
    const call = rewired(program.calls[i], defined, standIns);
    if (call === null) continue;
    if (call.result >= 0) defined[call.result] = 1;
    calls.push(call);
  }
  return withCalls(program, calls);
}

function rewired(call: Call, defined: Uint8Array, standIns: readonly StandIn[]): Call | null {
  const specs = call.command.args;
  let args: number[] | null = null;
  for (let i = 0; i < specs.length; i++) {
    const spec = specs[i];
    if (!isHandleArg(spec) || call.args[i] < 0) continue;
    const id = standIns.find(([handle]) => handle === call.args[i])?.[1] ?? call.args[i];
    const value = id >= 0 && defined[id] === 1 ? id : -1;
    if (value < 0 && spec.optional !== true) return null;
    if (value === call.args[i]) continue;
    args ??= [...call.args];
    args[i] = value;
  }
  return args === null ? call : { ...call, args };
}

/**
 * The same program with other calls, under the same conditions. Comments belong to positions of calls, so only those at
 * the top stay.
 */
export function withCalls({ comments, ...program }: Program, calls: readonly Call[]): Program {
  const top = comments?.get(0);
  return { ...program, calls, ...(top === undefined ? {} : { comments: new Map([[0, top]]) }) };
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

/** The program without the calls at these positions and the calls that depend on them. */
export function withoutCalls(
  program: Program,
  positions: readonly number[],
  standIns: readonly StandIn[] = [],
): Program {
  const keep = everyCall(program);
  for (const position of positions) keep[position] = 0;
  return keepCalls(program, keep, standIns);
}
