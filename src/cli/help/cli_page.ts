import { wrapped } from '../../report/reference/wrapped';
import type { NamedCommand } from './add_help';
import type { HelpFacts } from './help_fact';
import { HELP_FACTS } from './help_facts';
import { EXIT_MEANINGS } from '../support/exit';

const WIDTH = 118;

/** docs/reference/cli.md behind its introduction: every command, option, example and exit code. */
export function cliPage(commands: readonly NamedCommand[]): string {
  return [
    '## Exit codes',
    '',
    ...Object.entries(EXIT_MEANINGS).flatMap(([code, meaning]) => item(`${code}`, meaning)),
    '',
    ...commands.filter(({ words }) => words !== '').flatMap(commandLines),
  ].join('\n');
}

function commandLines({ words, command }: NamedCommand): string[] {
  const help = command.createHelp();
  const facts = HELP_FACTS[words];
  const options = help.visibleOptions(command).filter(({ long }) => long !== '--help');
  const page = facts.page?.replace(/^docs\/reference\//, '').replace(/^docs\//, '../');
  return [
    `## skbcheck ${words}`,
    '',
    ...paragraph(`${sentence(command.description())} ${page === undefined ? '' : `See [${page}](${page}).`}`.trimEnd()),
    '',
    '```',
    `npx skbcheck ${words} ${command.usage()}`,
    '```',
    '',
    ...(facts.notes ?? []).flatMap((note) => [...paragraph(note), '']),
    ...help.visibleArguments(command).flatMap((arg) => item(`\`${arg.name()}\``, arg.description)),
    ...options.flatMap((option) => item(`\`${option.flags}\``, help.optionDescription(option))),
    '',
    ...table(facts.examples),
    '',
    ...paragraph(`Exit codes: ${exitsText(facts)}.`),
    '',
  ];
}

/** The reason stands behind an example, or above all of them where one line would be too long. */
function table(examples: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...examples.map(([line]) => line.length));
  const fits = examples.every(([, why]) => `npx skbcheck   # ${why}`.length + width <= WIDTH);
  return [
    '```',
    ...examples.flatMap(([line, why]) =>
      fits ? [`npx skbcheck ${line.padEnd(width)}  # ${why}`] : [`# ${why}`, `npx skbcheck ${line}`],
    ),
    '```',
  ];
}

/** Exit codes, with the meanings that are the command's own. */
function exitsText({ exits }: HelpFacts): string {
  return exits.map((exit) => (typeof exit === 'number' ? String(exit) : `${exit[0]} (${exit[1]})`)).join(', ');
}

/** A placeholder such as <file> is no HTML. */
function paragraph(text: string): string[] {
  const escaped = text.replace(/`[^`]*`|</g, (part) => (part === '<' ? '\\<' : part));
  return wrapped(escaped);
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function item(name: string, text: string): string[] {
  return paragraph(`- ${name}: ${text}`);
}
