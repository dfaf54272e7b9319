// A green that says nothing is a defect: exit code 0 means that something was executed, evaluated and compared.

import { existsSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { buildOnce, folderForTests, skbcheck, type Ended } from './support/cli';
import { drawnLine, makePlace } from './support/drawn_lines';
import { MainProcess } from './support/main_process';

const SEED = Number(process.env.SKBCHECK_SEED ?? 20261129);
/** 500 of them take ten minutes: `SKBCHECK_RUNS=500`. */
const RUNS = Number(process.env.SKBCHECK_RUNS ?? 40);
/** Somebody runs many by hand, and sees what takes long and how the lines end. */
const SLOW = process.env.SKBCHECK_RUNS !== undefined;
const RUN_MS_MAX = 20_000;
const EXIT_CODES = [0, 1, 2, 3, 4, 130];

const folder = folderForTests('silent-green');
const env = { SKBCHECK_CACHE: path.join(folder, 'no-cache') };
let main: MainProcess;

beforeAll(() => {
  buildOnce();
  makePlace(folder);
  main = new MainProcess(folder, env);
});
afterAll(() => main.close());

interface Counted {
  readonly executed: number;
  readonly evaluated: number;
  readonly compared: number;
  readonly target?: string;
}
type Document = { readonly [field: string]: unknown } & { readonly kind: string };

/** The steps that a search or a run lacks; empty: it said something. */
function lacksOf({ executed, evaluated, compared, target }: Counted): string[] {
  return [
    ...(executed > 0 ? [] : ['executed']),
    ...(evaluated > 0 ? [] : ['evaluated']),
    ...(target === undefined || target === 'model' || compared > 0 ? [] : ['compared']),
  ];
}

const list = (document: Document, field: string): readonly unknown[] => document[field] as readonly unknown[];
const counted = (document: unknown): string[] => lacksOf(document as Counted);
const eachCounted = (documents: readonly unknown[]): string[] =>
  documents.length === 0 ? ['runs'] : documents.flatMap(counted);
const filled = (document: Document, field: string): string[] => (list(document, field).length > 0 ? [] : [field]);

/** By kind of document: what a green one lacks. A command that searches nothing has its own way to say something. */
const LACKS: Readonly<Record<string, (document: Document) => string[]>> = {
  fuzz: counted,
  'fuzz-all': (document) => eachCounted(list(document, 'runs')),
  compare: (document) => lacksOf({ ...(document as unknown as Counted), evaluated: 1, target: 'both' }),
  bisect: (document) => filled(document, 'steps'),
  run: counted,
  runs: (document) => eachCounted(list(document, 'runs')),
  reduce: counted,
  show: counted,
  explore: counted,
  'explore-schedules': counted,
  'explore-scope': (document) => filled(document, 'commands'),
  campaign: counted,
  report: counted,
  corpus: ({ programs }) => (Number(programs) > 0 ? [] : ['programs']),
  rules: (document) => filled(document, 'histories'),
  'rules-at': (document) => filled(document, 'rules'),
  'rules-between': ({ rules }) => (Number(rules) > 0 ? [] : ['rules']),
  'history-of-bugs': (document) => filled(document, 'releases'),
  costs: (document) => filled(document, 'paths'),
  'costs-program': ({ program }) => (String(program).includes('(') ? [] : ['program']),
  mutants: (document) => (list(document, 'rows').some((row) => (row as { found: number }).found > 0) ? [] : ['found']),
  'mutants-invariants': (document) => filled(document, 'mutants'),
  'list-targets': (document) => filled(document, 'rows'),
  'list-mutants': (document) => filled(document, 'rows'),
  'kernel-info': (document) => filled(document, 'targets'),
  'report-maintainer': (document) => list(document, 'reports').flatMap((report) => filled(report as Document, 'tried')),
  export: (document) => {
    const releases = list(document, 'releases') as readonly { calls: number; leftOut: readonly string[] }[];
    return releases.some(({ calls, leftOut }) => calls > 0 && leftOut.length === 0) ? [] : ['calls'];
  },
  keep: ({ path: file }) => (existsSync(path.join(folder, String(file))) ? [] : ['file']),
};

/** By first word: what the text of a green command line says. */
const SAYS: Readonly<Record<string, RegExp>> = {
  fuzz: /[1-9][\d,]* executed.* [1-9][\d,]* evaluated/,
  compare: /[1-9][\d,]* commands? compared|\([1-9][\d,]* calls? compared\)/,
  bisect: /between \S+ and \S+/,
  run: /[1-9][\d,]* executed.* [1-9][\d,]* evaluated|as expected/,
  reduce: /clean, nothing to reduce/,
  explore: /[1-9][\d,]* executed.* [1-9][\d,]* evaluated|\(.*: /,
  show: /written: /,
  campaign: /[1-9][\d,]* commands/,
  report: /written: |no release that was tried has it/,
  corpus: /[1-9]\d* program/,
  keep: /kept as /,
  export: /written: /,
  rules: /\w/,
  'history-of-bugs': /bugs? found/,
  costs: /\w/,
  list: /\w/,
  kernel: /Linux \d/,
  mutants: /\w/,
};

/** Each explains an exit code of too little. */
const WHY =
  /nothing was|do not differ|no release was tried|no invariant|not searched|no program|no Linux target|given up|nothing to/;

function complaintOf(args: readonly string[], { code, stdout, stderr }: Ended): string[] {
  if (code === null || !EXIT_CODES.includes(code)) return [`ends with ${code}: ${stderr}`];
  if (args.includes('--json')) {
    const document = JSON.parse(stdout) as Document;
    if (code === 0) return LACKS[document.kind](document).map((lack) => `is green, but lacks: ${lack}`);
    return code === 4 && lacksNothing(document) ? ['says too little, but lacks nothing'] : [];
  }
  if (code === 4) return WHY.test(stdout + stderr) ? [] : ['says too little, and does not say why'];
  return code !== 0 || SAYS[args[0]].test(stdout + stderr) ? [] : ['is green, and does not say what it did'];
}

/** A program that was given up, and a report of lanes, say too little in other ways. */
function lacksNothing(document: Document): boolean {
  const verdict = document.verdict as { kind: string } | undefined;
  return verdict?.kind !== 'limit' && LACKS[document.kind](document).length === 0;
}

test(
  `exit code 0 means that something was executed, evaluated and compared (seed ${SEED}, ${RUNS} lines)`,
  async () => {
    const codes = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(drawnLine, async (args) => {
        const start_ms = performance.now();
        const ended = await main.run(args, folder);
        const seconds = (performance.now() - start_ms) / 1000;
        if (SLOW && seconds > 10) process.stderr.write(`${seconds.toFixed(0)} s: ${args.join(' ')}\n`);
        const seen = `${args[0]} ${ended.code}`;
        codes.set(seen, (codes.get(seen) ?? 0) + 1);
        expect({ line: args.join(' '), complaints: complaintOf(args, ended) }).toMatchObject({ complaints: [] });
      }),
      // Files that earlier lines wrote are not there again, so a smaller line could mean something else.
      { seed: SEED, numRuns: RUNS, endOnFailure: true },
    );
    if (SLOW)
      process.stderr.write(
        `${[...codes]
          .sort()
          .map(([seen, times]) => `${seen}: ${times}`)
          .join('\n')}\n`,
      );
    // The property would say nothing if no line were green, or none said too little.
    const kinds = new Set([...codes.keys()].map((seen) => seen.split(' ')[1]));
    for (const code of ['0', '1', '2', '3', '4']) expect(kinds).toContain(code);
  },
  RUNS * RUN_MS_MAX,
);

describe('these lines say nothing, and are no success:', () => {
  test.each([
    ['fuzz core --time 0ms', 'nothing was searched'],
    ['run no-calls.skb', 'nothing was executed'],
    ['run zeros', 'nothing was executed'],
    ['reduce all-skipped.skb', 'nothing was executed'],
    ['show no-calls.skb -o page.html', 'nothing was executed'],
    ['explore core --depth 0', 'nothing was executed'],
    ['kernel info', 'no Linux target is set up'],
    ['corpus stats empty', 'no program'],
    ['report searched-nothing', 'nothing was executed'],
  ])('%s', async (line, why) => {
    const { code, stdout, stderr } = await main.run(line.split(' '), folder);
    expect({ code, said: (stdout + stderr).includes(why) }).toEqual({ code: 4, said: true });
  });

  test('serve without a message', () => {
    expect(skbcheck(['serve'], { cwd: folder, input: Buffer.alloc(0) }).code).toBe(4);
  });
});
