import { isHandleArg } from '../../commands/arg_range';
import { printValue } from '../../program/print';
import type { Call } from '../../program/program';

/** The argument that says which descriptor a call is for: it needs no name. */
const DESCRIPTOR = 'fd';

/**
 * A call of user space in the words of man pages: `connect(2): fd2, to fd1 = ECONNREFUSED`.
 *
 * @param systemCalls - names of the system calls that it makes, in their order
 * @param names - by handle: the program's names
 * @param answered - the system call that the kernel answered, and the answer as text; undefined: not known
 */
export function systemCallText(
  { command, args, result }: Call,
  systemCalls: readonly string[],
  names: readonly string[],
  answered: readonly [systemCall: string | undefined, answer: string] | undefined,
): string {
  const different = [...new Set(systemCalls)];
  const made = different.map(manPage).join(', ');
  const words = command.args.flatMap((arg, at) => {
    const value = args[at];
    if (isHandleArg(arg) ? value < 0 : value === arg.default) return [];
    const text = printValue(arg, value, names);
    return arg.name === DESCRIPTOR ? [text] : [`${arg.name} ${text}`];
  });
  const given = words.length === 0 ? '' : `: ${words.join(', ')}`;
  const name = result >= 0 ? ` -> ${names[result]}` : '';
  const [of, answer] = answered ?? [];
  // Of several, nobody could say whose answer it is.
  const by = different.length > 1 && of !== undefined ? `; ${manPage(of)}` : '';
  const answers = answer === undefined ? '' : `${by} = ${answer}`;
  return `${made === '' ? manPage(command.name) : made}${given}${name}${answers}`;
}

const manPage = (name: string): string => `${name}(2)`;
