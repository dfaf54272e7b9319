import { isHandleArg } from '../commands/arg_range';
import { OUTSIDE_COMMANDS } from '../commands/outside/registry';
import type { Command } from '../commands/command';
import type { CommandName } from '../commands/command_name';
import type { ArgumentPreference } from '../generate/argument_preference';
import type { Scenario } from '../generate/scenario';
import type { Follows, Weights } from '../generate/usual';
import type { Call } from '../program/program';

/** Arguments that are drawn for one call when some are preferred. */
const CANDIDATES = 32;

/**
 * Words of system calls, by what stands in the text of a mark or by the structure that a function takes.
 * zerocopy: skb_zcopy_set in msg_zerocopy's callers; shared_frag: skb_splice_from_iter (net/core/skbuff.c);
 * pipe_inode_info: fs/splice.c and F_SETPIPE_SZ in fs/pipe.c.
 */
const WORDS_BY_MARK: Readonly<Record<string, readonly string[]>> = {
  zerocopy: ['zerocopy'],
  dont_orphan: ['zerocopy'],
  shared_frag: ['zerocopy', 'splice', 'sendfile', 'vmsplice'],
  tx_flags: ['timestamping'],
  pipe_inode_info: ['splice', 'pipe_size'],
};

/** Words of commands and of their arguments: programs that use them are more likely to reach a condition. */
export type Hints = ReadonlySet<string>;

/**
 * The hints of marks and structures.
 * @param of - marks that packets have
 * @param lacking - marks that they must not have: no system call that gives them is a hint
 */
export function hintsOf(of: readonly string[], lacking: readonly string[] = []): Hints {
  const marksIn = (texts: readonly string[]): string[] =>
    Object.keys(WORDS_BY_MARK).filter((mark) => texts.some((text) => text.endsWith(mark)));
  const wanted = marksIn(of);
  const unwanted = marksIn(lacking).filter((mark) => !wanted.includes(mark));
  const wordsOf = (marks: readonly string[]): string[] => marks.flatMap((mark) => WORDS_BY_MARK[mark]);
  return new Set(wordsOf(wanted).filter((word) => !wordsOf(unwanted).includes(word)));
}

const CONNECTED: readonly CommandName[] = [
  ...(['connected', 'mptcp_connected', 'vsock_connected', 'udp_connected', 'path_connected', 'socketpair'] as const),
];
/** Commands that make what another one moves, pipes with bytes and files, and where it goes. */
const MAKERS: Readonly<Partial<Record<CommandName, readonly CommandName[]>>> = {
  splice: ['pipe2', 'vmsplice', ...CONNECTED],
  vmsplice: ['pipe2'],
  pipe_size: ['pipe2'],
  sendfile: ['memfd_create', ...CONNECTED],
};
/** How much more often a hinted command comes, one that makes what it needs, and one that has a hinted argument. */
const HINTED_TIMES = 6;
const MAKER_TIMES = 3;
const ARGUMENT_TIMES = 4;

/**
 * A scenario in which the commands that are hinted at come more often, also those that it lacks, and those that set an
 * option of such a name; the same one where it has none of them.
 */
export function withHints(scenario: Scenario, words: Hints): Scenario {
  const options = scenario.commands.filter((command) => setsOption(command, words)).map(({ name }) => name);
  const isNamed = scenario.commands.some(({ name }) => words.has(name));
  if (options.length === 0 && !isNamed) return scenario;
  const weights: Partial<Record<CommandName, number>> = { ...scenario.weights } satisfies Weights;
  for (const name of options) weights[name] = ARGUMENT_TIMES * (scenario.weights[name] ?? 1);
  const withOptions = { ...scenario, weights };
  return isNamed ? withCommands(withOptions, words) : withOptions;
}

/** Whether a command chooses one of many options by a word, and a hinted one is among them. */
const setsOption = ({ args }: Command, words: Hints): boolean =>
  args.some((arg) => arg.type === 'enum' && arg.words.some((word) => words.has(word)));

function withCommands(scenario: Scenario, words: Hints): Scenario {
  const commands = [
    ...scenario.commands,
    ...OUTSIDE_COMMANDS.filter((command) => words.has(command.name) && !scenario.commands.includes(command)),
  ];
  const hinted = commands.filter(({ name }) => words.has(name)).map(({ name }) => name);
  const weights: Partial<Record<CommandName, number>> = { ...scenario.weights } satisfies Weights;
  const follows: Partial<Record<CommandName, readonly CommandName[]>> = { ...scenario.follows } satisfies Follows;
  for (const name of hinted) {
    weights[name] = HINTED_TIMES * (scenario.weights[name] ?? 1);
    for (const maker of MAKERS[name] ?? []) {
      weights[maker] = MAKER_TIMES * (scenario.weights[maker] ?? 1);
      if (!CONNECTED.includes(maker)) follows[maker] = [...(follows[maker] ?? []), name];
    }
  }
  return { ...scenario, commands, weights, follows };
}

/** Prefers arguments with these words; null where there are none. */
export function preferenceFor(words: Hints): ArgumentPreference | null {
  if (words.size === 0) return null;
  return { candidates: CANDIDATES, score: (_, call) => wordsOf(call).filter((word) => words.has(word)).length };
}

function wordsOf({ command, args }: Call): string[] {
  return command.args.flatMap((arg, at) => {
    if (isHandleArg(arg)) return [];
    if (arg.type === 'enum') return [arg.words[args[at]]];
    return arg.type === 'flags' ? arg.words.filter((_, bit) => ((args[at] >> bit) & 1) === 1) : [];
  });
}
