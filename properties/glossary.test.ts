// docs/glossary.md has every word of ours, and each of its words is used in src/.

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { COMMANDS } from '../src/commands/registry';
import { SCENARIOS } from '../src/generate/scenarios/registry';
import { KINDS } from '../src/model/world/world';
import { ROOT } from './support/cli';

const PAGE = 'docs/glossary.md';
/** Folders of src/ whose files and exported types have names of ours; in the rest of the model they are the kernel's. */
const OURS = [
  ...['benchmark', 'campaign', 'corpus', 'costs', 'explore', 'generate', 'invariants', 'lockstep', 'model/world'],
  ...['compare', 'library', 'program', 'queue', 'reduce', 'search', 'session', 'targets'],
];

/** Words that need no entry, by the reason. */
const PLAIN: Readonly<Record<string, string>> = {
  'plain English, in the meaning of any dictionary':
    'after again all and archive asked atomic aware before between bounds build built carried chance change changes character charge choice choose ' +
    'comparison complaint completion copy counts deferred defined describe detail did distinguish distinguishing drop end ending ends ' +
    'entry exact example exchange exclusive exploration facts fetch field figures fits for force found forwarding from group groups ' +
    'grow hints info interrupted its left line lines list listed live local locate looks lower mail max mean mended ' +
    'measure measured memory merge minimize new note number old once open order out over ownership package pairs ' +
    'prerequisites print printable progress question quick random ratio read real receive recycled reduced reduction ' +
    'remove repeat repeated reported result returns row run runtime save saved see settings setup shared shorter size ' +
    'shortest show shown shows shrink shrinking shuffle simplify sources status stored sum summary sums support table tally ' +
    'tail taken task term time times tried try two unavailable unexercised unpack unreachable unrelated until usage use users ' +
    'usual value values watch watcher write writer you',
  'a word of any program':
    'address aliases append arbitrary boot buffer bytes cli console cpu decode dir directory error errors exec ' +
    'execute free graph hash header help hook image images index input kernel kernels leak log mapped messages metrics module ' +
    'modules mutate mutator node nodes object options output parse patch process quartiles reader reference ' +
    'references rename set source statistics text types uncompressed version',
  'a word of the kernel or of networking':
    'accel actions bpf coalesce counters dataref dma gateway genl geometry headers inflight initramfs initrd ' +
    'io_uring multicast netlink nft packet page_frag pfmemalloc preemption refcount ring rtnl socket sockets ' +
    'stable tc tcp tls uapi uring virtio xfrm zerocopy_send',
  'the name of a tool, a format or a year':
    '2016 2017 apt debian fuzz generate html jest json kbuild linux packages qemu redis skbcheck',
  'a folder of two words that are explained': 'benchmark_report campaign_report coverage_report world_text',
};

const plainWords = Object.values(PLAIN).flatMap((list) => list.split(' '));
const plain = new Set(plainWords);
const text = readFileSync(path.join(ROOT, PAGE), 'utf8');
const entries = [...text.matchAll(/^- \*\*(.+?)\*\*: ((?:.|\n {2})+)$/gm)].map(([, word, sentence]) => ({
  word,
  sentence: sentence.replaceAll(/\s+/g, ' '),
}));
const words = new Set(entries.map(({ word }) => word.toLowerCase()));

function filesUnder(folder: string): string[] {
  return readdirSync(path.join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const name = `${folder}/${entry.name}`;
    return entry.isDirectory() ? filesUnder(name) : [name];
  });
}

const sources = filesUnder('src').filter((file) => file.endsWith('.ts'));
const textOf = new Map(sources.map((file) => [file, readFileSync(path.join(ROOT, file), 'utf8')]));
const sourcesIn = (folders: readonly string[]): string[] =>
  sources.filter((file) => folders.some((folder) => file.startsWith(`src/${folder}/`)));

/** `leaseBroker`, `LEASE_BROKER` and `lease-broker` are lease and broker. */
const partsOf = (name: string): string[] =>
  name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((part) => part.length > 2);

