// `npm run export-table`: exports programs of known bugs; each module must FAIL on a kernel with the bug and PASS on one
// without it, in a VM without Node.

import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { locateKernel } from '../../src/targets/linux/locate';
import { buildRepro, resultsOn, type ModuleResult, type ReproModule } from '../support/insmod';
import { exportCases, type ExportCase } from './export_cases';
import { kernelOf } from './kernel_of';
import { isRight, tableText } from './table_text';

const ROOT = path.resolve(__dirname, '..', '..');
const USAGE = 'npm run export-table -- -o DIR [--source linux-source-6.12.tar.xz] [--only NAME...]';

/** Builds modules, and loads them on kernels. */
class Modules {
  private readonly built = new Map<string, Buffer>();

  constructor(
    private readonly folder: string,
    private readonly source: string | undefined,
  ) {}

  /** The result of each case on a kernel, by name; none when the kernel is not there. */
  async on(kernel: string, cases: readonly ExportCase[]): Promise<Map<string, ModuleResult>> {
    const found = await kernelOf(kernel, this.folder, this.source);
    if (found === undefined) return new Map();
    const { target, append } = found;
    const modules: ReproModule[] = [];
    for (const one of cases) modules.push({ name: one.name, content: await this.module(one, target) });
    const results = await resultsOn(target, modules, this.folder, append);
    for (const [name, { verdict, why }] of results) process.stderr.write(`${kernel}: ${name}: ${verdict} ${why}\n`);
    return results;
  }

  private async module(one: ExportCase, target: string): Promise<Buffer> {
    const key = `${one.name} ${locateKernel(target).buildTree}`;
    const content = this.built.get(key) ?? (await buildRepro(this.exported(one), target, this.folder));
    this.built.set(key, content);
    return content;
  }

  private exported({ name, file, origin }: ExportCase): string {
    const copy = path.join(this.folder, 'programs', `${name}.skb`);
    const output = path.join(this.folder, 'exported', name);
    mkdirSync(path.dirname(copy), { recursive: true });
    // Invariants forgive a finding of a release unless it is provoked, and the module would expect the bug.
    writeFileSync(copy, `${origin === 'finding in a release' ? 'provoke\n' : ''}${readFileSync(file, 'utf8')}`);
    rmSync(output, { recursive: true, force: true });
    const line = [path.join(ROOT, 'bin/skbcheck.js'), 'export', copy, '-o', output];
    const { status, stderr } = spawnSync(process.execPath, line, { encoding: 'utf8' });
    if (status !== 0) throw new Error(`export of ${file}: ${stderr}`);
    return output;
  }
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      output: { type: 'string', short: 'o' },
      source: { type: 'string' },
      only: { type: 'string', multiple: true },
    },
  });
  if (values.output === undefined) throw new Error(USAGE);
  const folder = path.resolve(values.output);
  const cases = exportCases(path.join(folder, 'found')).filter(({ name }) => values.only?.includes(name) ?? true);
  const modules = new Modules(folder, values.source);
  const results = new Map<string, Map<string, ModuleResult>>();
  for (const kernel of new Set(cases.flatMap(({ buggy, right }) => [right, buggy]))) {
    const ofKernel = cases.filter(({ buggy, right }) => [buggy, right].includes(kernel));
    results.set(kernel, await modules.on(kernel, ofKernel));
  }
  const rows = cases.map((one) => ({
    ...one,
    onBuggy: results.get(one.buggy)?.get(one.name),
    onRight: results.get(one.right)?.get(one.name),
  }));
  process.stdout.write(tableText(rows));
  return rows.length > 0 && rows.every(isRight) ? 0 : 1;
}

void main()
  .catch((error: Error) => {
    process.stderr.write(`${error.message}\n`);
    return 2;
  })
  .then((code) => (process.exitCode = code));
