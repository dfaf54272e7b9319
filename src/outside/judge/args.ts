import type { Told } from './history';

/* The arguments of a call. */

/** The word of an argument of words. */
export function wordOf({ call }: Told, name: string): string {
  const at = call.command.args.findIndex((arg) => arg.name === name);
  const arg = call.command.args[at];
  return arg.type === 'enum' ? arg.words[call.args[at]] : '';
}

/** The value of an argument. */
export function valueOf({ call }: Told, name: string): number {
  return call.args[call.command.args.findIndex((arg) => arg.name === name)];
}