/** The forms in which a word may be listed: itself, its singular, the verb of `-ing`, `-ed` and `-er`. */
function formsOf(word: string): string[] {
  const stems = [/s$/, /es$/, /ing$/, /ed$/, /d$/, /er$/]
    .filter((end) => end.test(word))
    .map((end) => word.replace(end, ''));
  return [word, ...stems, ...stems.map((stem) => `${stem}e`), word.replace(/ies$/, 'y'), `${word}r`, `${word}er`];
}

/** Parts of all entries of more than one word: `broker` is explained under `lease broker`. */
const inEntries = new Set([...words].flatMap((word) => word.split(/[ _-]/)));

const isExplained = (word: string): boolean => formsOf(word).some((form) => words.has(form) || inEntries.has(form));
const unexplained = (found: readonly string[]): string[] =>
  [...new Set(found)].filter((word) => !plain.has(word) && !isExplained(word)).sort();

const foldersOfSrc = [...new Set(sources.map((file) => path.dirname(file).slice('src/'.length)))]
  .filter((folder) => !/^model\/(?!structs|world)/.test(folder))
  .flatMap((folder) => folder.split('/'))
  .filter((folder) => folder !== '');
const cli = sourcesIn(['cli']).map((file) => textOf.get(file) as string);
const matchesIn = (texts: readonly string[], pattern: RegExp): string[] =>
  texts.flatMap((source) => [...source.matchAll(pattern)].map(([, name]) => name));

/** The sorts of names that must be explained. */
const NAMES: readonly [sort: string, names: () => string[]][] = [
  ['folders of src/', () => foldersOfSrc],
  ['subcommands', () => matchesIn(cli, /\.command\('([a-z]+)'/g)],
  ['options of the command line', () => matchesIn(cli, /'(?:-\w, )?--(?:no-)?([a-z0-9-]+)/g).flatMap(partsOf)],
  ['kinds', () => [...KINDS]],
  ['systems', () => COMMANDS.map(({ system }) => system)],
  ['scenarios', () => SCENARIOS.flatMap(({ name }) => partsOf(name))],
  ['file names', () => sourcesIn(OURS).flatMap((file) => partsOf(path.basename(file, '.ts')))],
  [
    'exported classes and types',
    () =>
      matchesIn(
        sourcesIn(OURS).map((file) => textOf.get(file) as string),
        /^export (?:class|interface|type) (\w+)/gm,
      ).flatMap(partsOf),
  ],
];

test.each(NAMES)('%s are made of words that are explained', (_, names) => {
  expect(names().length).toBeGreaterThan(0);
  expect(unexplained(names())).toEqual([]);
});

test('plain words are used, and not explained as well', () => {
  const used = new Set(NAMES.flatMap(([, names]) => names()));
  expect([...plain].filter((word) => !used.has(word) || words.has(word))).toEqual([]);
  expect(plainWords).toHaveLength(plain.size);
});

test('each word has one sentence, in the order of the alphabet', () => {
  expect(entries.length).toBe(text.match(/^- /gm)?.length);
  expect(entries.filter(({ sentence }) => !/^[A-Z].*[^.]\.$/.test(sentence) || /\. [A-Z]/.test(sentence))).toEqual([]);
  const order = entries.map(({ word }) => word.toLowerCase());
  expect(order).toEqual([...new Set(order)].sort());
});

/** All of src/, file names included, as separate words. */
const everything = [...sources, ...textOf.values()]
  .join('\n')
  .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
  .replaceAll(/[_-]/g, ' ')
  .toLowerCase();
const isUsed = (word: string): boolean =>
  new RegExp(`\\b${word.replaceAll(/[_-]/g, ' ')}(s|es|d|ed|ing|r|er)?\\b`).test(everything);

test('each word is used in src/', () => {
  expect([...words].filter((word) => !isUsed(word))).toEqual([]);
});

test('a name without an entry and an entry without a use are found', () => {
  expect(unexplained(partsOf('leaseWombat'))).toEqual(['wombat']);
  expect(unexplained(partsOf('LEASE_BROKERS'))).toEqual([]);
  expect(isUsed('wombat')).toBe(false);
});
