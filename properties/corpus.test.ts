// The corpus of a campaign: programs that reached something new.

import { count } from '../src/report/figures';
import { appendFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Corpus } from '../src/corpus/corpus';
import { mergedCorpus, minimizedCorpus, type Measure } from '../src/corpus/corpus_edit';
import { corpusId, CorpusFiles, readCorpus, writeCorpus, type StoredEntry } from '../src/corpus/corpus_files';
import { CorpusRun, type Kept } from '../src/corpus/corpus_run';
import { CorpusSearch } from '../src/campaign/worker/corpus_search';
import type { LeaseKind } from '../src/campaign/campaign_types';
import { FeatureMeter } from '../src/corpus/measure_features';
import { coverOf } from '../src/corpus/set_cover';
import { findScenario } from '../src/generate/scenarios/registry';
import type { Scenario } from '../src/generate/scenario';
import { parseProgram } from '../src/program/parse';
import { printProgram } from '../src/program/print';
import type { Profile } from '../src/rules/profiles';
import { signatureOf } from '../src/session/verdict';
import { brokenProfile, mutantOf, profileOf, sessionOf, verdictOf } from './support/model';
import { buildOnce, folderForTests, skbcheck } from './support/cli';
import { mistakesOfDocument } from './support/validate';

const SEED = Number(process.env.SKBCHECK_SEED ?? 11);
const folder = folderForTests('corpus');

function lane(scenario: string, profile: string): string {
  return `${scenario}/${profile}/model`;
}

/** Searches that many programs, from the given corpus. */
function searchOf(
  scenario: string,
  profile: Profile,
  kind: LeaseKind,
  corpus: Corpus,
  programs: number,
  first = SEED * 10_000,
): { kept: Kept[]; search: CorpusSearch } {
  const lease = {
    ...{ id: `${lane(scenario, profile.name)}#0`, kind, position: 0, first, programs },
    lane: { id: lane(scenario, profile.name), scenario, profile: profile.name, target: 'model' },
  };
  const kept: Kept[] = [];
  const session = sessionOf(profile);
  const search = new CorpusSearch(
    findScenario(scenario) as Scenario,
    profile,
    session,
    lease,
    corpus,
    undefined,
    (one) => kept.push(one),
  );
  while (search.slice(1000));
  return { kept, search };
}

function keptOf(scenario: string, profile: Profile, programs: number, first?: number): StoredEntry[] {
  const { kept } = searchOf(scenario, profile, 'generated', new Corpus(), programs, first);
  return kept.map(({ id, text, program, features }) => ({
    ...{ id, text, program, features },
    lane: lane(scenario, profile.name),
  }));
}

const meter = new FeatureMeter();
const measure: Measure = (entries) => Promise.resolve(entries.map(({ program }) => meter.reachedBy(program)));
const reachedByAll = (entries: readonly StoredEntry[]): number[] =>
  [...new Set(entries.flatMap(({ program }) => meter.reachedBy(program) ?? []))].sort((a, b) => a - b);
const listed = (entries: readonly StoredEntry[]): unknown =>
  entries.map(({ id, features, lane: of }) => [id, features, of]);

const PROFILE = profileOf('linux-6.12');

describe.each(['core', 'races', 'xdp'])(`a search of %s (seed ${SEED})`, (scenario) => {
  test('keeps programs that reach their features again, alone and from their text', () => {
    const corpus = new Corpus();
    const generated = searchOf(scenario, PROFILE, 'generated', corpus, 60).kept;
    const mutated = searchOf(scenario, PROFILE, 'mutated', corpus, 60, 5_000).kept;
    expect(mutated.length).toBeGreaterThan(5);
    const seen = new Set<number>();
    for (const { id, text, program, features } of [...generated, ...mutated]) {
      expect(id).toBe(corpusId(text));
      expect(printProgram(parseProgram(text, id))).toBe(text);
      const reached = new Set(meter.reachedBy(program));
      expect(features.length).toBeGreaterThan(0);
      expect(features.filter((feature) => !reached.has(feature))).toEqual([]);
      expect(features.filter((feature) => seen.has(feature))).toEqual([]);
      for (const feature of features) seen.add(feature);
    }
    expect(corpus.features).toBe(seen.size);
  });

  test('is deterministic', () => {
    const once = (): unknown => {
      const corpus = new Corpus();
      const { kept } = searchOf(scenario, PROFILE, 'generated', corpus, 30);
      return [kept, searchOf(scenario, PROFILE, 'mutated', corpus, 30, 7_000).kept].map((all) =>
        all.map(({ id }) => id),
      );
    };
    expect(once()).toEqual(once());
  });
});

test.each(['B2'])('a search with the corpus of another finds %s', (id) => {
  const mutant = mutantOf(id);
  const corpus = new Corpus();
  for (const { id: entry, text, features } of keptOf('core', profileOf(mutant.profile), 60))
    corpus.learn(entry, text, features);
  const { search } = searchOf('core', brokenProfile(mutant), 'mutated', corpus, 1500);
  const { findings } = search.result();
  expect(findings.map(({ verdict }) => verdict.kind === 'violation' && verdict.invariant)).toEqual(
    expect.arrayContaining([expect.stringMatching(mutant.expected.join('|'))]),
  );
  // A finding reports a program that any reader can run.
  const [{ program, signature }] = findings;
  const again = parseProgram(printProgram(program), 'finding');
  expect(signatureOf(verdictOf(sessionOf(brokenProfile(mutant)), again))).toBe(signature);
});

