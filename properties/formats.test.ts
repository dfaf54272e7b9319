// Whatever a command prints with --json is one document that its schema knows, errors too.

import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { largeCampaign } from '../bench/large_campaign';
import type { CampaignReport } from '../src/campaign/campaign_types';
import { commandsIn } from '../src/cli/help/add_help';
import { commandTree } from '../src/cli/main';
import { campaignDocument } from '../src/report/documents/campaign_document';
import { documentText } from '../src/report/documents/documents';
import { junitXml } from '../src/report/junit';
import { availableTargets } from '../src/targets/linux';
import { BIN, buildOnce, folderForTests, skbcheck, wrapperOf, type Ended } from './support/cli';
import { HOSTILE } from './support/hostile_text';
import { skbcheckHere } from './support/in_process';
import { mutantOf } from './support/model';
import { hasRedis, TestRedis } from './support/redis';
import { mistakesOfDocument, mistakesOfJunit, SCHEMA_KINDS } from './support/validate';

const folder = folderForTests('formats');
const campaign: CampaignReport = { ...largeCampaign(), findings: largeCampaign().findings.slice(0, 6) };
const NOT_SET_UP = { SKBCHECK_CACHE: path.join(folder, 'no-cache') };

const PROGRAM = 'profile linux-6.12\nskb1 = alloc_skb(size: 100)\nskb_put(skb: skb1, len: 1000)\n';
const BROKEN = `profile linux-6.12
pool1 = page_pool_create(pool_size: 1)
page1 = page_pool_alloc_pages(pool: pool1)
skb1 = build_skb(page: page1, frag_size: 768)
skb_put(skb: skb1, len: 385)
skb_mark_for_recycle(skb: skb1)
skb2 = alloc_skb(size: 0)
skb_try_coalesce(to: skb2, from: skb1)
`;
const RACE = `profile linux-6.12
skb1 = alloc_skb(size: 0)
skb2 = skb_clone(skb: skb1)
kfree_skb(skb: skb1)
kfree_skb(skb: skb2)
`;

/** `here`: in this process. `child`: it has processes of its own. */
type Way = 'here' | 'child';
type Line = readonly [way: Way, words: string, kind: string, code: number];

