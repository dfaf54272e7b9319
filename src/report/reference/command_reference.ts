import { isHandleArg } from '../../commands/arg_range';
import type { Caller } from '../../commands/callers/caller';
import type { Arg } from '../../commands/arg';
import { isAvailable, profilesOfOutcome, profilesWith } from '../../commands/available';
import { CONTEXT_WORDS, type Command } from '../../commands/command';
import type { Kind } from '../../model/world/kinds';
import { MUTANTS, type Mutant } from '../../rules/mutants';
import { findProfile, PROFILES } from '../../rules/profiles';
import type { Rules } from '../../rules/rules';

const CODE_WIDTH = 116;

/** An argument of a command, in words. */
export interface ArgumentFacts {
  readonly name: string;
  /** `skb`, `number`, `word`, `flags`. */
  readonly type: string;
  /** Its range, words or flags; of an object, whether the call takes it over or may leave it out. */
  readonly values: string;
}

/** A rule that a known bug broke in a program with the command, and that 6.1 and 6.12 have differently. */
export interface RuleFacts {
  readonly rule: string;
  /** By profile of a kernel. */
  readonly values: Readonly<Record<string, string>>;
}

/** Everything that a record says about its command. */
export interface CommandReference {
  readonly name: string;
  readonly system: string;
  readonly makes: Kind | null;
  readonly arguments: readonly ArgumentFacts[];
  /** With the profiles that have an outcome; null: all. */
  readonly outcomes: readonly { readonly name: string; readonly profiles: readonly string[] | null }[];
  /** The kernels that run it, by profile. */
  readonly kernels: readonly string[];
  /** Profiles that have it on the model. */
  readonly profiles: readonly string[];
  readonly modelOnly: string | null;
  readonly abuse: boolean;
  readonly contexts: readonly string[];
  /** The function of the kernel that makes such a call. */
  readonly caller: Caller;
  /** The condition of a legal call, as the record has it. */
  readonly contract: readonly string[];
  readonly mutants: readonly { readonly id: string; readonly title: string }[];
  readonly rulesThatDiffer: readonly RuleFacts[];
  /** A clean program in which the call succeeds; null: no scenario makes it. */
  readonly example: string | null;
}

/** @param example - the text of a program with the call */
export function commandReference(command: Command, example: string | undefined): CommandReference {
  const { name, system, modelOnly } = command;
  const mutants = MUTANTS.filter((mutant) => isAbout(mutant, name));
  return {
    name,
    system,
    makes: command.result ?? null,
    arguments: [...command.args.map(argumentFacts), ...everyCallTakes(command)],
    outcomes: command.outcomes.map((outcome) => ({ name: outcome, profiles: profilesOfOutcome(command, outcome) })),
    kernels: modelOnly === undefined ? PROFILES.map(nameOf).filter((profile) => isAvailable(command, profile)) : [],
    profiles: profilesWith(command),
    modelOnly: modelOnly ?? null,
    abuse: command.abuse === true,
    contexts: command.contextual ? CONTEXT_WORDS : [CONTEXT_WORDS[0]],
    caller: command.caller,
    contract: conditionOf(command),
    mutants: mutants.map(({ id, title }) => ({ id, title })),
    rulesThatDiffer: rulesThatDiffer(mutants),
    example: example ?? null,
  };
}

/** The title names the command, or the mutant's minimal program ends with it: that is the call that shows the bug. */
function isAbout({ title, program }: Mutant, name: string): boolean {
  const call = new RegExp(`\\b${name}\\(`);
  return new RegExp(`\\b${name}\\b`).test(title) || call.test(program.trimEnd().split('\n').at(-1) ?? '');
}

function nameOf({ name }: { readonly name: string }): string {
  return name;
}

export function argumentFacts(arg: Arg): ArgumentFacts {
  const { name } = arg;
  if (isHandleArg(arg)) {
    const values = [
      ...(arg.consumed === true ? ['the call takes it over'] : []),
      ...(arg.optional === true ? ['optional'] : []),
    ];
    return { name, type: arg.type, values: values.join(', ') };
  }
  switch (arg.type) {
    case 'int':
      return { name, type: 'number', values: `${arg.min} to ${arg.max}${usually(arg.default)}` };
    case 'enum':
      return { name, type: 'word', values: arg.words.join(', ') + usually(arg.default, arg.words) };
    case 'flags':
      return { name, type: 'flags', values: `any of ${arg.words.join(', ')}, joined by |${usually(arg.default)}` };
  }
}

/** The default, which a program's text leaves out. */
function usually(value: number | undefined, words?: readonly string[]): string {
  return value === undefined ? '' : `; ${words?.[value] ?? value} where it is left out`;
}

function everyCallTakes({ allocates, contextual }: Command): ArgumentFacts[] {
  const fail = { name: 'fail', type: 'number', values: 'the allocation that fails: 1 is the first' };
  const context = {
    name: 'context',
    type: 'word',
    values: `${CONTEXT_WORDS.join(', ')}; process where it is left out`,
  };
  return [...(allocates ? [fail] : []), ...(contextual ? [context] : [])];
}

/** The body of `applies`, without the names that the compiler gives to imports. */
function conditionOf({ applies }: Command): string[] {
  const lines = applies
    .toString()
    .replace(/\(0, \w+\.(\w+)\)/g, '$1')
    .replace(/\b\w+_\d+\.(\w+)/g, '$1')
    .split('\n')
    .slice(1, -1);
  const indent = Math.min(...lines.map((line) => line.search(/\S/)));
  return lines.flatMap((line) => broken(line.slice(indent).replace(/^( {4})+/, (deep) => deep.slice(deep.length / 2))));
}

/** A line of code that fits, broken in front of the operators that join conditions. */
function broken(line: string): string[] {
  return line.length <= CODE_WIDTH ? [line] : line.replace(/ (&&|\|\|) /g, '\n  $1 ').split('\n');
}

function rulesThatDiffer(mutants: readonly Mutant[]): RuleFacts[] {
  const broken = new Set(mutants.flatMap(({ changes }) => Object.keys(changes) as (keyof Rules)[]));
  const valuesOf = (rule: keyof Rules): [string, string][] =>
    PROFILES.map(({ name }) => [name, String(findProfile(name)?.rules[rule])]);
  return [...broken].flatMap((rule) => {
    const values = valuesOf(rule);
    return new Set(values.map(([, value]) => value)).size === 1 ? [] : [{ rule, values: Object.fromEntries(values) }];
  });
}
