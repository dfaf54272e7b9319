import type { Command } from 'commander';
import { exitsOf, type NamedCommand } from './add_help';
import type { HelpFacts } from './help_fact';
import { HELP_FACTS } from './help_facts';

/** The section of the manual: commands of users. */
const SECTION = 1;

/** The file of a command's page: `skbcheck-corpus-merge.1`. */
export function manFile(words: string): string {
  return `${pageName(words)}.${SECTION}`;
}

/**
 * A page of the manual, in the man macros of groff(7) and mandoc(1).
 *
 * @param version - of the package
 * @param date - YYYY-MM-DD, of the release
 */
export function manPage({ words, command }: NamedCommand, version: string, date: string): string {
  const facts = HELP_FACTS[words];
  const name = pageName(words);
  const help = command.createHelp();
  const usage = `skbcheck ${words === '' ? '' : `${words} `}${command.usage()}`;
  return [
    `.TH ${quoted(name.toUpperCase())} ${SECTION} "${date}" ${quoted(`skbcheck ${version}`)} "User Commands"`,
    ...section('NAME', [`${escaped(name)} \\- ${escaped(command.description())}`]),
    ...section('SYNOPSIS', [`.B ${escaped(usage)}`]),
    ...section('DESCRIPTION', [sentence(command.description()), ...paragraphs(facts)]),
    ...section(
      'COMMANDS',
      help
        .visibleCommands(command)
        .filter(isOwn)
        .flatMap((sub) => entry(sub.name(), sub.description())),
    ),
    ...section(
      'ARGUMENTS',
      help.visibleArguments(command).flatMap((arg) => entry(arg.name(), arg.description)),
    ),
    ...section(
      'OPTIONS',
      help.visibleOptions(command).flatMap((option) => entry(option.flags, help.optionDescription(option))),
    ),
    ...section(
      'EXIT STATUS',
      exitsOf(facts).flatMap(([code, meaning]) => entry(String(code), meaning)),
    ),
    ...section(
      'EXAMPLES',
      facts.examples.flatMap(([line, why]) => entry(`npx skbcheck ${line}`, why)),
    ),
    ...section('SEE ALSO', [seeAlso(command, words)]),
    '',
  ].join('\n');
}

function pageName(words: string): string {
  return ['skbcheck', ...words.split(' ')].filter((word) => word !== '').join('-');
}

/** `help` is commander's own. */
function isOwn(command: Command): boolean {
  return command.name() !== 'help';
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`.SH ${quoted(title)}`, ...lines];
}

function entry(term: string, text: string): string[] {
  return ['.TP', `.B ${escaped(term)}`, escaped(text)];
}

function paragraphs({ notes = [] }: HelpFacts): string[] {
  return notes.flatMap((note) => ['.PP', escaped(note)]);
}

function sentence(text: string): string {
  return escaped(`${text.charAt(0).toUpperCase()}${text.slice(1)}.`);
}

/** The pages above and below. */
function seeAlso(command: Command, words: string): string {
  const above = words === '' ? [] : words.split(' ').slice(0, -1).join(' ');
  const below = command.createHelp().visibleCommands(command).filter(isOwn);
  const pages = [
    ...(typeof above === 'string' ? [pageName(above)] : []),
    ...below.map((sub) => pageName(words === '' ? sub.name() : `${words} ${sub.name()}`)),
  ];
  return pages.map((page) => `.BR ${escaped(page)} (${SECTION})`).join(',\n') || '.BR skbcheck (1)';
}

function quoted(text: string): string {
  return `"${escaped(text).replaceAll('"', '\\(dq')}"`;
}

/** A line of text that no macro begins, with the dashes and quotes that a user can paste. */
function escaped(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll('’', '\\(cq')
    .replaceAll('…', '...')
    .replaceAll("'", '\\(aq')
    .replaceAll('`', '\\(ga')
    .replace(/^\./, '\\&.');
}
