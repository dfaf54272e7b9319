import type { Arg } from '../commands/arg';
import type { Kind } from '../model/world/world';
import type { LineReader } from './line_reader';
import { didYouMean } from './did_you_mean';
import { wholeNumber } from './number';

/** A name that an earlier line defined: its handle number and kind. */
export interface Defined {
  readonly handle: number;
  readonly kind: Kind;
}

/** Parses the value of one argument, which must be of its type and in its range. */
export function parseValue(reader: LineReader, arg: Arg, names: ReadonlyMap<string, Defined>): number {
  switch (arg.type) {
    case 'int':
      return parseInteger(reader, arg.name, arg.min, arg.max);
    case 'enum':
      return parseWord(reader, arg.words, `a word for '${arg.name}'`);
    case 'flags':
      return parseFlags(reader, arg.name, arg.words);
    default:
      return parseHandle(reader, arg.name, arg.type, names);
  }
}

export function parseInteger(reader: LineReader, name: string, min: number, max: number): number {
  reader.skipSpace();
  const at = reader.at;
  const text = reader.word('-+.');
  const value = wholeNumber(text);
  if (value === undefined) {
    reader.at = at;
    throw reader.expected(`a number for '${name}'`);
  }
  if (value < min || value > max) throw reader.error(`'${name}' is ${text}, it must be from ${min} to ${max}`, at);
  return value;
}

export function parseWord(reader: LineReader, words: readonly string[], expected: string): number {
  reader.skipSpace();
  const at = reader.at;
  const word = reader.word('');
  const position = words.indexOf(word);
  if (position >= 0) return position;
  reader.at = at;
  const list = words.join(', ');
  throw reader.error(
    `expected ${expected} (${list}), found ${word === '' ? 'none' : `'${word}'`}${didYouMean(word, words)}`,
  );
}

function parseFlags(reader: LineReader, name: string, words: readonly string[]): number {
  reader.skipSpace();
  const from = reader.at;
  if (reader.word('') === '0') return 0;
  reader.at = from;
  let value = 0;
  for (;;) {
    value |= 1 << parseWord(reader, words, `a flag for '${name}'`);
    if (reader.peek() !== '|') return value;
    reader.at++;
  }
}

function parseHandle(reader: LineReader, name: string, kind: Kind, names: ReadonlyMap<string, Defined>): number {
  reader.skipSpace();
  const at = reader.at;
  const word = reader.word('');
  if (word === '') throw reader.expected(`the name of a ${kind} for '${name}'`);
  const defined = names.get(word);
  if (defined === undefined) {
    throw reader.error(`no name '${word}' is defined before this line${didYouMean(word, [...names.keys()])}`, at);
  }
  if (defined.kind !== kind) throw reader.error(`'${name}' takes a ${kind}, but '${word}' is a ${defined.kind}`, at);
  return defined.handle;
}
