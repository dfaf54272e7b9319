// `npm run compare-table`: `skbcheck compare` of a kernel without a patch and kernels with one. The refactorings of
// kernel/refactorings must show nothing, the bugs of kernel/mutants a difference of their own.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { CompareDocument } from '../../src/report/documents/compare_document';
import { WITHOUT_BUG } from '../export_table/export_cases';
import { kernelOf } from '../export_table/kernel_of';
import { BUILT_AGAIN, compareCases, type CompareCase } from './compare_cases';
import { isExpected, rowOf, tableText, type CompareRow } from './compare_row';

const ROOT = path.resolve(__dirname, '..', '..');
const USAGE =
  'npm run compare-table -- -o DIR [--source linux-source-6.12] [--only NAME...] [--scenario NAME...] ' +
  '[--commands N] [--seed N] [--json]';
const SEED = '7';
const OUTPUT_BYTES_MAX = 64 << 20;

interface Limits {
  readonly commands?: string;
  readonly scenarios?: readonly string[];
  readonly seed: string;
}

/** Runs the command as a user does; the findings of a case go to a folder of its own. */
function compared(one: CompareCase, targets: readonly string[], folder: string, limits: Limits): CompareRow {
  const cwd = path.join(folder, 'compared', one.name);
  mkdirSync(cwd, { recursive: true });
  const words = [
    ...['compare', ...targets, ...(limits.scenarios ?? one.scenarios)],
    ...['--commands', limits.commands ?? String(one.commands), '--seed', limits.seed, '--findings', '1', '--json'],
  ];
  const line = [path.join(ROOT, 'bin/skbcheck.js'), ...words];
  const stdio = ['ignore', 'pipe', 'inherit'] as const;
  const { stdout } = spawnSync(process.execPath, line, {
    ...{ cwd, encoding: 'utf8', maxBuffer: OUTPUT_BYTES_MAX },
    stdio: [...stdio],
  });
  if (!stdout.startsWith('{')) throw new Error(`${one.name} was not compared: skbcheck ${words.join(' ')}`);
  writeFileSync(path.join(cwd, 'compare.json'), stdout);
  const row = rowOf(one, JSON.parse(stdout) as CompareDocument);
  writeFileSync(rowFile(one, folder), `${JSON.stringify(row)}\n`);
  return row;
}

const rowFile = ({ name }: CompareCase, folder: string): string => path.join(folder, 'compared', name, 'row.json');

/** Writes the last row of each case, of this run or of one before: the table may be made in parts. */
function writeTable(folder: string): void {
  const files = compareCases().map((one) => rowFile(one, folder));
  const rows = files
    .filter((file) => existsSync(file))
    .map((file) => JSON.parse(readFileSync(file, 'utf8')) as CompareRow);
  writeFileSync(path.join(folder, 'table.json'), `${JSON.stringify(rows, null, 2)}\n`);
  writeFileSync(path.join(folder, 'table.md'), tableText(rows));
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      output: { type: 'string', short: 'o' },
      source: { type: 'string' },
      only: { type: 'string', multiple: true },
      scenario: { type: 'string', multiple: true },
      commands: { type: 'string' },
      seed: { type: 'string' },
      json: { type: 'boolean' },
    },
  });
  if (values.output === undefined) throw new Error(USAGE);
  const folder = path.resolve(values.output);
  const cases = compareCases().filter(({ name }) => values.only?.includes(name) ?? true);
  const limits = { commands: values.commands, scenarios: values.scenario, seed: values.seed ?? SEED };
  const base = await kernelOf(WITHOUT_BUG, folder, values.source, { isFast: true });
  if (base === undefined) throw new Error(`no kernel in ${folder}; give its source: ${USAGE}`);
  const rows: CompareRow[] = [];
  for (const one of cases) {
    const built = one.name === BUILT_AGAIN ? 'kernel-again' : 'kernel';
    const other = await kernelOf(one.name, folder, values.source, { isFast: true, in: built });
    if (other === undefined) throw new Error(`no kernel ${one.name} in ${folder}; give its source: ${USAGE}`);
    rows.push(compared(one, [base.target, other.target], folder, limits));
    process.stderr.write(`${tableText(rows.slice(-1)).split('\n')[4]}\n`);
    writeTable(folder);
  }
  process.stdout.write(values.json === true ? `${JSON.stringify(rows, null, 2)}\n` : tableText(rows));
  return rows.length > 0 && rows.every(isExpected) ? 0 : 1;
}

void main()
  .catch((error: Error) => {
    process.stderr.write(`${error.message}\n`);
    return 2;
  })
  .then((code) => (process.exitCode = code));
