import type { Command as SkbCommand } from '../../commands/command';
import { COMMANDS } from '../../commands/registry';
import { profilesOf } from '../../generate/scenario';
import { SCENARIOS } from '../../generate/scenarios/registry';
import { OUTSIDE_COMMANDS } from '../../commands/outside/registry';
import { OUTSIDE_SCENARIOS } from '../../generate/scenarios/outside';
import { KNOWN_CHANGES } from '../../compare/outside/known_changes';
import { FREE_CHOICES, READ_OTHERWISE } from '../../outside/answers/free_choices';
import { PROMISES } from '../../outside/promises';
import { listedOutside, outsideText, promiseText } from '../../report/reference/outside_reference';
import { INVARIANTS } from '../../invariants/registry';
import { ALL_PROFILES } from '../../rules/profiles';
import { commandText } from '../../report/reference/command_page';
import { wrapped } from '../../report/reference/wrapped';
import { commandReference } from '../../report/reference/command_reference';
import { outsideBugsPage } from '../../report/reference/outside_bugs_page';
import { outsideComparedPage } from '../../report/reference/outside_compared_page';
import { realBugsPage } from '../../report/reference/real_bugs_page';
import { findingsPage } from '../../report/reference/findings_page';
import { OUTSIDE_BUGS } from '../../outside/bugs/outside_bugs';
import { commandTree } from '../main';
import { PRESETS } from '../config/presets';
import { programOfBug } from '../support/outside/known_bugs';
import { ownVersion } from '../support/version';
import { commandsIn } from './add_help';
import { keptBugDocuments } from './bug_documents';
import { cliPage } from './cli_page';
import { plural } from '../../report/figures';
import { manFile, manPage } from './man_page';

const FOLDER = 'docs/reference';
const MADE = 'Made by `npm run docs` from the records of the program: do not edit it.';

const MADE_OF_RESULTS =
  'Made by `npm run docs` from the results in `docs/explanation/real-bugs/`, which `skbcheck history-of-bugs` writes.';

const MADE_OF_BUGS = 'Made by `npm run docs` from the table in `src/outside/bugs/`: do not edit it.';

const MADE_OF_CHOICES =
  'Made by `npm run docs` from the tables in `src/outside/answers/` and `src/compare/outside/`: do not edit it.';

/** A file and its text. */
export type Pages = ReadonlyMap<string, string>;

/** The systems of the commands, in the order of the registry. */
export function systems(): string[] {
  return [...new Set(COMMANDS.map(({ system }) => system))];
}

/** The page of a system's commands, in docs/reference/commands. */
export function systemFile(system: string): string {
  return `${FOLDER}/commands/${system.replaceAll('-', '_')}.md`;
}

/**
 * Every page of docs/ that is made from the program.
 *
 * @param exampleOf - the text of a program with the command, if it has one
 */
export function referencePages(exampleOf: (command: SkbCommand) => string | undefined): Pages {
  return new Map([
    [`${FOLDER}/cli.md`, cliReference()],
    [`${FOLDER}/scenarios.md`, scenariosPage()],
    [`${FOLDER}/kernel_findings.md`, findingsPage(MADE)],
    ['docs/explanation/real-bugs.md', realBugsPage(MADE_OF_RESULTS, keptBugDocuments())],
    [`${FOLDER}/outside/commands.md`, outsideCommandsPage()],
    [`${FOLDER}/outside/promises.md`, promisesPage()],
    [
      `${FOLDER}/outside/compared.md`,
      outsideComparedPage(MADE_OF_CHOICES, {
        ...{ choices: FREE_CHOICES, readOtherwise: READ_OTHERWISE, changes: KNOWN_CHANGES },
      }),
    ],
    ['docs/explanation/bugs-of-user-space.md', outsideBugsPage(MADE_OF_BUGS, OUTSIDE_BUGS, programOfBug)],
    [`${FOLDER}/commands/README.md`, commandsIndex()],
    ...systems().map((system) => [systemFile(system), systemPage(system, exampleOf)] as const),
  ]);
}

/** The manual: a page for each command. */
export function manPages(date: string): Pages {
  return new Map(
    commandsIn(commandTree()).map((named) => [`man/${manFile(named.words)}`, manPage(named, ownVersion(), date)]),
  );
}

function cliReference(): string {
  return [
    '# The command line',
    '',
    MADE,
    '`skbcheck COMMAND --help` prints the same in a terminal; `man skbcheck-fuzz` does where the package is installed',
    'globally. [Configuration](configuration.md) explains files, variables and presets.',
    '',
    cliPage(commandsIn(commandTree())).trimEnd(),
    '',
  ].join('\n');
}

