import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { largeCampaign } from '../../bench/large_campaign';
import { SCENARIOS } from '../../src/generate/scenarios/registry';
import { campaignDocument } from '../../src/report/documents/campaign_document';
import { documentText } from '../../src/report/documents/documents';
import { executableOf, wrapperOf } from './cli';
import { mutantOf } from './model';

// Command lines of somebody whom nothing favours: nothing is set up, files are empty, targets are dead, time is short.

const PROFILE = 'profile linux-6.12\n';

/** Programs, by the name of their file. */
const PROGRAMS: Readonly<Record<string, string>> = {
  'zero.skb': '',
  'comments.skb': '# nothing\n# but comments\n',
  'no-calls.skb': `${PROFILE}expect clean\n`,
  'all-skipped.skb': `${PROFILE}abuse_panic()\n`,
  'unevaluated.skb': `${PROFILE}napi1 = netif_napi_add()\n`,
  'one-call.skb': `${PROFILE}skb1 = alloc_skb(size: 100)\n`,
  'unmet.skb': `${PROFILE}skb1 = alloc_skb(size: 100)\nexpect no-leak\n`,
  'broken.skb': `${PROFILE}mutant F1\n${mutantOf('F1').program}`,
  'two-cpus.skb': `${PROFILE}skb1 = alloc_skb(size: 0)\nskb2 = skb_clone(skb: skb1)\nkfree_skb(skb: skb2)\n`,
};

const CORPORA = ['corpus', 'empty', 'notes', 'nowhere', 'zeros'];
const CAMPAIGNS = ['found', 'searched-nothing', 'empty', 'nowhere'];
const TARGETS = [
  'model',
  'linux-6.12',
  'linux-5.4',
  './dead',
  './other-language',
  './dies',
  './peer',
  'empty',
  './zero.skb',
];

/** Makes the files and targets that the lines name. */
export function makePlace(folder: string): void {
  for (const name of ['empty', 'notes', 'zeros', 'corpus', 'found', 'searched-nothing'])
    mkdirSync(path.join(folder, name));
  const put = (name: string, text: string): void => writeFileSync(path.join(folder, name), text);
  for (const [name, text] of Object.entries(PROGRAMS)) put(name, text);
  put('notes/notes.txt', 'nothing\n');
  put('zeros/no-calls.skb', PROGRAMS['no-calls.skb']);
  put('zeros/all-skipped.skb', PROGRAMS['all-skipped.skb']);
  put('corpus/one-call.skb', PROGRAMS['one-call.skb']);
  const campaign = { ...largeCampaign(), findings: [] };
  const idle = campaign.lanes.map((lane) => ({ ...lane, leases: 0, programs: 0, commands: 0, invariants: {} }));
  put('found/report.json', documentText('campaign', campaignDocument(campaign)));
  put('searched-nothing/report.json', documentText('campaign', campaignDocument({ ...campaign, lanes: idle })));
  executableOf(folder, 'dead', 'process.exit(0);');
  executableOf(folder, 'other-language', 'console.log("usage: other-language FILE");');
  // It answers HELLO as the model does, then ends.
  wrapperOf(folder, 'serve', 'serve');
  executableOf(
    folder,
    'dies',
    `const child = require('node:child_process').spawn(${JSON.stringify(path.join(folder, 'serve'))});
     process.stdin.pipe(child.stdin);
     child.stdout.once('data', (bytes) => process.stdout.write(bytes, () => { child.kill(); process.exit(1); }));`,
  );
  wrapperOf(folder, 'peer', 'serve');
}

const one = <T>(...values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values);
const words = (...parts: readonly fc.Arbitrary<readonly string[]>[]): fc.Arbitrary<string[]> =>
  fc.tuple(...parts).map((all) => all.flat());
const fixed = (...all: string[]): fc.Arbitrary<readonly string[]> => fc.constant(all);
const maybe = (arbitrary: fc.Arbitrary<readonly string[]>): fc.Arbitrary<readonly string[]> =>
  fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, { weight: 1, arbitrary });
const option = (name: string, ...values: string[]): fc.Arbitrary<readonly string[]> =>
  one(...values).map((value) => [name, value]);

