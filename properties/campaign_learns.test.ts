// A campaign learns: the program that reaches something first is kept, every worker hears of it, and taken branches are
// counted.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { StatsLine } from '../src/campaign/campaign_types';
import { CampaignCorpus } from '../src/campaign/campaign_corpus';
import { corpusId, readCorpus } from '../src/corpus/corpus_files';
import type { KeptProgram } from '../src/campaign/worker_messages';
import { campaign, reportIn } from './support/campaign';
import { linesOf } from './campaign_kills/ledger_of';
import { mutantOf } from './support/model';
import { buildOnce, folderForTests, skbcheck, onlyAnnounced } from './support/cli';

const folder = folderForTests('campaign-learns');
const at = (name: string): string => path.join(folder, name);
const CORE = ['--scenarios', 'core', '--targets', 'model', '--seed', '7', '--lease', '100', '--workers', '2'];

beforeAll(() => {
  buildOnce();
  const { code, stderr } = campaign(folder, 'core', ...CORE, '--commands', '150000');
  expect({ code, stderr }).toEqual({ code: 0, stderr: onlyAnnounced });
});

test('programs that reached something first are in the corpus, and counted in the report', () => {
  const { entries, problems } = readCorpus(at('core/corpus'));
  expect(problems).toEqual([]);
  const { corpus, features, branches } = reportIn(at('core')).totals;
  expect(corpus).toBe(entries.length);
  expect(features).toBe(new Set(entries.flatMap((entry) => entry.features)).size);
  expect(corpus).toBeGreaterThan(100);
  // The core is a part of the model.
  expect(branches.covered).toBeGreaterThan(branches.total / 20);
  expect(branches.covered).toBeLessThan(branches.total);
});

test('workers share what one of them kept: nothing is kept twice for the same reason', () => {
  const { entries } = readCorpus(at('core/corpus'));
  const reasons = entries.filter(({ lane }) => lane === entries[0].lane).flatMap(({ features }) => features);
  // Two workers may keep a program for the same reason at the same moment.
  expect(new Set(reasons).size).toBeGreaterThan(reasons.length / 2);
  const { stdout } = skbcheck(['corpus', 'stats', 'core/corpus', '--json'], { cwd: folder });
  expect(JSON.parse(stdout)).toMatchObject({ programs: entries.length });
});

test('coverage.json has the lines of the model that were taken, by their .ts files', () => {
  const map = JSON.parse(readFileSync(at('core/coverage.json'), 'utf8')) as Record<
    string,
    { b: Record<string, number[]> }
  >;
  const { b } = map['src/model/net/core/skbuff/merge_split/skb_try_coalesce.ts'];
  expect(
    Object.values(b)
      .flat()
      .some((count) => count > 0),
  ).toBe(true);
});

test('a resumed campaign keeps its corpus, and leaves out a damaged program', () => {
  const before = readCorpus(at('core/corpus')).entries;
  writeFileSync(at(`core/corpus/${before[0].id}.skb`), 'profile linux-6.12\nskb1 = alloc_skb(\n');
  const { code, stderr } = campaign(folder, 'core', ...CORE, '--commands', '300000');
  expect(code).toBe(0);
  expect(stderr).toContain(`${before[0].id}.skb:2:`);
  const after = new Set(readCorpus(at('core/corpus')).entries.map(({ id }) => id));
  // Some are dropped when there is no room, and others replace them.
  const kept = before.slice(1).filter(({ id }) => after.has(id));
  expect(kept.length).toBeGreaterThan(before.length / 4);
  expect(after.has(before[0].id)).toBe(false);
  const lines = linesOf(at('core'), 'stats.jsonl') as StatsLine[];
  expect(lines[lines.length - 1].corpus).toBe(after.size);
  expect(existsSync(at('core/coverage.json'))).toBe(true);
});

test('a corpus finds a bug that is newer than itself, before new programs reach it', () => {
  const mutant = mutantOf('B5-alive');
  const words = [
    '--mutant',
    mutant.id,
    '--targets',
    'model',
    '--seed',
    '3',
    '--lease',
    '20',
    '--workers',
    '1',
    '--commands',
    '1',
  ];
  expect(campaign(folder, 'without', ...words).code).toBe(0);
  mkdirSync(at('with/corpus'), { recursive: true });
  writeFileSync(at('with/corpus/own.skb'), `profile ${mutant.profile}\n${mutant.program}`);
  const { code } = campaign(folder, 'with', ...words);
  expect(code).toBe(1);
  const { findings, totals } = reportIn(at('with'));
  expect(findings.map(({ invariant }) => invariant)).toEqual([expect.stringMatching(mutant.expected.join('|'))]);
  // The program has no number, so there is no token; and it is counted.
  expect(findings[0].token).toBeUndefined();
  expect(totals.programs).toBe(reportIn(at('without')).totals.programs + 1);
  // Once for a campaign: a resumed campaign does not run it again.
  expect(campaign(folder, 'with', ...words.slice(0, -1), '4000').code).toBe(1);
  expect(reportIn(at('with')).findings[0].reports).toBe(1);
});

test('a full corpus makes room: it drops the programs that add least to the others', () => {
  const learnt = new CampaignCorpus(at('full'), () => undefined);
  const lane = 'core/linux-6.12/model';
  const entryOf = (size: number): KeptProgram => {
    const text = `profile linux-6.12\nskb1 = alloc_skb(size: ${size})\n`;
    return { id: corpusId(text), text, lane, features: [size] };
  };
  // Each has one feature of its own; every third has no feature that the next lacks.
  const all = Array.from({ length: 500 }, (_, i) => entryOf(i));
  all.forEach((entry, i) => learnt.add(entry, i % 3 === 0 ? [i + 1] : [i, 1_000 + i]));
  expect(learnt.counts.corpus).toBe(500);
  expect(learnt.add(entryOf(500), [500, 1500])).toBe(true);
  const { entries, problems } = readCorpus(at('full/corpus'));
  expect(problems).toEqual([]);
  expect(entries.map(({ id }) => id)).toEqual(learnt.entries.map(({ id }) => id));
  expect(entries).toHaveLength(301);
  const left = new Set(entries.map(({ id }) => id));
  expect(all.filter(({ id }, i) => i % 3 === 0 && left.has(id))).toEqual([]);
  // Another lane has room of its own.
  expect(learnt.add({ ...entryOf(501), lane: 'gro/linux-6.12/model' })).toBe(true);
});

test('a worker that keeps a program that does not parse does not end the campaign', () => {
  const said: string[] = [];
  const learnt = new CampaignCorpus(at('worker-says'), (line) => said.push(line));
  const entry = { id: '0123456789ab', lane: 'core/linux-6.12/model', features: [1] };
  expect(learnt.add({ ...entry, text: 'profile linux-6.12\nskb1 = alloc_skb(size: 99999999)\n' })).toBe(false);
  expect(said).toEqual([expect.stringContaining("0123456789ab:2:24: error: 'size' is 99999999")]);
  expect(learnt.add({ ...entry, text: 'profile linux-6.12\nskb1 = alloc_skb(size: 64)\n' })).toBe(true);
  expect(readCorpus(at('worker-says/corpus')).entries).toHaveLength(1);
});
