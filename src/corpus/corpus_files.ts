import { createHash } from 'node:crypto';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { findScenario, SCENARIOS } from '../generate/scenarios/registry';
import { parseProgram } from '../program/parse';
import type { Program } from '../program/program';
import { parseSeed } from '../generate/seed';
import { firstLine } from '../session/errors';
import { FEATURES_MAX } from './features';

const LIST = 'corpus.jsonl';
const PROGRAM_FILE = /^([0-9a-f]{12})\.skb$/;

/** A kept program as a directory stores it. */
export interface StoredEntry {
  /** 12 hex digits of the SHA-256 of the text. */
  readonly id: string;
  readonly text: string;
  readonly program: Program;
  /** The lane that found it: `core/linux-6.12/model`. */
  readonly lane: string;
  /** Features that no earlier program had. */
  readonly features: readonly number[];
}

/** One line of corpus.jsonl. */
interface Line {
  readonly id: string;
  readonly features: readonly number[];
  readonly lane: string;
}

export function corpusId(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}

/** Name of the scenario of a lane. */
export function scenarioOfLane(lane: string): string {
  return lane.split('/', 1)[0];
}

/**
 * The entries of a directory, in the order in which they were kept: first the files that `corpus.jsonl` names, then
 * other programs. Broken entries are left out with a line in `problems`. A last line that was cut off while it was
 * written is ignored.
 */
export function readCorpus(directory: string): { readonly entries: StoredEntry[]; readonly problems: string[] } {
  const problems: string[] = [];
  const entries = new Map<string, StoredEntry>();
  const listed = new Set<string>();
  for (const line of linesOf(directory, problems)) {
    listed.add(line.id);
    const entry = entries.has(line.id) ? null : entryOf(directory, `${line.id}.skb`, line, problems);
    if (entry !== null) entries.set(entry.id, entry);
  }
  for (const file of programFiles(directory)) {
    const [, id] = PROGRAM_FILE.exec(file) ?? [];
    const entry = id !== undefined && listed.has(id) ? null : entryOf(directory, file, null, problems);
    if (entry !== null && !entries.has(entry.id)) entries.set(entry.id, entry);
  }
  return { entries: [...entries.values()], problems: [...new Set(problems)] };
}

/** Makes the directory hold exactly these entries. */
export function writeCorpus(directory: string, entries: readonly StoredEntry[]): void {
  mkdirSync(directory, { recursive: true });
  const kept = new Set(entries.map(({ id }) => `${id}.skb`));
  for (const { id, text } of entries) writeProgram(directory, id, text);
  // The list is written before files are removed: readCorpus accepts a file without a line, but reports a line without
  // a file.
  writeWhole(join(directory, LIST), entries.map(lineOf).join(''));
  for (const file of programFiles(directory))
    if (PROGRAM_FILE.test(file) && !kept.has(file)) rmSync(join(directory, file));
}

/** A directory that grows. Only one process writes to it. */
export class CorpusFiles {
  readonly ids: Set<string>;

  constructor(
    private readonly directory: string,
    entries: readonly StoredEntry[],
  ) {
    mkdirSync(directory, { recursive: true });
    this.ids = new Set(entries.map(({ id }) => id));
    mendList(join(directory, LIST));
  }

  /** Returns false when the entry is there already. */
  add(entry: StoredEntry): boolean {
    if (this.ids.has(entry.id)) return false;
    this.ids.add(entry.id);
    writeProgram(this.directory, entry.id, entry.text);
    appendFileSync(join(this.directory, LIST), lineOf(entry));
    return true;
  }

  /** Removes entries. The list is written first, because a file without a line does no harm. */
  drop(ids: ReadonlySet<string>): void {
    const list = join(this.directory, LIST);
    const lines = linesOf(this.directory, []).filter(({ id }) => !ids.has(id));
    writeWhole(list, lines.map(lineOf).join(''));
    for (const id of ids) {
      this.ids.delete(id);
      rmSync(join(this.directory, `${id}.skb`), { force: true });
    }
  }
}

function lineOf({ id, features, lane }: Line): string {
  return `${JSON.stringify({ id, features, lane } satisfies Line)}\n`;
}

function writeProgram(directory: string, id: string, text: string): void {
  const file = join(directory, `${id}.skb`);
  if (!existsSync(file)) writeWhole(file, text);
}

function writeWhole(file: string, text: string): void {
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
}

/** Removes a last line that was cut off, so that the next line does not become a part of it. */
function mendList(file: string): void {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  if (text !== '' && !text.endsWith('\n')) writeWhole(file, text.slice(0, text.lastIndexOf('\n') + 1));
}

function programFiles(directory: string): string[] {
  return readdirSync(directory)
    .filter((file) => file.endsWith('.skb'))
    .sort();
}

function linesOf(directory: string, problems: string[]): Line[] {
  const file = join(directory, LIST);
  if (!existsSync(file)) return [];
  const texts = readFileSync(file, 'utf8').split('\n');
  // The last element is empty, or a line that was cut off.
  texts.pop();
  return texts.flatMap((text, i) => {
    const line = lineIn(text);
    if (line === null) problems.push(`${file}:${i + 1}: not a line of a corpus, left out`);
    return line ?? [];
  });
}

function lineIn(text: string): Line | null {
  try {
    const { id, features, lane } = JSON.parse(text) as Partial<Line>;
    if (typeof id !== 'string' || !/^[0-9a-f]{12}$/.test(id) || typeof lane !== 'string') return null;
    if (!Array.isArray(features) || !features.every(isFeature)) return null;
    return { id, features, lane };
  } catch {
    return null;
  }
}

export function isFeature(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) < FEATURES_MAX;
}

/** @param line - the program's line in the list; null when it has none */
function entryOf(directory: string, file: string, line: Line | null, problems: string[]): StoredEntry | null {
  const path = join(directory, file);
  let text: string;
  let program: Program;
  try {
    text = readFileSync(path, 'utf8');
    program = parseProgram(text, path);
  } catch (error) {
    problems.push(`${firstLine(error)}, left out`);
    return null;
  }
  const lane = line?.lane ?? laneOf(program);
  const why = lane === null ? 'no scenario has all of its commands' : wrongLane(lane, program);
  if (lane === null || why !== null) {
    problems.push(`${path}: ${why}, left out`);
    return null;
  }
  const id = corpusId(text);
  if (line !== null && line.id !== id) {
    problems.push(`${path}: its text was changed, so its features are not known`);
    return { id, text, program, lane, features: [] };
  }
  return { id, text, program, lane, features: line?.features ?? [] };
}

function wrongLane(lane: string, { profile }: Program): string | null {
  const [scenario, laneProfile] = lane.split('/');
  if (findScenario(scenario) === undefined) return `it is of scenario '${scenario}', which does not exist`;
  if (laneProfile !== profile) return `it is of profile ${profile}, and its lane is ${lane}`;
  return null;
}

/** The lane of a program without a line: the scenario of its token, else the first that has all of its commands. */
function laneOf({ seed, profile, calls }: Program): string | null {
  const named = findScenario(parseSeed(seed ?? '')?.scenario ?? '');
  const scenario = [...(named === undefined ? [] : [named]), ...SCENARIOS].find(({ commands }) =>
    calls.every(({ command }) => commands.includes(command)),
  );
  return scenario === undefined ? null : `${scenario.name}/${profile}/model`;
}
