import { wrapped } from '../../report/reference/wrapped';
import { exitsOf, type NamedCommand } from './add_help';
import { HELP_FACTS } from './help_facts';
import { EXIT_MEANINGS } from '../support/exit';

/** Spaces beyond this in front of a description are a column of its own. */
const TERM_MAX = 34;

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
    ...paragraph(
      `Exit codes: ${exitsOf(facts)
        .map(([code, meaning]) => `${code} (${meaning})`)
        .join('; ')}.`,
    ),
    '',
  ];
}

function table(examples: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(TERM_MAX, ...examples.map(([line]) => line.length));
  return ['```', ...examples.map(([line, why]) => `npx skbcheck ${line.padEnd(width)}  # ${why}`), '```'];
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
