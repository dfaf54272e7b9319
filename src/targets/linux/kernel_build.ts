import { spawn } from 'node:child_process';
import {
  accessSync,
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join, resolve, sep } from 'node:path';
import { firstLine, TargetUnavailableError, UsageError } from '../../session/errors';
import { readInput } from '../read_input';
import { readRecord, withLock } from './cache';
import { freeMib } from './disk';
import { kernelSources } from './module_build';
import { hasProgram } from './qemu';
import { run, tellingLine, type RunResult } from './run';
import { carryTimes, copyAgain } from './source_copy';
import { fetchSource, isSourcePackage } from './kernel_source';

/** The inputs of a debug kernel's build, and its output directory. */
export interface KernelBuildOptions {
  /** A kernel source directory, a linux-source-*.tar.xz, or a package of Debian's: linux-source-7.3. Read only. */
  readonly source: string;
  /** Applied in order with patch -p1, to a copy of the source. */
  readonly patches: readonly string[];
  /** Made if it does not exist. After the build, --target accepts it. */
  readonly output: string;
  /** File with the options that are added to tinyconfig; default: kernel/debug.config. */
  readonly config?: string;
  /** Receives a line for each step that takes time. */
  readonly say?: (line: string) => void;
}

/** A kernel that was built. */
export interface BuiltKernel {
  /** The output directory. */
  readonly target: string;
  /** "6.12.117". */
  readonly release: string;
  readonly image: string;
}

interface Patch {
  /** As the user typed it. */
  readonly file: string;
  readonly text: Buffer;
}

/** The record of an output directory. The build clears only a directory that has this record. */
interface BuildRecord {
  /** The tree that build/ was configured from. */
  readonly tree?: string;
  readonly version?: string;
}

const TOOLS: Readonly<Record<string, string>> = {
  gcc: 'gcc',
  make: 'make',
  flex: 'flex',
  bison: 'bison',
  bc: 'bc',
  patch: 'patch',
  tar: 'tar',
  xz: 'xz-utils',
};
const HEADERS: Readonly<Record<string, string>> = { '/usr/include/libelf.h': 'libelf-dev' };

/** Measured with 6.1 and 6.12: 1.7 GB of source, 0.35 GB of build. */
const COPY_MB = 1800;
const BUILD_MB = 400;
/**
 * Below HARDLY_ANY_MB of free space the error of a failed program also names the disk: a link of vmlinux needs more.
 */
const HARDLY_ANY_MB = 100;

/**
 * Builds a kernel that checks itself (KASAN, DMA_API_DEBUG, DEBUG_NET, DEBUG_VM, kmemleak). This takes some minutes of
 * all cores. A second build in the same output compiles only the changed files.
 * @param options - the inputs and the output
 */
export async function buildKernel(options: KernelBuildOptions): Promise<BuiltKernel> {
  const say = options.say ?? (() => undefined);
  const output = resolve(options.output);
  const fragment = options.config ?? join(kernelSources(), 'debug.config');
  const isPackage = isSourcePackage(options.source);
  if (!isPackage) checkSource(options.source);
  const patches = options.patches.map(readPatch);
  checkTools();
  const given = isPackage ? await fetchSource(options.source, say) : options.source;
  const source = resolve(given);
  const isCopied = patches.length > 0 || !isCleanTree(source);
  await claimOutput(output, source, isCopied);
  checkRoom(output, isCopied);
  const waiting = setTimeout(() => say(`waiting for another kernel build in ${output}`), 1000);
  return withLock(output, 'kernel-build', async () => {
    clearTimeout(waiting);
    const tree = isCopied ? await copiedTree(given, patches, output, say) : source;
    return build(tree, output, fragment, say);
  }).finally(() => clearTimeout(waiting));
}

function checkSource(source: string): void {
  if (!existsSync(source)) throw new UsageError(`no kernel source ${source}`);
  if (statSync(source).isDirectory()) checkTree(source, source);
}