const scenario = one('core', 'gro', 'races', ...SCENARIOS.map(({ name }) => name)).map((name) => [name]);
const file = one(...Object.keys(PROGRAMS), 'nowhere.skb', 'empty').map((name) => [name]);
const mutant = maybe(option('--mutant', 'F1', 'B2', 'none', 'Z99'));
const target = maybe(option('--target', ...TARGETS));
const limit = fc.oneof(
  option('--time', '0ms', '1ms', '30ms'),
  option('--commands', '1', '40', '400'),
  words(option('--time', '1ms'), option('--commands', '1000')),
);
const lax = maybe(one(['--abuse'], ['--provoke']));

/** By subcommand: a line of it. Weights keep the costly ones rare. */
const LINES: readonly { readonly weight: number; readonly arbitrary: fc.Arbitrary<string[]> }[] = [
  {
    weight: 8,
    arbitrary: words(fixed('fuzz'), scenario, limit, target, mutant, fixed('--findings', '1'), maybe(fixed('--abuse'))),
  },
  { weight: 2, arbitrary: words(fixed('fuzz'), scenario, limit, fixed('--all-targets')) },
  {
    weight: 2,
    arbitrary: words(
      fixed('compare', './peer'),
      one(...TARGETS).map((name) => [name]),
      maybe(fc.oneof(scenario, file)),
      limit,
    ),
  },
  { weight: 1, arbitrary: words(fixed('bisect'), file, fixed('--set-up-only')) },
  { weight: 1, arbitrary: words(fixed('reach'), file, fixed('--target', './peer'), mutant) },
  { weight: 10, arbitrary: words(fixed('run'), file, maybe(file), target, mutant, lax, maybe(fixed('--strict'))) },
  { weight: 3, arbitrary: words(fixed('run'), one(['zeros'], ['empty'], ['corpus'])) },
  { weight: 4, arbitrary: words(fixed('reduce'), file, target, mutant) },
  { weight: 4, arbitrary: words(fixed('show'), file, mutant, lax, option('-o', 'out.html', 'nowhere/out.html')) },
  {
    weight: 3,
    arbitrary: words(
      fixed('explore'),
      scenario,
      option('--depth', '0', '1'),
      maybe(option('--time', '0ms', '1ms')),
      option('--max-states', '1', '200'),
      maybe(fixed('--scope')),
    ),
  },
  { weight: 2, arbitrary: words(fixed('explore'), file, maybe(option('--cpu1', '4', '9')), mutant) },
  { weight: 2, arbitrary: words(fixed('keep'), file, fixed('kept', '--dir', 'kept'), maybe(fixed('--force'))) },
  {
    weight: 1,
    arbitrary: words(
      fixed('list'),
      one('targets', 'mutants', 'nothing').map((name) => [name]),
    ),
  },
  { weight: 2, arbitrary: words(fixed('kernel', 'info'), maybe(one(['linux-6.12'], ['empty']))) },
  {
    weight: 3,
    arbitrary: words(
      fixed('corpus', 'stats'),
      one(...CORPORA).map((name) => [name]),
    ),
  },
  {
    weight: 1,
    arbitrary: words(
      fixed('corpus', 'merge', '-o', 'merged'),
      one(...CORPORA).map((name) => [name]),
    ),
  },
  {
    weight: 4,
    arbitrary: words(
      fixed('report'),
      one(...CAMPAIGNS).map((name) => [name]),
    ),
  },
  { weight: 2, arbitrary: words(fixed('report'), file, fixed('--for', 'maintainer')) },
  { weight: 2, arbitrary: words(fixed('export'), file, lax, option('-o', 'exported', 'nowhere/exported')) },
  { weight: 1, arbitrary: words(fixed('costs'), maybe(option('--program', 'copy', 'nothing'))) },
  {
    weight: 1,
    arbitrary: words(
      fixed('mutants', '--trials', '1', '--workers', '1'),
      option('--id', 'F1', 'A5', 'races'),
      option('--commands', '1', '200'),
      maybe(option('--strategy', 'swarm', 'fc-commands')),
      maybe(fixed('--invariants')),
    ),
  },
  {
    weight: 1,
    arbitrary: words(
      fixed('campaign', '--scenarios', 'core', '--workers', '1', '--lease', '5', '--no-branches'),
      option('--targets', 'model', 'linux-6.12'),
      option('--dir', 'campaign', 'nowhere/campaign'),
      option('--time', '0ms', '1ms', '500ms'),
    ),
  },
];

/** A command line, without and with `--json`. */
export const drawnLine: fc.Arbitrary<string[]> = fc
  .tuple(fc.oneof(...LINES), fc.boolean())
  .map(([line, json]) => (json ? [...line, '--json'] : line));
