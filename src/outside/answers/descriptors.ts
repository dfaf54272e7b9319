import type { OutsideFd } from '../../model/structs/outside';
import type { CompiledCall, CompiledProgram } from '../compile';

/** The files of a program by the numbers of their names, as the program believes that they are. */
export function descriptorsOf({ calls }: CompiledProgram): ReadonlyMap<number, OutsideFd> {
  return new Map(calls.flatMap(({ call, made }) => (made === null ? [] : [[call.result, made] as const])));
}

/** The numbers of the descriptors that a call names; without those that it leaves out. */
export function fdsOf({ call }: CompiledCall): number[] {
  return call.command.args.flatMap(({ type }, at) => (type === 'fd' && call.args[at] >= 0 ? [call.args[at]] : []));
}

/** The value of an argument; undefined: the command has none of that name. */
export function argOf({ call }: CompiledCall, name: string): number | undefined {
  const at = call.command.args.findIndex((arg) => arg.name === name);
  return at < 0 ? undefined : call.args[at];
}

/** Its bytes arrive when the kernel wants, in pieces that the kernel chooses. */
export const isLoose = (fd: OutsideFd | undefined): boolean =>
  fd?.what === 'socket' && (fd.family === 'vsock' || (fd.type === 'stream' && fd.family !== 'unix'));
