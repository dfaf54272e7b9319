import { copyFileSync, existsSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { TargetUnavailableError, UsageError } from '../errors';
import { kernelSources } from './moduleBuild';
import { hasProgram } from './qemu';
import { run, tellingLine, type RunResult } from './run';

/** What to build a debug kernel from, and where. */
export interface KernelBuildOptions {
  /** A kernel source directory, or a linux-source-*.tar.xz. */
  readonly source: string;
  /** Applied in order with patch -p1, to a copy of the source. */
  readonly patches: readonly string[];
  /** Made if need be; afterwards usable as --target. */
  readonly output: string;
  /** Told each step that takes time, one line each. */
  readonly say?: (line: string) => void;
}

const TOOLS: Readonly<Record<string, string>> = {
  gcc: 'gcc',
  make: 'make',
  flex: 'flex',
  bison: 'bison',
  bc: 'bc',
  patch: 'patch',
};
const HEADERS: Readonly<Record<string, string>> = { '/usr/include/libelf.h': 'libelf-dev' };

/**
 * Builds a kernel that checks itself (KASAN, DMA_API_DEBUG, DEBUG_NET, DEBUG_VM, kmemleak). Some minutes of all cores.
 * @param options - from what and where
 */
export async function buildKernel(options: KernelBuildOptions): Promise<{ target: string; image: string }> {
  const say = options.say ?? (() => undefined);
  const output = resolve(options.output);
  const patches = options.patches.map((file) => resolve(file));
  checkInputs(options.source, patches);
  checkTools();
  mkdirSync(output, { recursive: true });
  const tree = await sourceTree(resolve(options.source), patches, output, say);
  const build = join(output, 'build');
  await configure(tree, build);
  say(`building ${tree} (log: ${join(output, 'build.log')})`);
  const jobs = `-j${availableParallelism()}`;
  const log = join(output, 'build.log');
  const script = 'log="$1"; shift; make "$@" >"$log" 2>&1';
  const made = await run('sh', ['-c', script, 'sh', log, '-C', build, jobs, 'bzImage', 'modules']);
  if (!made.ok) throw new TargetUnavailableError(`the kernel does not build: ${await errorInLog(log)}; see ${log}`);
  const image = join(output, 'bzImage');
  copyFileSync(join(build, 'arch/x86/boot/bzImage'), image);
  return { target: output, image };
}

function checkInputs(source: string, patches: readonly string[]): void {
  if (!existsSync(source)) throw new UsageError(`no kernel source ${source}`);
  if (statSync(source).isDirectory() && !existsSync(join(source, 'Kbuild'))) {
    throw new UsageError(`${source} is no kernel source tree: it has no Kbuild file`);
  }
  for (const file of patches) {
    if (!existsSync(file)) throw new UsageError(`no patch ${file}`);
  }
}

function checkTools(): void {
  const programs = Object.keys(TOOLS).filter((tool) => !hasProgram(tool));
  const headers = Object.keys(HEADERS).filter((file) => !existsSync(file));
  const packages = [...programs.map((tool) => TOOLS[tool]), ...headers.map((file) => HEADERS[file])];
  if (packages.length === 0) return;
  const missing = [...programs, ...headers].join(', ');
  throw new TargetUnavailableError(
    `missing to build a kernel: ${missing}; as root, run: apt-get install ${packages.join(' ')}`,
  );
}

/** The tree to build from: the user's own when nothing is patched and it is clean, else a copy below output. */
async function sourceTree(
  source: string,
  patches: readonly string[],
  output: string,
  say: (line: string) => void,
): Promise<string> {
  const isArchive = !statSync(source).isDirectory();
  // kbuild refuses to build out of a tree that was built in.
  const wasBuiltIn = existsSync(join(source, '.config')) || existsSync(join(source, 'include/config'));
  if (!isArchive && patches.length === 0 && !wasBuiltIn) return source;
  const copy = join(output, 'source');
  say(`copying ${source}`);
  rmSync(copy, { recursive: true, force: true });
  mkdirSync(copy, { recursive: true });
  const copied = isArchive
    ? await run('tar', ['-x', '--strip-components=1', '-C', copy, '-f', source])
    : await run('cp', ['-a', '--reflink=auto', `${source}/.`, copy]);
  must(copied, `cannot copy ${source} to ${copy}`);
  if (wasBuiltIn) must(await run('make', ['-C', copy, '-s', 'mrproper']), `cannot clean the copy of ${source}`);
  for (const file of patches) {
    const patched = await run('patch', ['-p1', '--batch', '--forward', '-d', copy, '-i', file]);
    if (!patched.ok) throw new UsageError(`the patch ${file} does not apply to ${source}: ${failedHunk(patched)}`);
  }
  return copy;
}

function failedHunk(result: RunResult): string {
  const lines = result.stdout.split('\n');
  const failed = lines.findIndex((line) => /FAILED|can't find file|previously applied/.test(line));
  const file = lines.slice(0, failed + 1).findLast((line) => line.startsWith('patching file'));
  return failed < 0 ? tellingLine(result) : `${file ? `${file.slice(14)}: ` : ''}${lines[failed].trim()}`;
}

/** The smallest kernel, and on top of it what the VM and the checks need. */
async function configure(tree: string, build: string): Promise<void> {
  mkdirSync(build, { recursive: true });
  const make = (...goals: string[]) => run('make', ['-C', tree, `O=${build}`, '-s', ...goals]);
  must(await make('tinyconfig'), `cannot configure ${tree}`);
  const fragment = join(kernelSources(), 'debug.config');
  const merge = join(tree, 'scripts/kconfig/merge_config.sh');
  must(
    await run('sh', [merge, '-m', '-O', build, join(build, '.config'), fragment], { cwd: tree }),
    `cannot configure ${tree}`,
  );
  must(await make('olddefconfig'), `cannot configure ${tree}`);
}

async function errorInLog(log: string): Promise<string> {
  const found = await run('grep', ['-m1', '-iE', '(error:|error [0-9]+$|no rule to make)', log]);
  return found.ok ? found.stdout.trim() : tellingLine(await run('tail', ['-n1', log]));
}

function must(result: RunResult, what: string): void {
  if (!result.ok) throw new TargetUnavailableError(`${what}: ${tellingLine(result)}`);
}
