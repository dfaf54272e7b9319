// A count of one has its noun in the singular: "1 command", never "1 commands".

import fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import type { StatsLine, WorkerStatus } from '../src/campaign/campaign_types';
import { campaignStatusText, campaignText } from '../src/report/campaign_report/campaign_text';
import { duration, plural } from '../src/report/figures';
import { summaryText } from '../src/report/fuzz_summary';
import { largeCampaign } from '../bench/large_campaign';
import { ROOT } from './support/cli';

/** A constant, and a name, which stands before a verb: `core runs`. */
const NO_NUMBER = /^([A-Z][A-Z0-9_]*|(.*\.)?[A-Z0-9_]+_MAX|(.*\.)?(name|file|profileName))$/;
/** Words behind a number that are no plurals. */
const SINGULAR = /^(has|is|was|its|this|less|pass|plus|across|as|process|does|s|ms)$/;

const sources = ['src', 'fuzz'].flatMap((folder) =>
  readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => path.join(folder, name)),
);

/** Calls `take` with each node of a source file. */
function walk(node: ts.Node, take: (node: ts.Node) => void): void {
  take(node);
  node.forEachChild((child) => walk(child, take));
}

/** Whether the text stands in `number === 1 ? 'once' : …`, which has another text for one. */
function isForMany(node: ts.Node): boolean {
  for (let at = node.parent; ts.isExpression(at); at = at.parent)
    if (ts.isConditionalExpression(at) && / === 1$/.test(at.condition.getText())) return true;
  return false;
}

/** A number in a text: an expression, and the word behind it. */
interface Counted {
  readonly at: string;
  readonly expression: string;
  readonly word: string;
}

/** The parts of all texts of a source file in which an expression stands before a word. */
function countedIn(file: string): Counted[] {
  const source = ts.createSourceFile(file, readFileSync(path.join(ROOT, file), 'utf8'), ts.ScriptTarget.Latest, true);
  const found: Counted[] = [];
  walk(source, (node) => {
    if (!ts.isTemplateSpan(node)) return;
    const word = /^ ([a-z]+)\b/.exec(node.literal.text)?.[1];
    if (isForMany(node)) return;
    const line = source.getLineAndCharacterOfPosition(node.getStart()).line + 1;
    if (word !== undefined) found.push({ at: `${file}:${line}`, expression: node.expression.getText(source), word });
  });
  return found;
}

/** The nouns that some output counts, in the plural. */
function countedNouns(): ReadonlySet<string> {
  const nouns = new Set<string>(['times', 'others', 'schedules', 'searches', 'branches', 'leases', 'workers', 'lines']);
  for (const file of sources)
    for (const [, noun, many] of readFileSync(path.join(ROOT, file), 'utf8').matchAll(
      /\bplural\([^;]*?, '([a-z ]+)'(?:, '([a-z ]+)')?\)/g,
    ))
      nouns.add((many ?? `${noun}s`).split(' ')[0]);
  return nouns;
}

test('every number before a noun that is counted comes from plural()', () => {
  const nouns = countedNouns();
  expect(nouns.size).toBeGreaterThan(12);
  const wrong = sources
    .flatMap(countedIn)
    .filter(({ word, expression }) => nouns.has(word) && !NO_NUMBER.test(expression));
  expect(wrong.map(({ at, expression, word }) => `${at}: \${${expression}} ${word}`)).toEqual([]);
});

test('plural() gives one noun for one and many for all else, for the number that is shown', () => {
  expect([0, 1, 2, 1.4, 1000].map((number) => plural(number, 'call'))).toEqual([
    ...['0 calls', '1 call', '2 calls', '1 call', '1,000 calls'],
  ]);
  expect(plural(2, 'branch', 'branches')).toBe('2 branches');
});

/** The first `1 nouns` of a text. */
function wrongIn(text: string): string | undefined {
  return [...text.matchAll(/(?<![\d,.#/:-])1 ([a-z]+s)\b/g)].find(([, word]) => !SINGULAR.test(word))?.[0];
}

const few = fc.integer({ min: 0, max: 2 });
const state = fc.constantFrom<WorkerStatus['state']>('starts', 'searches', 'reduces', 'waits', 'restarts');
const worker = fc.record({ state, commands: few, commandsOfTask: few });
const figures = fc.record({
  programs: few,
  commands: few,
  corpus: few,
  features: few,
  branches: fc.record({ covered: few, total: few }),
  findings: fc.record({ new: few, known: few, flaky: few }),
});
const rate = { at: 0, seconds: 3, commandsPerSecond: 1, sinceNewSeconds: 1 };

test('the status line, the summary of a campaign and that of a search count small numbers right', () => {
  const large = largeCampaign();
  fc.assert(
    fc.property(figures, fc.array(worker, { maxLength: 3 }), few, few, (totals, states, lanes, reports) => {
      const workers = states.map((one, i) => ({ ...one, id: `w${i}`, rssBytes: 0, restarts: 0 }));
      const line: StatsLine = { ...rate, ...totals, workers };
      const report = {
        ...large,
        totals: { ...totals, seconds: 1 },
        lanes: large.lanes.slice(0, lanes),
        findings: large.findings.slice(0, reports).map((finding) => ({ ...finding, reports })),
      };
      const counts = {
        ...{ executed: totals.commands, skipped: 0, evaluated: totals.programs },
        ...{ compared: 0, notSearched: 0 },
      };
      const run = {
        ...counts,
        scenario: 'core',
        target: 'model',
        profile: 'linux-6.12',
        seed: 3,
        seconds: 1,
        ...totals,
      };
      const texts = [
        campaignStatusText(line),
        campaignText(report, 'campaign'),
        summaryText({
          ...run,
          findings: [],
          known: [],
          invariants: {},
          commandCounts: {},
          covers: [],
          neverExecuted: [],
          neverEvaluated: [],
          reducingSeconds: 0,
        }),
      ];
      expect(texts.map(wrongIn)).toEqual(texts.map(() => undefined));
    }),
  );
});

describe('the status line of a campaign', () => {
  const line: StatsLine = {
    ...{ at: 0, seconds: 7, programs: 0, commands: 0, commandsPerSecond: 4556, corpus: 0, features: 0 },
    ...{ branches: { covered: 0, total: 0 }, findings: { new: 0, known: 0, flaky: 0 }, sinceNewSeconds: 7 },
    workers: [
      { id: 'w1', state: 'searches', commands: 900, commandsOfTask: 800, rssBytes: 0, restarts: 0 },
      { id: 'w2', state: 'reduces', commands: 50, commandsOfTask: 50, rssBytes: 0, restarts: 0 },
    ],
  };

  test('counts the commands of leases at hand, does not say when nothing was new, and says what workers do', () => {
    expect(campaignStatusText(line)).toBe(
      '7 s: 4,556 commands/s, 800 commands, findings 0 new, nothing new yet, workers: 1 searching, 1 reducing',
    );
  });

  test('says when the last progress was made', () => {
    expect(campaignStatusText({ ...line, sinceNewSeconds: 5 })).toContain('last progress 5 s ago');
  });
});

test('a time is in the units that people use', () => {
  expect([0.9, 65, 3 * 3600 + 61].map(duration)).toEqual(['0 s', '1 min 5 s', '3 h 1 min']);
});
