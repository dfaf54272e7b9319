import { isHandleArg } from '../commands/arg_range';
import { CONTEXT_WORDS, type Command } from '../commands/command';
import { KINDS } from '../model/world/kinds';
import { OUTSIDE_COMMANDS } from '../commands/outside/registry';
import { COMMANDS } from '../commands/registry';
import { strangeCharacter } from './character';
import { PROFILES } from '../rules/profiles';
import { Directives } from './parse_directives';
import { LineReader } from './line_reader';
import { didYouMean } from './did_you_mean';
import { ParseError } from './parse_error';
import { parseMoment } from './parse_moment';
import { parseInteger, parseValue, parseWord, type Defined } from './parse_value';
import type { Call, Moment, Program } from './program';

export { ParseError } from './parse_error';

const TEXT_MAX = 1 << 20;
const CALLS_MAX = 10_000;
const NAME_MAX = 64;
const FAIL_MAX = 1024;
/** The size of the handle table in the kernel module. */
export const HANDLES_MAX = 1024;

/** The usual profile: that of the newest kernel. */
const ADD_PROFILE = `add the line "profile ${PROFILES.at(-1)?.name}"`;

const BY_NAME = new Map<string, Command>([...COMMANDS, ...OUTSIDE_COMMANDS].map((command) => [command.name, command]));

/**
 * Parses a program.
 *
 * @param text - at most 1 MiB, 10,000 calls and 1,024 names
 * @param file - its name for messages
 * @throws ParseError that names line and column, the expected text and the nearest valid name
 */
export function parseProgram(text: string, file: string): Program {
  return new Parser(file).parse(text);
}

class Parser {
  private readonly head = new Directives();
  private readonly calls: Call[] = [];
  private readonly names: string[] = [];
  private readonly defined = new Map<string, Defined>();
  private readonly comments = new Map<number, string[]>();
  private reader = new LineReader('', 0, '');

  constructor(private readonly file: string) {}

  parse(text: string): Program {
    if (text.length > TEXT_MAX)
      throw new ParseError(this.file, 1, 1, `a program has at most ${TEXT_MAX} characters, this has ${text.length}`);
    // The byte order mark that editors of Windows write.
    const lines = text.replace(/^\ufeff/, '').split(/\r?\n/);
    lines.forEach((line, i) => {
      this.reader = new LineReader(this.file, i + 1, line);
      this.line(line);
    });
    const { profile } = this.head;
    if (profile === undefined)
      throw new ParseError(
        this.file,
        Math.max(1, lines.length),
        1,
        `expected a profile line before the end of the file: ${ADD_PROFILE}`,
      );
    return {
      ...this.head.facts(profile),
      calls: this.calls,
      names: this.names,
      ...(this.comments.size === 0 ? {} : { comments: this.comments }),
    };
  }

  private line(text: string): void {
    const reader = this.reader;
    const strange = strangeCharacter(text);
    if (strange >= 0) throw reader.strange(strange);
    if (reader.atEnd()) {
      if (reader.peek() === '#') this.comment(text.trim());
      return;
    }
    const start = reader.at;
    const word = reader.word('');
    const isCall = reader.peek() === '=' || reader.peek() === '(';
    if (word === '') throw reader.expected('a command');
    if (isCall) this.call(word, start);
    else if (word === 'cpu1') this.secondCpu();
    else if (!this.head.read(word, reader, start)) this.call(word, start);
    if (!reader.atEnd()) throw reader.expected('the end of the line');
  }

  private comment(text: string): void {
    const before = this.comments.get(this.calls.length);
    if (before === undefined) this.comments.set(this.calls.length, [text]);
    else before.push(text);
  }

  /** `cpu1 at 'POINT': CALL`, `cpu1 at 'POINT', pass 2: CALL`. */
  private secondCpu(): void {
    const reader = this.reader;
    const at = parseMoment(reader);
    reader.skipSpace();
    const start = reader.at;
    const word = reader.word('');
    if (word === '') throw reader.expected('a command');
    this.call(word, start, at);
  }