/** By subcommand: command lines, the kind of the document of each, and its exit code. */
const LINES: Readonly<Record<string, readonly Line[]>> = {
  fuzz: [
    ['here', 'fuzz core --commands 500', 'fuzz', 0],
    ['here', 'fuzz core --mutant F1 --seed 184467 --commands 20000 --findings 1', 'fuzz', 1],
    ['here', 'fuzz core --commands 500 --all-targets', 'fuzz-all', 0],
    ['here', 'fuzz cor', 'error', 2],
  ],
  compare: [
    ['child', 'compare ./peer ./peer core --commands 500', 'compare', 0],
    ['child', 'compare ./peer ./broken-peer f1.skb', 'compare', 1],
    ['child', 'compare ./peer model', 'error', 2],
  ],
  reach: [
    ['here', 'reach p.skb --target ./peer', 'error', 2],
    ['here', 'reach p.skb --as nobody', 'error', 2],
  ],
  bisect: [
    ['here', 'bisect p.skb --set-up-only', 'error', 2],
    ['here', 'bisect bad.skb', 'error', 2],
  ],
  campaign: [
    [
      'child',
      'campaign --scenarios core --targets model --commands 2000 --workers 1 --lease 20 --no-branches',
      'campaign',
      0,
    ],
    ['child', 'campaign --scenarios cor', 'error', 2],
  ],
  worker: [['child', 'worker --queue redis://127.0.0.1:1', 'error', 3]],
  run: [
    ['here', 'run p.skb', 'run', 0],
    ['here', 'run p.skb b.skb --mutant B2', 'runs', 1],
    ['here', 'run bad.skb', 'error', 2],
    ['here', 'run none.skb', 'error', 2],
    ['here', 'run p.skb --target linux-6.12', 'error', 3],
  ],
  reduce: [
    ['here', 'reduce f1.skb --mutant F1', 'reduce', 1],
    ['here', 'reduce p.skb', 'reduce', 0],
  ],
  explore: [
    ['here', 'explore core --depth 1', 'explore', 0],
    ['here', 'explore core --scope', 'explore-scope', 0],
    ['here', 'explore race.skb --cpu1 5', 'explore-schedules', 0],
    ['here', 'explore core --depth 2 --mutant A5 --commands alloc_skb,kfree_skb', 'explore', 0],
  ],
  keep: [
    ['here', 'keep p.skb kept --dir kept', 'keep', 0],
    ['here', 'keep p.skb ../kept', 'error', 2],
  ],
  list: [
    ['here', 'list commands', 'list-commands', 0],
    ['here', 'list invariants', 'list-invariants', 0],
    ['here', 'list profiles', 'list-profiles', 0],
    ['here', 'list mutants', 'list-mutants', 0],
    ['here', 'list scenarios', 'list-scenarios', 0],
    ['here', 'list promises', 'list-promises', 0],
    ['here', 'list outside', 'list-outside', 0],
    ['here', 'list targets', 'list-targets', 0],
    ['child', 'list commands skb_put', 'list-command', 0],
    ['child', 'list mutants B2', 'list-mutants', 0],
    ['here', 'list config', 'list-config', 0],
    ['here', 'list command', 'error', 2],
  ],
  'kernel setup': [['here', 'kernel setup --of', 'error', 2]],
  'kernel list': [['here', 'kernel list extra', 'error', 2]],
  'kernel remove': [['here', 'kernel remove 5.4', 'error', 2]],
  'kernel info': [
    ['here', 'kernel info', 'kernel-info', 4],
    ['here', 'kernel info linux-5.4', 'error', 2],
  ],
  'kernel build': [['here', 'kernel build --source nothing -o built', 'error', 2]],
  show: [['child', 'show b.skb --mutant B2 -o b.html', 'show', 1]],
  report: [
    ['child', 'report nightly', 'report', 1],
    ['here', 'report p.skb --for maintainer', 'report-maintainer', 4],
    ['here', 'report nowhere', 'error', 2],
  ],
  export: [
    ['here', 'export race.skb -o exported', 'export', 0],
    ['here', 'export p.skb -o with-a-call-left-out', 'export', 4],
    ['here', 'export outside.skb -o exported-outside', 'export-outside', 0],
    ['here', 'export bad.skb -o not-exported', 'error', 2],
  ],
  serve: [['child', 'serve --profile linux-6.0', 'error', 2]],
  rules: [
    ['here', 'rules', 'rules', 0],
    ['here', 'rules --at 7.0.4', 'rules-at', 0],
    ['here', 'rules --between 6.12.43 7.3.4', 'rules-between', 0],
    ['here', 'rules noSuchRule', 'error', 2],
  ],
  // It needs a kernel, and hours.
  'history-of-bugs': [['here', 'history-of-bugs --bugs A0', 'error', 2]],
  hunt: [['here', 'hunt 6.12.43 --scenarios nothing', 'error', 2]],
  'kernel check-history': [['here', 'kernel check-history noSuchRule', 'error', 2]],
  costs: [
    ['here', 'costs', 'costs', 0],
    ['here', 'costs --program forward', 'error', 2],
  ],
  mutants: [
    ['child', 'mutants --id F1 --strategy swarm --trials 1 --workers 1', 'mutants', 0],
    ['child', 'mutants --id F1 --invariants --commands 1000 --workers 1', 'mutants-invariants', 0],
    ['child', 'mutants --id F1 --trials 0', 'error', 2],
  ],
  completion: [
    ['here', 'completion bash', 'completion', 0],
    ['here', 'completion csh', 'error', 2],
  ],
  'corpus stats': [
    ['here', 'corpus stats programs', 'corpus', 0],
    ['here', 'corpus stats nowhere', 'error', 2],
  ],
  // corpus.test.ts has their documents: to count the branches of the model takes a while.
  'corpus merge': [['here', 'corpus merge nowhere -o merged', 'error', 2]],
  'corpus minimize': [['here', 'corpus minimize nowhere', 'error', 2]],
};