const KERNELS_TOO = 'the model and kernels';

function scenariosPage(): string {
  const rows = SCENARIOS.flatMap((scenario) => {
    const names = profilesOf(scenario).map(({ name }) => name);
    return [
      `## ${scenario.name}`,
      '',
      ...wrapped(`${sentence(scenario.title)} ${plural(scenario.commands.length, 'command')}.`),
      '',
      ...wrapped(`- Profiles: ${names.join(', ')}`),
      ...wrapped(
        `- Runs on: ${scenario.modelOnly === undefined ? KERNELS_TOO : `the model only: ${scenario.modelOnly}`}`,
      ),
      '',
    ];
  });
  const profiles = ALL_PROFILES.flatMap(({ name, title, modelOnly }) =>
    wrapped(`- \`${name}\`: ${title}${modelOnly === undefined ? '' : `; the model only: ${modelOnly}`}`),
  );
  const presets = Object.entries(PRESETS).flatMap(([name, layer]) => [
    `- \`${name}\`:`,
    ...Object.entries(layer).flatMap(([command, values]) => wrapped(`  - ${command}: \`${JSON.stringify(values)}\``)),
  ]);
  return [
    '# Scenarios, profiles, invariants, presets',
    '',
    MADE,
    '',
    ...['A *scenario* is a choice of commands to search with; a *profile* is a complete set of rules.', ''],
    ...rows,
    '## Programs of user space',
    '',
    ...wrapped(
      'These scenarios run on kernels alone: `fuzz outside --target linux-7.3`. The [commands](outside/commands.md) ' +
        'and the [promises](outside/promises.md) have pages of their own.',
    ),
    '',
    ...OUTSIDE_SCENARIOS.flatMap(({ name, title }) => wrapped(`- \`${name}\`: ${title}`)),
    '',
    '## Profiles',
    '',
    ...profiles,
    '',
    '## Invariants',
    '',
    '[The invariants](invariants.md) explains how they are checked.',
    'The source of one: `npx skbcheck list invariants NAME`.',
    '',
    ...INVARIANTS.flatMap(({ name, statement }) => wrapped(`- \`${name}\`: ${statement}`)),
    '',
    '## Presets',
    '',
    ...presets,
    '',
  ].join('\n');
}

function outsideCommandsPage(): string {
  const introduction = [
    ...wrapped(
      'The commands of programs of user space, which run on unmodified kernels. The line `as:` of a ' +
        'program names its level: `user` is uid 1000, who is root of namespaces of his own, and `root` is root of ' +
        'the machine. Each error has a program that reaches it, in `properties/outside/outcomes.skb`. `npx skbcheck ' +
        'list outside NAME` prints the same.',
    ),
  ];
  const texts = OUTSIDE_COMMANDS.map((command) => outsideText(listedOutside(command)));
  return ['# Commands of user space', '', MADE, '', ...introduction, '', texts.join('\n\n'), ''].join('\n');
}

function promisesPage(): string {
  const introduction = wrapped(
    'What user space is promised, and what the judge of programs of user space asks after each call. `npx skbcheck ' +
      'list promises` prints the names.',
  );
  return [
    '# Promises to user space',
    '',
    MADE,
    '',
    ...introduction,
    '',
    PROMISES.map(promiseText).join('\n\n'),
    '',
  ].join('\n');
}

function commandsIndex(): string {
  const lines = systems().flatMap((system) => {
    const names = COMMANDS.filter((command) => command.system === system).map(({ name }) => `\`${name}\``);
    const file = systemFile(system).split('/').at(-1);
    return wrapped(`- [${system}](${file}): ${names.join(', ')}`);
  });
  const introduction = [
    'Every command that a program can call, by system. A page says of each: its arguments with ranges and words, how',
    'it can end, where it runs, when it is legal, and a program that calls it. `npx skbcheck list commands NAME`',
    'prints the same. The [systems](../systems/README.md) explain what the commands are for.',
  ];
  return ['# The commands', '', MADE, '', ...introduction, '', ...lines, ''].join('\n');
}

function systemPage(system: string, exampleOf: (command: SkbCommand) => string | undefined): string {
  const texts = COMMANDS.filter((command) => command.system === system).map((command) =>
    commandText(commandReference(command, exampleOf(command))),
  );
  return [`# Commands: ${system}`, '', MADE, '', texts.join('\n\n'), ''].join('\n');
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith('.') ? '' : '.'}`;
}
