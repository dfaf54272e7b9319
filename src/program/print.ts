import { CONTEXT_WORDS } from '../commands/command';
import type { Arg } from '../commands/arg';
import { isHandleArg } from '../commands/arg_range';
import type { Call, Program } from './program';

/** A program as text, one command per line. `parseProgram` of the text gives the same program. */
export function printProgram(program: Program): string {
  const lines = [`profile ${program.profile}`];
  if (program.seed !== undefined) lines.push(`seed ${program.seed}`);
  if (program.mutant !== undefined) lines.push(`mutant ${program.mutant}`);
  if (program.as !== undefined) lines.push(`as: ${program.as}`);
  if (program.abuse === true) lines.push('abuse');
  if (program.provoke === true) lines.push('provoke');
  program.calls.forEach((call, i) => {
    lines.push(...commentLines(program, i));
    lines.push(printCall(call, program.names));
  });
  lines.push(...commentLines(program, program.calls.length));
  if (program.expect !== undefined) lines.push(`expect ${program.expect}`);
  return `${lines.join('\n')}\n`;
}

/** One line per call, in the order of `program.calls`. */
export function printCallLines(program: Program): string[] {
  return program.calls.map((call) => printCall(call, program.names));
}

/**
 * A call as text: `skb2 = skb_clone(skb: skb1, fail: 1)`. A call of the second CPU has its moment in front. Arguments
 * that equal their default are left out.
 *
 * @param valueOf - words in place of the value of an argument; undefined: the value itself
 */
export function printCall(
  call: Call,
  names: readonly string[],
  valueOf: (argument: string) => string | undefined = () => undefined,
): string {
  const parts: string[] = [];
  call.command.args.forEach((arg, i) => {
    if (!isLeftOut(arg, call.args[i]))
      parts.push(`${arg.name}: ${valueOf(arg.name) ?? printValue(arg, call.args[i], names)}`);
  });
  if (call.fail > 0) parts.push(`fail: ${call.fail}`);
  if (call.context > 0) parts.push(`context: ${CONTEXT_WORDS[call.context]}`);
  const result = call.result >= 0 ? `${names[call.result]} = ` : '';
  return `${momentText(call)}${result}${call.command.name}(${parts.join(', ')})`;
}

/** `cpu1 at 'skb_release_data: dataref dropped': `; pass 1 is the default and is left out. */
function momentText({ at }: Call): string {
  if (at === undefined) return '';
  return `cpu1 at '${at.point}'${at.pass === 1 ? '' : `, pass ${at.pass}`}: `;
}

function commentLines(program: Program, before: number): readonly string[] {
  return program.comments?.get(before) ?? [];
}

/** Returns whether the text of a call leaves the argument out: it has its default, or names no object. */
function isLeftOut(arg: Arg, value: number): boolean {
  return isHandleArg(arg) ? value < 0 : value === arg.default;
}

/** The value of an argument as text. An object must have a name in `names`. */
export function printValue(arg: Arg, value: number, names: readonly string[]): string {
  switch (arg.type) {
    case 'int':
      return String(value);
    case 'enum':
      return arg.words[value];
    case 'flags':
      return printFlags(arg.words, value);
    default:
      return names[value];
  }
}

function printFlags(words: readonly string[], value: number): string {
  const set = words.filter((_, bit) => (value & (1 << bit)) !== 0);
  return set.length === 0 ? '0' : set.join('|');
}