test.each(['core', 'races', 'xdp'])(
  'programs kept of %s reach their features again, executed as they are',
  (scenario) => {
    const kept = keptOf(scenario, PROFILE, 60);
    const corpus = new Corpus();
    const session = sessionOf(PROFILE);
    const run = new CorpusRun(findScenario(scenario) as Scenario, PROFILE, session, corpus);
    for (const { id, program, features } of kept) {
      corpus.add(id, program, features, []);
      const entry = corpus.entries[corpus.entries.length - 1];
      run.replay(entry);
      expect(session.verdict.kind).toBe('clean');
      const reached = new Set(entry.features);
      expect(features.filter((feature) => !reached.has(feature))).toEqual([]);
      expect((meter.reachedBy(program) ?? []).filter((feature) => !reached.has(feature))).toEqual([]);
      expect(run.program().calls.map(({ command }) => command.name)).toEqual(
        program.calls.map(({ command }) => command.name),
      );
    }
    // No program is kept for its own replay.
    expect(corpus.entries).toHaveLength(kept.length);
  },
);

test('a corpus is ripe when hardly any program reaches a new feature', () => {
  const corpus = new Corpus();
  for (let i = 0; i < 400; i++) corpus.countProgram(i % 2 === 0);
  expect(corpus.ripe).toBe(false);
  for (let i = 0; i < 400; i++) corpus.countProgram(i % 8 === 0);
  expect(corpus.ripe).toBe(true);
});

test('a full corpus drops programs whose features others have', () => {
  const corpus = new Corpus(40);
  const all = keptOf('core', PROFILE, 120);
  expect(all.length).toBeGreaterThan(60);
  for (const { id, text, features } of all) corpus.learn(id, text, features);
  expect(corpus.entries.length).toBeLessThanOrEqual(40);
  expect(corpus.entries.at(-1)?.id).toBe(all.at(-1)?.id);
});

test('a cover has every feature, does not depend on the order, and covers itself', () => {
  const items = Array.from({ length: 60 }, (_, i) => ({
    id: `p${i}`,
    size: i % 7,
    features: Array.from({ length: 1 + (i % 5) }, (__, k) => (i * 31 + k * k * 17) % 53),
  }));
  const cover = coverOf(items);
  expect(cover.length).toBeLessThan(items.length);
  expect(new Set(cover.flatMap(({ features }) => features))).toEqual(
    new Set(items.flatMap(({ features }) => features)),
  );
  expect(coverOf([...items].reverse())).toEqual(cover);
  expect(coverOf(cover)).toEqual(cover);
});

describe('corpora of two searches', () => {
  const one = keptOf('core', PROFILE, 40);
  const other = [...keptOf('core', profileOf('linux-6.1'), 40, 400_000), ...keptOf('races', PROFILE, 20)];

  test('merge to the same in any order, and merged again do not change', async () => {
    const { entries, problems } = await mergedCorpus([...one, ...other], measure);
    expect(problems).toEqual([]);
    expect(entries.length).toBe(new Set([...one, ...other].map(({ id }) => id)).size);
    expect(listed((await mergedCorpus([...other, ...one], measure)).entries)).toEqual(listed(entries));
    expect(listed((await mergedCorpus([...entries, ...one], measure)).entries)).toEqual(listed(entries));
  });

  test('are minimized to fewer programs with all features', async () => {
    const { entries } = await minimizedCorpus([...one, ...other], measure);
    expect(entries.length).toBeLessThan(one.length + other.length);
    expect(reachedByAll(entries)).toEqual(reachedByAll([...one, ...other]));
    expect(listed((await minimizedCorpus(entries, measure)).entries)).toEqual(listed(entries));
  });

  test('are read back from the files that they are written to', () => {
    const directory = path.join(folder, 'written');
    writeCorpus(directory, one);
    expect(readCorpus(directory)).toEqual({ entries: one, problems: [] });
    writeCorpus(directory, one.slice(0, 3));
    expect(readCorpus(directory)).toEqual({ entries: one.slice(0, 3), problems: [] });
    const files = new CorpusFiles(directory, readCorpus(directory).entries);
    expect(one.map((entry) => files.add(entry))).toEqual(one.map((_, i) => i >= 3));
    expect(readCorpus(directory)).toEqual({ entries: one, problems: [] });
  });
});