/** Kinds that need a service or an hour; other tests here, or of kernels, print them. */
const ELSEWHERE = [
  'compare-outside',
  'worker',
  'bisect',
  'reach',
  'hunt',
  'serve',
  'kernel-build',
  'kernel-list',
  'kernel-remove',
  'kernel-images',
  'kernel-check-history',
  'costs-program',
  'history-of-bugs',
];

/** The subcommands that do something. */
const all = commandsIn(commandTree()).filter(({ command }) => command.commands.length === 0);

beforeAll(() => {
  buildOnce();
  for (const name of ['nightly', 'programs']) mkdirSync(path.join(folder, name));
  const put = (name: string, text: string): void => writeFileSync(path.join(folder, name), text);
  wrapperOf(folder, 'peer', 'serve');
  wrapperOf(folder, 'broken-peer', 'serve', '--mutant', 'F1');
  put('p.skb', PROGRAM);
  put('b.skb', BROKEN);
  put('f1.skb', `profile linux-6.12\n${mutantOf('F1').program}`);
  put('race.skb', RACE);
  put('outside.skb', 'profile linux-6.12\nas: user\nfd1 = pipe2()\n');
  put('bad.skb', 'profile linux-6.12\nskb1 = aloc_skb(size: 1)\n');
  put('programs/p.skb', PROGRAM);
  put('nightly/report.json', documentText('campaign', campaignDocument(campaign)));
});

test('every command takes --json', () => {
  const without = all.filter(({ command }) => !command.options.some(({ long }) => long === '--json'));
  expect(without.map(({ words }) => words)).toEqual([]);
});

test('the next command has a line here too', () => {
  expect(all.map(({ words }) => words).sort()).toEqual(Object.keys(LINES).sort());
});

test('every kind of document is printed by some line', () => {
  const printed = Object.values(LINES).flatMap((lines) => lines.map(([, , kind]) => kind));
  expect([...new Set([...printed, ...ELSEWHERE])].sort()).toEqual([...SCHEMA_KINDS].sort());
});

/** The only document of a stream. */
function documentIn(text: string): { kind: string; [field: string]: unknown } {
  const document = JSON.parse(text) as { kind: string };
  expect(mistakesOfDocument(document)).toEqual([]);
  return document as ReturnType<typeof documentIn>;
}

const ran = new Map<string, Promise<Ended> | Ended>();

/** Runs a line with `--json`, once: several tests look at the same document. */
function run(way: Way, words: string): Promise<Ended> | Ended {
  const known = ran.get(words);
  if (known !== undefined) return known;
  const args = [...words.split(' '), '--json'];
  const runs = way === 'here' ? skbcheckHere : skbcheck;
  const ended = runs(args, { cwd: folder, env: NOT_SET_UP });
  ran.set(words, ended);
  return ended;
}

describe('with --json, stdout is one document with a version, a kind, and the fields of its schema:', () => {
  const lines = Object.values(LINES).flat();
  test.each(lines.filter(([, words]) => !words.startsWith('serve')))('%s: %s', async (way, words, kind, code) => {
    const ended = await run(way, words);
    const document = documentIn(ended.stdout);
    expect([document.kind, ended.code]).toEqual([kind, code]);
    if (kind !== 'error') return;
    expect(document.exitCode).toBe(code);
    expect(ended.stderr).toContain(document.message);
  });
});

test('serve has the protocol on stdout, so its documents are on stderr', () => {
  const mistake = skbcheck(['serve', '--profile', 'linux-5.13', '--json'], { cwd: folder });
  expect([mistake.code, mistake.stdout, documentIn(mistake.stderr).kind]).toEqual([2, '', 'error']);
  // A frame of four bytes: HELLO, of which the number is 1.
  const input = Buffer.from(Uint32Array.of(4, 1).buffer);
  const served = skbcheck(['serve', '--json'], { cwd: folder, input });
  expect([served.code, documentIn(served.stderr)]).toMatchObject([0, { kind: 'serve', answered: 1 }]);
});

