import type { Command } from '../../commands/command';
import type { ListedOutside } from '../documents/list_document';
import type { UserPromise } from '../../outside/promises';
import { argumentFacts } from './command_reference';
import { wrapped } from './wrapped';

/** @throws Error when the command is none of user space */
export function listedOutside({ name, args, result, outcomes, outside }: Command): ListedOutside {
  if (outside === undefined) throw new Error(`${name} is no command of user space`);
  const { level, syscall, elsewhere, promised } = outside;
  return {
    ...{ name, level, syscall, arguments: args.map(argumentFacts), makes: result ?? null, outcomes, elsewhere },
    promised: promised.text,
    source: promised.source,
  };
}

/** The reference of a command of user space, as Markdown that a terminal shows as well. */
export function outsideText({ name, makes, level, syscall, promised, source, ...facts }: ListedOutside): string {
  const args = facts.arguments.map((arg) => arg.name).join(', ');
  const signature = `${makes === null ? '' : `${makes}1 = `}${name}(${args})`;
  const [, ...errors] = facts.outcomes;
  return [
    `## ${name}`,
    '',
    ...wrapped(`\`${signature}\``),
    '',
    ...facts.arguments.flatMap((arg) =>
      wrapped(`- \`${arg.name}\`: ${arg.type}${arg.values === '' ? '' : `, ${arg.values}`}`),
    ),
    ...wrapped(`- System call: ${syscall === null ? 'one for each word' : `\`${syscall}\``}`),
    ...wrapped(`- Works as: ${level === 'root' ? 'root' : 'root, user'}`),
    ...wrapped(`- Promise: ${promised}`),
    ...wrapped(`- Source: ${source}`),
    ...wrapped(`- Errors that programs reach: ${errors.length === 0 ? 'none' : errors.join(', ')}`),
    ...(facts.elsewhere.length === 0 ? [] : wrapped(`- Errors of other kernels: ${facts.elsewhere.join(', ')}`)),
  ].join('\n');
}

/** A promise to user space, as a section of a page. */
export function promiseText({ name, statement, source, brokenBy }: UserPromise): string {
  const items = [statement, `Source: ${source}`, `A test breaks it so: ${brokenBy}.`];
  return [`## ${name}`, '', ...items.flatMap((item) => wrapped(`- ${item}`))].join('\n');
}
