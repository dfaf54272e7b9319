import { wrapped } from './wrapped';
import { functionsOf, type Caller, type CallerFunction } from '../../commands/callers/caller';
import { ALL_PROFILES } from '../../rules/profiles';
import type { ArgumentFacts, CommandReference } from './command_reference';

const MUTANTS_MAX = 8;

/** The reference of one command, as Markdown that a terminal shows as well. */
export function commandText(command: CommandReference): string {
  const { name, makes, example } = command;
  const args = command.arguments.map((arg) => arg.name).join(', ');
  const signature = `${makes === null ? '' : `${makes}1 = `}${name}(${args})`;
  return [
    `## ${name}`,
    '',
    ...wrapped(`\`${signature}\``),
    '',
    ...argumentLines(command.arguments),
    ...item('Outcomes', outcomesText(command)),
    ...item('Runs on', kernelsText(command)),
    ...item('Context', command.contexts.join(', ')),
    ...item('Caller', callerText(command.caller)),
    ...mutantLines(command),
    ...ruleLines(command),
    '',
    ...contractLines(command),
    ...(example === null ? ['No scenario makes this call, so it has no example.'] : exampleLines(example)),
  ].join('\n');
}

function argumentLines(args: readonly ArgumentFacts[]): string[] {
  if (args.length === 0) return [];
  return args.flatMap(({ name, type, values }) => item(`\`${name}\``, values === '' ? type : `${type}, ${values}`));
}

function outcomesText({ outcomes }: CommandReference): string {
  return outcomes
    .map(({ name, profiles }) => `\`${name}\`${profiles === null ? '' : ` (only ${profiles.join(', ')})`}`)
    .join(', ');
}

function kernelsText({ kernels, profiles, modelOnly, abuse }: CommandReference): string {
  if (abuse) return 'the model, with `--abuse`: it breaks a contract on purpose';
  if (modelOnly !== null) return `${modelText(profiles)} only: ${modelOnly}`;
  return `${modelText(profiles)}, and the kernels ${kernels.join(', ')}`;
}

/** `deliver_skb` in `net/core/dev.c` (`skb_orphan_frags_rx`). A packet with user pages turns round to a receiver. */
function callerText(caller: Caller): string {
  if ('nobody' in caller) return `none (${caller.nobody}). ${caller.why}`;
  return `${functionsOf(caller).map(functionText).join(', ')}. ${caller.state}`;
}

function functionText({ function: name, file, by, releases }: CallerFunction): string {
  const series = releases === undefined ? '' : ` of ${releases.join(', ')}`;
  return `\`${name}\` in \`${file}\`${series}${by === undefined ? '' : ` (\`${by}\`)`}`;
}

function modelText(profiles: readonly string[]): string {
  const all = profiles.length === ALL_PROFILES.length;
  return `the model (${all ? 'every profile' : profiles.join(', ')})`;
}

function mutantLines({ mutants }: CommandReference): string[] {
  if (mutants.length === 0) return [];
  const shown = mutants.slice(0, MUTANTS_MAX).map(({ id, title }) => `${id} (${title})`);
  const more = mutants.length - shown.length;
  return item('Known bugs with it', `${shown.join('; ')}${more === 0 ? '' : `; and ${more} more`}`);
}

function ruleLines({ rulesThatDiffer }: CommandReference): string[] {
  if (rulesThatDiffer.length === 0) return [];
  const text = rulesThatDiffer.map(
    ({ rule, values }) =>
      `\`${rule}\` is ${Object.entries(values)
        .map(([profile, value]) => `${value} in ${profile}`)
        .join(', ')}`,
  );
  return item('Rules of these bugs that differ', text.join('; '));
}

/** A call that can always be made has no condition to show. */
function contractLines({ contract }: CommandReference): string[] {
  if (contract.join('') === 'return true;') return ['The call is legal whenever its objects live.', ''];
  return ['The call is legal when this holds:', '', '```js', ...contract, '```', ''];
}

function exampleLines(example: string): string[] {
  return ['For example:', '', '```skb', ...example.trimEnd().split('\n'), '```'];
}

/** `- name: text`, on lines that fit. */
function item(name: string, text: string): string[] {
  return wrapped(`- ${name}: ${text}`);
}