test('an error says what to do next, and where in a file it is', async () => {
  const inFile = documentIn((await run('here', 'run bad.skb')).stdout);
  expect(inFile).toMatchObject({ code: 'program', file: 'bad.skb', line: 2, column: 8 });
  expect(documentIn((await run('here', 'fuzz cor')).stdout)).toMatchObject({
    code: 'usage',
    hint: "did you mean 'core'?",
  });
  expect(documentIn((await run('here', 'run p.skb --target linux-6.12')).stdout)).toMatchObject({
    code: 'target',
    hint: expect.stringContaining('kernel setup') as unknown,
  });
});

test('a finding of fuzz has its sentence and its program, not only the name of a file', async () => {
  const document = documentIn((await run('here', LINES.fuzz[1][1])).stdout);
  const [{ sentence, program }] = document.findings as { sentence: string; program: string }[];
  expect(sentence).toMatch(/^truesize-exact: skb#\d+ /);
  expect(program).toContain('skb_try_coalesce');
});

test('a program of costs is in a document', async () => {
  const { stdout } = await run('here', 'costs');
  const [{ name }] = documentIn(stdout).paths as { name: string }[];
  const { kind, program } = documentIn((await run('here', `costs --program ${name}`)).stdout);
  expect([kind, String(program).includes('profile')]).toEqual(['costs-program', true]);
});

test('a kernel that was built is described by its schema', () => {
  const built = { target: 'debug', release: '6.12.1', image: 'debug/bzImage' };
  expect(documentIn(documentText('kernel-build', built))).toMatchObject({ version: 1, ...built });
});

const isSetUp = availableTargets().includes('linux-6.12');
(isSetUp ? test : test.skip)('a kernel that is set up is described by its schema', async () => {
  const { stdout } = await skbcheckHere(['kernel', 'info', 'linux-6.12', '--json'], { cwd: folder });
  expect(documentIn(stdout)).toMatchObject({ kind: 'kernel-info', targets: [{ target: 'linux-6.12' }] });
});

(hasRedis() ? test : test.skip)('a worker that is interrupted says what it executed', async () => {
  mkdirSync(path.join(folder, 'redis'));
  const redis = await TestRedis.start(path.join(folder, 'redis'));
  try {
    const child = spawn(process.execPath, [BIN, 'worker', '--queue', redis.url, '--workers', '1', '--json']);
    let stdout = '';
    child.stdout.on('data', (text: Buffer) => (stdout += String(text)));
    child.stderr.on('data', (text: Buffer) => String(text).includes('waiting for a campaign') && child.kill('SIGINT'));
    const code = await new Promise((resolve) => child.once('close', resolve));
    expect([code, documentIn(stdout)]).toMatchObject([130, { kind: 'worker', interrupted: true, executed: 0 }]);
  } finally {
    await redis.stop();
  }
});

describe('junit.xml is what CI systems read', () => {
  const states = ['new', 'known', 'flaky'] as const;
  const hostile = { ...campaign.findings[0], sentence: HOSTILE, signature: HOSTILE, report: HOSTILE };
  test.each<[string, CampaignReport]>([
    ['with findings', campaign],
    ['without', { ...campaign, findings: [] }],
    ['with every state', { ...campaign, findings: states.map((state, i) => ({ ...campaign.findings[i], state })) }],
    ['with hostile text', { ...campaign, findings: [hostile], problems: [HOSTILE] }],
  ])('%s', async (_name, report) => {
    expect(await mistakesOfJunit(junitXml(report, 'nightly', new Map()))).toEqual([]);
  });

  test('and what they do not read is noticed', async () => {
    const xml = junitXml(campaign, 'nightly', new Map());
    expect(await mistakesOfJunit(xml.replace('<testcase', '<testcase holds="true"'))).not.toEqual([]);
  });
});