  private call(word: string, start: number, at?: Moment): void {
    const reader = this.reader;
    if (this.head.profile === undefined)
      throw reader.error(`expected a profile line before the first command: ${ADD_PROFILE}`, start);
    if (this.calls.length >= CALLS_MAX) throw reader.error(`a program has at most ${CALLS_MAX} commands`, start);
    let name = '';
    let commandName = word;
    let commandAt = start;
    if (reader.peek() === '=') {
      reader.at++;
      name = word;
      reader.skipSpace();
      commandAt = reader.at;
      commandName = reader.word('');
      if (commandName === '') throw reader.expected('a command');
    }
    const command = BY_NAME.get(commandName);
    if (command === undefined)
      throw reader.error(`no command '${commandName}'${didYouMean(commandName, [...BY_NAME.keys()])}`, commandAt);
    const { args, fail, context } = this.args(command);
    if (name === '' && command.result !== undefined) {
      // Without a name no later line could release the object.
      const example = `${command.result}1 = ${command.name}(...)`;
      throw reader.error(`expected a name for the ${command.result} that ${command.name} makes ('${example}')`, start);
    }
    const result = name === '' ? -1 : this.define(name, command, start);
    const call = { command, args, result, fail, context };
    this.calls.push(at === undefined ? call : { ...call, at });
  }

  private define(name: string, command: Command, at: number): number {
    if (command.result === undefined)
      throw this.reader.error(`${command.name} makes no object, so it cannot be named '${name}'`, at);
    if (name.length > NAME_MAX)
      throw this.reader.error(`a name has at most ${NAME_MAX} characters, this has ${name.length}`, at);
    if (!/^[A-Za-z_]/.test(name)) throw this.reader.error(`a name starts with a letter, '${name}' does not`, at);
    const [, kind] = /^([a-z_]+?)\d+$/.exec(name) ?? [];
    if (kind !== command.result && KINDS.some((known) => known === kind))
      throw this.reader.error(
        `'${name}' is the name of a ${kind}, but ${command.name} makes a ${command.result}: ` +
          `name it such as ${command.result}1`,
        at,
      );
    if (this.defined.has(name)) throw this.reader.error(`the name '${name}' is defined already`, at);
    if (this.names.length >= HANDLES_MAX) throw this.reader.error(`a program has at most ${HANDLES_MAX} names`, at);
    this.defined.set(name, { handle: this.names.length, kind: command.result });
    return this.names.push(name) - 1;
  }

  private args(command: Command): { args: number[]; fail: number; context: number } {
    const reader = this.reader;
    const args = command.args.map((arg) => ('default' in arg && arg.default !== undefined ? arg.default : -1));
    const seen = new Set<string>();
    let fail = 0;
    let context = 0;
    reader.take('(', `'(' after ${command.name}`);
    while (reader.peek() !== ')') {
      if (seen.size > 0) reader.take(',', "',' or ')'");
      reader.skipSpace();
      const at = reader.at;
      const name = reader.word('');
      if (name === '') throw reader.expected(seen.size > 0 ? 'an argument' : "an argument or ')'");
      if (seen.has(name)) throw reader.error(`'${name}' is given twice`, at);
      seen.add(name);
      const position = command.args.findIndex((arg) => arg.name === name);
      this.checkArgumentName(command, name, position, at);
      reader.take(':', `':' after '${name}'`);
      if (position >= 0) args[position] = parseValue(reader, command.args[position], this.defined);
      else if (name === 'fail') fail = parseInteger(reader, 'fail', 1, FAIL_MAX);
      else context = parseWord(reader, CONTEXT_WORDS, 'a context');
    }
    this.checkComplete(command, seen);
    reader.take(')', "')'");
    return { args, fail, context };
  }

  private checkArgumentName(command: Command, name: string, position: number, at: number): void {
    if (position >= 0) return;
    if (name === 'fail') {
      if (!command.allocates) throw this.reader.error(`${command.name} allocates nothing, so it takes no 'fail'`, at);
      return;
    }
    if (name === 'context') {
      if (!command.contextual)
        throw this.reader.error(`${command.name} does not depend on its context, so it takes no 'context'`, at);
      return;
    }
    const names = command.args.map((arg) => arg.name);
    if (command.allocates) names.push('fail');
    if (command.contextual) names.push('context');
    const takes = names.length === 0 ? 'it takes none' : `it takes ${names.join(', ')}`;
    throw this.reader.error(`${command.name} has no argument '${name}'${didYouMean(name, names)}; ${takes}`, at);
  }

  private checkComplete(command: Command, seen: ReadonlySet<string>): void {
    for (const arg of command.args) {
      if (seen.has(arg.name)) continue;
      const optional = isHandleArg(arg) ? arg.optional === true : arg.default !== undefined;
      if (!optional) throw this.reader.error(`${command.name} needs '${arg.name}'`);
    }
  }
}
