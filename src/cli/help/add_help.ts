import type { Command } from 'commander';
import { pasteable } from '../support/invocation';
import { EXIT_INTERRUPTED, EXIT_MEANINGS, EXIT_NO_READER, EXIT_OUTPUT } from '../support/exit';
import type { HelpFacts } from './help_fact';
import { HELP_FACTS } from './help_facts';

const WIDTH = 110;

/** Every command prints, and a signal can end every command. */
const OF_EVERY_COMMAND = [EXIT_OUTPUT, EXIT_INTERRUPTED, EXIT_NO_READER];

/** A command with its words behind `skbcheck`: `corpus merge`. */
export interface NamedCommand {
  readonly words: string;
  readonly command: Command;
}

/** Every command of the tree that people see, each before its subcommands; the tree itself is first. */
export function commandsIn(command: Command, words = ''): NamedCommand[] {
  const below = command
    .createHelp()
    .visibleCommands(command)
    .filter((sub) => sub.name() !== 'help');
  return [
    { words, command },
    ...below.flatMap((sub) => commandsIn(sub, words === '' ? sub.name() : `${words} ${sub.name()}`)),
  ];
}

/** Gives every command of the tree its examples and exit codes. */
export function addHelp(tree: Command): void {
  for (const { words, command } of commandsIn(tree)) {
    const facts = HELP_FACTS[words] as HelpFacts | undefined;
    if (facts !== undefined) command.addHelpText('after', () => pasteable(`\n${helpText(facts)}`));
  }
}

/** The exit codes of a command with their meanings. */
export function exitsOf({ exits }: HelpFacts): (readonly [code: number, meaning: string])[] {
  return [...exits, ...OF_EVERY_COMMAND].map((exit) => (typeof exit === 'number' ? [exit, EXIT_MEANINGS[exit]] : exit));
}

function helpText(facts: HelpFacts): string {
  const { notes = [], examples, page } = facts;
  const width = Math.max(...examples.map(([line]) => line.length));
  return [
    ...notes.flatMap((note) => [...wrapped(note), '']),
    examples.length === 1 ? 'Example:' : 'Examples:',
    ...examples.map(([line, why]) => `  $ npx skbcheck ${line.padEnd(width)}  # ${why}`),
    '',
    'Exit codes:',
    ...exitsOf(facts).map(([code, meaning]) => `  ${String(code).padEnd(4)} ${meaning}`),
    ...(page === undefined ? [] : ['', `See ${page}.`]),
  ].join('\n');
}

/** Lines of at most WIDTH characters. */
function wrapped(text: string): string[] {
  return text.match(new RegExp(`\\S.{0,${WIDTH - 1}}(?= |$)`, 'g')) ?? [];
}
