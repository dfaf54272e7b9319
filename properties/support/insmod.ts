// Builds exported folders against a kernel, and loads the modules in a VM without Node, link or this project's init.

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { locateKernel } from '../../src/targets/linux/locate';
import { run } from '../../src/targets/linux/run';
import { runAlone, type AloneProgram } from './run_alone';

/** Its last lines are those of init, or of a panic. */
const INSMOD: AloneProgram = {
  source: 'insmod_init.c',
  begins: 'insmod ',
  ended: /^all modules were loaded|Kernel Offset: |---\[ end Kernel panic/m,
};
/** A line of a failed call that says why it failed. */
const REASON = /expected .* seen |gives the wrong answer|complained|kernel BUG|^BUG: |WARNING: |Oops|Kernel panic/;

/** An exported program, built for a kernel. */
export interface ReproModule {
  /** As its KTAP names it. */
  readonly name: string;
  readonly content: Buffer;
}

/** The result of a module on a kernel, as its console says it. */
export interface ModuleResult {
  readonly verdict: 'PASS' | 'FAIL' | 'SKIP' | 'no verdict';
  /** Of a failure: the call, and the first line that says what differs. */
  readonly why: string;
}

/**
 * Runs `make` on a copy of an exported folder; returns the module. The copy is made over that of the folder before: what
 * is equal is not compiled again.
 */
export async function buildRepro(folder: string, target: string, scratch: string): Promise<Buffer> {
  const copy = path.join(scratch, `build-${path.basename(target)}`);
  copyOver(folder, copy);
  const settings = [
    `KDIR=${locateKernel(target).buildTree}`,
    'CC=gcc',
    'KCFLAGS=-g0',
    'CONFIG_DEBUG_INFO_BTF_MODULES=',
    // A kernel that gcc 14 compiled has an option that older compilers do not know.
    'CONFIG_CC_HAS_MIN_FUNCTION_ALIGNMENT=',
  ];
  const built = await run('make', ['-C', copy, '-j2', ...settings]);
  if (!built.ok) throw new Error(`make in ${copy}:\n${built.stderr}`);
  return readFileSync(path.join(copy, 'repro.ko'));
}

function copyOver(folder: string, copy: string): void {
  const wanted = filesOf(folder);
  for (const name of filesOf(copy)) if (/\.[ch]$/.test(name) && !wanted.includes(name)) rmSync(path.join(copy, name));
  for (const name of wanted) {
    const [text, to] = [readFileSync(path.join(folder, name), 'utf8'), path.join(copy, name)];
    if (existsSync(to) && readFileSync(to, 'utf8') === text) continue;
    mkdirSync(path.dirname(to), { recursive: true });
    writeFileSync(to, text);
  }
}

function filesOf(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)));
}

/**
 * Boots a kernel, loads modules one after the other, and returns its console.
 *
 * @param append - more words for the kernel's command line
 */
export async function insmodAll(
  target: string,
  modules: readonly ReproModule[],
  scratch: string,
  append = '',
): Promise<string> {
  const files = modules.map(({ name, content }) => ({ path: `repro-${name}.ko`, mode: 0o644, content }));
  const list = Buffer.from(files.map((file) => `/${file.path}\n`).join(''));
  return runAlone(target, INSMOD, [{ path: 'modules', mode: 0o644, content: list }, ...files], scratch, append);
}

/**
 * The result of each module by its name. A kernel that has failed is not trusted with another module: it boots again.
 */
export async function resultsOn(
  target: string,
  modules: readonly ReproModule[],
  scratch: string,
  append = '',
): Promise<Map<string, ModuleResult>> {
  const results = new Map<string, ModuleResult>();
  let left = modules;
  while (left.length > 0) {
    const console = await insmodAll(target, left, scratch, append);
    const ended = left.findIndex(({ name }) => resultIn(console, name).verdict !== 'PASS');
    const count = ended < 0 ? left.length : ended + 1;
    for (const { name } of left.slice(0, count)) results.set(name, resultIn(console, name));
    left = left.slice(count);
  }
  return results;
}

/** The result of a module in the console of a guest. */
export function resultIn(console: string, name: string): ModuleResult {
  const [, verdict] = new RegExp(`# ${name}: (PASS|FAIL|SKIP)\\s*$`, 'm').exec(console) ?? [];
  const [, said = ''] = console.split(`/repro-${name}.ko`, 2);
  const lines = said.split(/\r?\n/).map((line) => line.replace(/^\[[^\]]*\] /, ''));
  const failed = lines.findIndex((line) => /^ +not ok /.test(line));
  const call = lines.slice(0, failed + 1).findLastIndex((line) => /^ +# call /.test(line));
  const reason = lines.slice(call + 1, failed).find((line) => REASON.test(line));
  const why = failed < 0 ? '' : `${lines[failed].trim().replace(/^not ok /, 'call ')}: ${reason?.trim() ?? ''}`;
  return { verdict: (verdict as ModuleResult['verdict'] | undefined) ?? 'no verdict', why };
}
