import { LEVELS, type Level } from '../commands/outside/step';
import { findMutant, MUTANTS } from '../rules/mutants';
import { ALL_PROFILES, findProfile } from '../rules/profiles';
import { didYouMeanId } from './did_you_mean';
import type { LineReader } from './line_reader';
import { wholeNumber } from './number';
import type { Program } from './program';

/** The words that begin a line about the whole program. */
export const DIRECTIVES = ['profile', 'seed', 'mutant', 'abuse', 'provoke', 'as', 'expect'] as const;

/** After `expect`: `clean`, or the name of an invariant. */
const INVARIANT_NAME = /^[a-z][a-z-]{0,63}$/;

/** Reads the lines of a program that are no calls. */
export class Directives {
  profile: string | undefined;
  private seed: string | undefined;
  private mutant: string | undefined;
  private expect: string | undefined;
  private abuse = false;
  private provoke = false;
  private as: Level | undefined;

  /**
   * Reads the rest of a line.
   *
   * @param word - the first word of the line
   * @param start - its position
   * @returns false when the word begins no such line
   */
  read(word: string, reader: LineReader, start: number): boolean {
    switch (word as (typeof DIRECTIVES)[number]) {
      case 'profile':
        this.profileLine(reader, start);
        return true;
      case 'seed':
        this.seedLine(reader, start);
        return true;
      case 'mutant':
        this.mutantLine(reader, start);
        return true;
      case 'abuse':
        this.abuse = true;
        return true;
      case 'provoke':
        this.provoke = true;
        return true;
      case 'as':
        this.asLine(reader, start);
        return true;
      case 'expect':
        this.expectLine(reader, start);
        return true;
      default:
        return false;
    }
  }

  /** The facts of the lines. A line that is not there gives no field. */
  facts(profile: string): Omit<Program, 'calls' | 'names' | 'comments'> {
    const { seed, mutant, expect } = this;
    return {
      profile,
      ...(seed === undefined ? {} : { seed }),
      ...(mutant === undefined ? {} : { mutant }),
      ...(this.abuse ? { abuse: true } : {}),
      ...(this.provoke ? { provoke: true } : {}),
      ...(this.as === undefined ? {} : { as: this.as }),
      ...(expect === undefined ? {} : { expect }),
    };
  }

  private profileLine(reader: LineReader, start: number): void {
    if (this.profile !== undefined) throw reader.error('a program has one profile line, this is the second', start);
    reader.skipSpace();
    const at = reader.at;
    const name = reader.word('.-');
    if (name === '') throw reader.expected('the name of a profile');
    if (findProfile(name) === undefined) {
      const names = profileNames();
      throw reader.error(`no profile '${name}'${didYouMeanId(name, names)}; profiles: ${names.join(', ')}`, at);
    }
    this.profile = name;
  }

  private seedLine(reader: LineReader, start: number): void {
    if (this.seed !== undefined) throw reader.error('a program has one seed line, this is the second', start);
    reader.skipSpace();
    const at = reader.at;
    const [, scenario, number] = /^(v\d+:[a-z][\w-]*):(\w+)$/.exec(reader.word(':-.')) ?? [];
    const value = number === undefined ? undefined : wholeNumber(number);
    if (value === undefined) {
      reader.at = at;
      throw reader.expected('a seed such as v1:core:184467');
    }
    this.seed = `${scenario}:${value}`;
  }

  private mutantLine(reader: LineReader, start: number): void {
    if (this.mutant !== undefined) throw reader.error('a program has one mutant line, this is the second', start);
    reader.skipSpace();
    const at = reader.at;
    const id = reader.word('-');
    if (id === '') throw reader.expected('the id of a mutant');
    const mutant = findMutant(id);
    if (mutant === undefined)
      throw reader.error(`no mutant '${id}'${didYouMeanId(id, mutantIds())}; see: npx skbcheck list mutants`, at);
    if (this.profile !== undefined && mutant.profile !== this.profile)
      throw reader.error(`mutant ${id} breaks a rule of profile ${mutant.profile}, not of ${this.profile}`, at);
    this.mutant = mutant.id;
  }

  private asLine(reader: LineReader, start: number): void {
    if (this.as !== undefined) throw reader.error('a program has one as line, this is the second', start);
    reader.take(':', "':' after 'as'");
    reader.skipSpace();
    const at = reader.at;
    const word = reader.word('');
    const level = LEVELS.find((one) => one === word);
    if (level === undefined) {
      reader.at = at;
      throw reader.expected(`'${LEVELS.join("' or '")}'`);
    }
    this.as = level;
  }

  private expectLine(reader: LineReader, start: number): void {
    if (this.expect !== undefined) throw reader.error('a program has one expect line, this is the second', start);
    reader.skipSpace();
    const at = reader.at;
    const expect = reader.word('-');
    if (!INVARIANT_NAME.test(expect)) {
      reader.at = at;
      throw reader.expected("'clean' or the name of an invariant");
    }
    this.expect = expect;
  }
}

function mutantIds(): string[] {
  return MUTANTS.map(({ id }) => id);
}

export function profileNames(): string[] {
  return ALL_PROFILES.map((profile) => profile.name);
}