describe('a directory with a broken part', () => {
  const entries = keptOf('core', PROFILE, 10);
  const broken = (name: string): string => {
    const directory = path.join(folder, name);
    writeCorpus(directory, entries);
    return directory;
  };

  test('may end in a line that was cut off, and the next line is whole', () => {
    const directory = broken('cut');
    const list = path.join(directory, 'corpus.jsonl');
    writeFileSync(list, readFileSync(list, 'utf8').slice(0, -20));
    const read = readCorpus(directory);
    expect(read.problems).toEqual([]);
    // The program exists, but its features are not known.
    expect(read.entries.map(({ id }) => id).sort()).toEqual(entries.map(({ id }) => id).sort());
    const files = new CorpusFiles(directory, entries.slice(0, -1));
    files.add(entries.at(-1) as StoredEntry);
    expect(readCorpus(directory)).toEqual({ entries, problems: [] });
  });

  test('leaves out, with a message, a file that is no program, no line, or of another scenario or profile', () => {
    const directory = broken('broken');
    const [first, second, third, fourth] = entries;
    writeFileSync(path.join(directory, `${first.id}.skb`), 'profile linux-6.12\nskb1 = alloc_skb(sise: 1)\n');
    writeFileSync(path.join(directory, `${second.id}.skb`), Buffer.from([0, 255, 254, 10, 0]));
    writeFileSync(path.join(directory, 'stray.skb'), 'profile linux-9\nskb1 = alloc_skb(size: 1)\n');
    const list = path.join(directory, 'corpus.jsonl');
    const lines = readFileSync(list, 'utf8').replace(`${third.id}","features"`, `${third.id}","festures"`);
    const moved = (text: string, { id }: StoredEntry, to: string): string =>
      text.replace(new RegExp(`("id":"${id}".*"lane":")[^"]*`), `$1${to}`);
    writeFileSync(list, moved(moved(lines, fourth, 'core/linux-6.1/model'), entries[4], 'kore/linux-6.12/model'));
    appendFileSync(list, '{"id":"../../etc/pass","features":[],"lane":"core/linux-6.12/model"}\n[]\n');
    const read = readCorpus(directory);
    expect(read.entries.length).toBe(entries.length - 4);
    expect(read.problems).toEqual([
      expect.stringContaining('corpus.jsonl:3: not a line of a corpus'),
      expect.stringContaining(`corpus.jsonl:${entries.length + 1}: not a line`),
      expect.stringContaining(`corpus.jsonl:${entries.length + 2}: not a line`),
      expect.stringContaining(`${first.id}.skb:2`),
      expect.stringContaining(`${second.id}.skb:1`),
      expect.stringContaining('it is of profile linux-6.12, and its lane is core/linux-6.1/model'),
      expect.stringContaining("it is of scenario 'kore', which does not exist"),
      expect.stringContaining('stray.skb:1'),
    ]);
  });
});

describe('skbcheck corpus', () => {
  beforeAll(buildOnce);

  test('merges, minimizes and describes, with the branches of the model', () => {
    writeCorpus(path.join(folder, 'a'), keptOf('core', PROFILE, 25));
    mkdirSync(path.join(folder, 'b'));
    writeFileSync(path.join(folder, 'b', 'mine.skb'), 'profile linux-6.12\nskb1 = alloc_skb(size: 1)\n');
    const merge = skbcheck(['corpus', 'merge', 'a', 'b', '-o', 'c', '--json'], { cwd: folder });
    expect(merge).toMatchObject({ code: 0, stderr: '' });
    const merged = JSON.parse(merge.stdout) as { programs: number; features: number };
    const states = reachedByAll(readCorpus(path.join(folder, 'c')).entries).length;
    // Branch arms are added to state features: some share a number.
    expect(merged.features).toBeGreaterThan(states + 100);
    const minimized = skbcheck(['corpus', 'minimize', 'c', '--json'], { cwd: folder });
    for (const { stdout } of [merge, minimized]) expect(mistakesOfDocument(JSON.parse(stdout))).toEqual([]);
    expect(JSON.parse(minimized.stdout)).toMatchObject({ before: merged.programs, features: merged.features });
    const { stdout } = skbcheck(['corpus', 'stats', 'c'], { cwd: folder });
    const { programs } = JSON.parse(minimized.stdout) as { programs: number };
    expect(programs).toBeLessThan(merged.programs);
    expect(stdout).toContain(`${programs} programs, ${count(merged.features)} features that they brought first\n`);
    expect(readdirSync(path.join(folder, 'c')).length).toBe(programs + 1);
  });

  test.each([
    [['corpus', 'stats', 'nowhere'], 'no directory nowhere; a corpus is a directory, such as campaign/corpus'],
    [['corpus', 'stats', 'campaign'], 'campaign is the directory of a campaign: its corpus is campaign/corpus'],
    [['corpus', 'merge', 'nowhere', '-o', 'x'], 'no directory nowhere'],
    [['corpus', 'merge', '.'], "required option '-o, --output <dir>' not specified"],
    [['corpus', 'minimise', '.'], "unknown command 'minimise', did you mean 'minimize'?"],
  ])('explains the mistake in %j', (words, message) => {
    mkdirSync(path.join(folder, 'campaign'), { recursive: true });
    writeFileSync(path.join(folder, 'campaign', 'campaign.json'), '{}\n');
    const { code, stdout, stderr } = skbcheck(words, { cwd: folder });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr.trimEnd().split('\n').length).toBe(1);
  });
});
