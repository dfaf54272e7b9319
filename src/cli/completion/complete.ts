import type { Argument, Command, Option } from 'commander';

/** Answers to a shell: words that can stand here, or that a file can. */
export interface Completion {
  /** A word, and what it is. */
  readonly words: readonly (readonly [word: string, description: string])[];
  readonly files: boolean;
}

/** The words that an option or an argument can have, by `--mutant`, `explore what` or the name of any argument. */
export type Vocabulary = Readonly<Record<string, () => readonly (readonly [word: string, description: string])[]>>;

const NOTHING: Completion = { words: [], files: false };
/** Arguments and placeholders that are paths, or can be. */
const PATHS = ['file', 'dir', 'dirs', 'tree', 'target', 'explore what', 'compare a', 'compare b', 'compare what'];

/**
 * Completes the last of the words behind `skbcheck`.
 *
 * @param tree - the commands
 * @param words - as the shell has them; the last is the one to complete, and may be empty
 */
export function complete(tree: Command, words: readonly string[], vocabulary: Vocabulary): Completion {
  const last = words.at(-1) ?? '';
  let command = tree;
  let place = 0;
  let pending: Option | undefined;
  for (const word of words.slice(0, -1)) {
    const sub = command.commands.find((one) => one.name() === word);
    if (pending !== undefined) pending = undefined;
    else if (word.startsWith('-') && word.length > 1) pending = awaiting(command, word);
    else if (sub !== undefined && place === 0) command = sub;
    else place++;
  }
  if (pending !== undefined)
    return startingWith(valuesOf([pending.long ?? '', placeholderOf(pending)], vocabulary), last);
  if (last.startsWith('-')) return startingWith({ words: optionsOf(command), files: false }, last);
  if (command.commands.length > 0) return startingWith({ words: commandsOf(command), files: false }, last);
  const argument = argumentAt(command, place);
  return argument === undefined
    ? NOTHING
    : startingWith(valuesOf([`${command.name()} ${argument.name()}`, argument.name()], vocabulary), last);
}

/** The option that takes the next word as its value. */
function awaiting(command: Command, word: string): Option | undefined {
  return command.options.find(({ long, short, required }) => required && (long === word || short === word));
}

function argumentAt({ registeredArguments }: Command, place: number): Argument | undefined {
  const last = registeredArguments.at(-1);
  return registeredArguments[place] ?? (last?.variadic === true ? last : undefined);
}

/** The word for its value in the help: `file` of `-o, --output <file>`. */
function placeholderOf({ flags }: Option): string {
  return /<([^>]+)>/.exec(flags)?.[1] ?? '';
}

/** The words of the first key that has some, and files where a key is a path. */
function valuesOf(keys: readonly string[], vocabulary: Vocabulary): Completion {
  const known = keys.find((key) => Object.hasOwn(vocabulary, key));
  return { words: known === undefined ? [] : vocabulary[known](), files: keys.some((key) => PATHS.includes(key)) };
}

function optionsOf(command: Command): (readonly [string, string])[] {
  return command
    .createHelp()
    .visibleOptions(command)
    .map((option) => [option.long ?? option.flags, option.description] as const);
}

function commandsOf(command: Command): (readonly [string, string])[] {
  return command
    .createHelp()
    .visibleCommands(command)
    .map((sub) => [sub.name(), sub.description()] as const);
}

function startingWith({ words, files }: Completion, start: string): Completion {
  return { words: words.filter(([word]) => word.startsWith(start)), files };
}