function checkTree(folder: string, source: string): void {
  if (['Makefile', 'Kbuild', 'scripts/kconfig'].every((name) => existsSync(join(folder, name)))) return;
  throw new UsageError(`${source} is no kernel source: no Makefile, Kbuild and scripts/kconfig at its top`);
}

/** Reads a patch at once, and only once: it may be a pipe, as in --patch <(git diff). */
function readPatch(file: string): Patch {
  let text: Buffer;
  try {
    text = readInput(file);
  } catch (error) {
    throw new UsageError(`cannot read the patch ${file}: ${firstLine(error)}`);
  }
  if (text.length === 0) throw new UsageError(`the patch ${file} is empty`);
  // Unified or context hunks, or a patch by git that only renames or changes modes.
  if (/^(@@ -|\*{15}|diff --git )/m.test(text.toString('latin1'))) return { file, text };
  throw new UsageError(`${file} is not a patch: no line of it begins a hunk`);
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

/** Returns whether no build ran in a directory: kbuild refuses others as the source of an output directory. */
function isCleanTree(source: string): boolean {
  const built = ['.config', 'include/config', 'arch/x86/include/generated'];
  return statSync(source).isDirectory() && !built.some((name) => existsSync(join(source, name)));
}

/** Makes the output directory. An existing one must be empty or ours: the build clears source/ and build/ in it. */
async function claimOutput(output: string, source: string, isCopied: boolean): Promise<void> {
  if (existsSync(output) && !statSync(output).isDirectory()) throw new UsageError(`the output ${output} is a file`);
  const isOurs = existsSync(recordPath(output));
  if (!isOurs && existsSync(output) && readdirSync(output).length > 0) {
    throw new UsageError(
      `the output ${output} is not empty, and not of an earlier kernel build; give another directory`,
    );
  }
  if (isCopied && contains(join(output, 'source'), source)) {
    throw new UsageError(`the source ${source} is the copy that a build made there; give another output directory`);
  }
  if (isCopied && contains(source, output)) {
    throw new UsageError(
      `the output ${output} is inside the tree that is to be copied; give a directory outside of it`,
    );
  }
  // Not mkdirSync with recursive, which never returns in /proc.
  must(await run('mkdir', ['-p', output]), `cannot make the output ${output}`);
  try {
    accessSync(output, constants.R_OK | constants.W_OK | constants.X_OK);
    if (!isOurs) writeRecord(output, {});
  } catch (error) {
    throw new TargetUnavailableError(`cannot write the output ${output}: ${firstLine(error)}`);
  }
}

function contains(folder: string, path: string): boolean {
  return `${realPath(path)}${sep}`.startsWith(`${realPath(folder)}${sep}`);
}

/** Works for a path that does not exist yet, too. */
function realPath(path: string): string {
  if (existsSync(path) || dirname(path) === path) return realpathSync(path);
  return join(realPath(dirname(path)), path.slice(dirname(path).length));
}

function recordPath(output: string): string {
  return join(output, 'kernel-build.json');
}

function writeRecord(output: string, record: BuildRecord): void {
  writeFileSync(`${recordPath(output)}.part`, `${JSON.stringify(record)}\n`);
  renameSync(`${recordPath(output)}.part`, recordPath(output));
}

function checkRoom(output: string, isCopied: boolean): void {
  const isBuilt = existsSync(join(output, 'build'));
  const needed = (isCopied ? COPY_MB : 0) + (isBuilt ? 0 : BUILD_MB);
  const free = freeMib(output);
  if (free >= needed) return;
  throw new TargetUnavailableError(`the build needs about ${needed} MB, and the disk of ${output} has ${free} MB left`);
}

/** output/source: the source as it is now, cleaned and patched. Nothing there changes when a patch does not apply. */
async function copiedTree(
  source: string,
  patches: readonly Patch[],
  output: string,
  say: (line: string) => void,
): Promise<string> {
  const tree = join(output, 'source');
  const fresh = join(output, 'source.new');
  try {
    say(`copying ${source}`);
    rmSync(fresh, { recursive: true, force: true });
    mkdirSync(fresh);
    const failure = `cannot copy ${source} to ${output}`;
    if (existsSync(tree) && statSync(source).isDirectory()) copyOnTopOf(tree, resolve(source), fresh, failure);
    else must(await copySource(resolve(source), fresh), failure, output);
    checkTree(fresh, source);
    if (!isCleanTree(fresh)) {
      must(await run('make', ['-C', fresh, '-s', 'mrproper']), `cannot clean the copy of ${source}`, output);
    }
    for (const [index, patch] of patches.entries()) {
      await applyPatch(patch, fresh, index === 0 ? source : `${source} with the patches before it`, say);
    }
    if (existsSync(tree)) carryTimes(tree, fresh, new Date());
    else rmSync(join(output, 'build'), { recursive: true, force: true });
    rmSync(tree, { recursive: true, force: true });
    renameSync(fresh, tree);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
  return tree;
}

function copySource(source: string, fresh: string): Promise<RunResult> {
  if (!statSync(source).isDirectory()) return run('tar', ['-x', '--strip-components=1', '-C', fresh, '-f', source]);
  return run('cp', ['-a', '--reflink=auto', '-t', fresh, '--', ...sourceEntries(source)], { cwd: source });
}

function copyOnTopOf(before: string, source: string, fresh: string, failure: string): void {
  try {
    copyAgain(sourceEntries(source), source, before, fresh);
  } catch (error) {
    throw new TargetUnavailableError(`${failure}: ${firstLine(error)}${hardlyAnyRoom(fresh)}`);
  }
}

/** Omits the history: it is often larger than the tree, and would add a "+" to the release of the copy. */
function sourceEntries(source: string): string[] {
  return readdirSync(source).filter((name) => name !== '.git');
}

async function applyPatch({ file, text }: Patch, tree: string, to: string, say: (line: string) => void): Promise<void> {
  const patched = await run('patch', ['-p1', '--batch', '--forward', '-d', tree], { input: text });
  if (!patched.ok) throw new UsageError(`the patch ${file} does not apply to ${to}: ${failedHunk(patched)}`);
  if (/ with fuzz /.test(patched.stdout))
    say(`the patch ${file} applies only with fuzz: see that it does what it says`);
}

/** Returns "net/core/skbuff.c: Hunk #1 FAILED at 6084.", or another complaint of patch. */
function failedHunk(result: RunResult): string {
  const lines = result.stdout.split('\n');
  const failed = lines.findIndex((line) => /FAILED|can't find file|previously applied|dangerous file name/.test(line));
  if (failed < 0) return tellingLine(result).replace(/^patch: \*+ /, '');
  const line = lines[failed].trim();
  if (line.startsWith("can't find")) {
    const name = lines.slice(failed).find((after) => after.startsWith('|--- '));
    return name ? `it has no file ${name.slice(5).split('\t')[0]} (-p1)` : line;
  }
  const patching = lines.slice(0, failed).findLast((before) => before.startsWith('patching file'));
  const what = line.includes('previously applied') ? 'applied already, or reversed' : line;
  return patching ? `${patching.slice('patching file '.length)}: ${what}` : what;
}

async function build(
  tree: string,
  output: string,
  fragment: string,
  say: (line: string) => void,
): Promise<BuiltKernel> {
  const folder = join(output, 'build');
  const image = join(output, 'bzImage');
  const built = join(folder, 'arch/x86/boot/bzImage');
  const before = readRecord<BuildRecord>(recordPath(output));
  const now = { tree, version: versionOf(tree) };
  if (before?.tree !== now.tree || before.version !== now.version) rmSync(folder, { recursive: true, force: true });
  // If this build fails, the target has no kernel, rather than that of an earlier tree.
  for (const file of [image, built]) rmSync(file, { force: true });
  writeRecord(output, now);
  await configure(tree, folder, output, fragment, say);
  const log = join(output, 'build.log');
  say(`building ${tree} (log: ${log})`);
  const goals = ['bzImage', 'modules'];
  const isMade = await makeInto(log, ['-C', tree, `O=${folder}`, `-j${availableParallelism()}`, ...goals]);
  if (!isMade) {
    const why = await errorInLog(log);
    throw new TargetUnavailableError(`the kernel does not build: ${why}${hardlyAnyRoom(output)}; see ${log}`);
  }
  copyFileSync(built, `${image}.part`);
  renameSync(`${image}.part`, image);
  const release = readFileSync(join(folder, 'include/config/kernel.release'), 'utf8').trim();
  return { target: output, release, image };
}

function versionOf(tree: string): string {
  const lines = readFileSync(join(tree, 'Makefile'), 'utf8').split('\n');
  return lines.filter((line) => /^(VERSION|PATCHLEVEL|SUBLEVEL|EXTRAVERSION) *=/.test(line)).join(' ');
}

/** Configures the smallest kernel with the options that the VM and the checks need. */
async function configure(
  tree: string,
  folder: string,
  output: string,
  fragment: string,
  say: (line: string) => void,
): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const make = (...goals: string[]) => run('make', ['-C', tree, `O=${folder}`, '-s', ...goals]);
  const failure = `cannot configure ${tree}`;
  must(await make('tinyconfig'), failure, output);
  const config = join(folder, '.config');
  const merge = join(tree, 'scripts/kconfig/merge_config.sh');
  must(await run('sh', [merge, '-m', '-O', folder, config, fragment], { cwd: tree }), failure, output);
  must(await make('olddefconfig'), failure, output);
  const lines = new Set(readFileSync(config, 'utf8').split('\n'));
  const wanted = readFileSync(fragment, 'utf8').split('\n');
  const lacking = wanted.filter((line) => line.endsWith('=y') && !lines.has(line));
  if (lacking.length > 0) say(`this kernel cannot have ${lacking.join(' ')} (wanted by ${fragment})`);
}

/** Runs make with its output in a file. make ends with this process, however this process ends. */
function makeInto(log: string, args: readonly string[]): Promise<boolean> {
  const file = openSync(log, 'w');
  const child = spawn('make', args, { env: { ...process.env, LC_ALL: 'C' }, stdio: ['ignore', file, file] });
  closeSync(file);
  const stop = () => child.kill();
  process.once('exit', stop);
  return new Promise<boolean>((done) => {
    child.once('error', () => done(false));
    child.once('close', (code) => done(code === 0));
  }).finally(() => process.off('exit', stop));
}

/** Returns the compiler's first error, or make's if there is none. */
async function errorInLog(log: string): Promise<string> {
  for (const pattern of ['error: ', '(error [0-9]+$|no rule to make|\\*\\*\\*)']) {
    const found = await run('grep', ['-m1', '-iE', pattern, log]);
    if (found.ok) return found.stdout.trim();
  }
  return tellingLine(await run('tail', ['-n1', log]));
}

function must(result: RunResult, what: string, output?: string): void {
  if (result.ok) return;
  // The last line of tar carries no information.
  const stderr = result.stderr.split('\n').filter((line) => !/exiting now|Exiting with failure/.test(line));
  const why =
    stderr.find((line) => line.includes('No space left')) ?? tellingLine({ ...result, stderr: stderr.join('\n') });
  throw new TargetUnavailableError(`${what}: ${why.trim()}${output ? hardlyAnyRoom(output) : ''}`);
}

function hardlyAnyRoom(output: string): string {
  const free = freeMib(output);
  return free < HARDLY_ANY_MB ? `; the disk of ${output} has ${free} MB left` : '';
}
