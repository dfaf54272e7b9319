import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { buildMutant, type MutantBuild } from '../../fuzz/build_mutant';
import { readKernelMutants } from '../../fuzz/kernel_mutant';
import { readRefactorings } from '../../fuzz/refactoring';
import { isSeriesTarget } from '../../src/targets/linux';
import { WITHOUT_BUG } from './export_cases';

/** The kernel that has all of kernel/refactorings. */
export const ALL_REFACTORINGS = 'refactorings';

/** A kernel to boot. */
export interface TableKernel {
  readonly target: string;
  /** Words for its command line. */
  readonly append: string;
}

/** The way in which the kernels of a table are built. */
export interface TableBuild extends MutantBuild {
  /** The directory in the folder of the table in which they are built; default: kernel. */
  readonly in?: string;
}

/**
 * A kernel by its name. Words in a file NAME/append go on its command line: one image may have several bugs that a
 * word chooses. A kernel of kernel/mutants or kernel/refactorings is built if its image is not there yet; all are built
 * in one directory, so their images are kept apart.
 *
 * @param folder - has NAME/bzImage for each kernel
 * @param source - a tree of 6.12, a linux-source tar, or the name of a source package; absent: nothing is built
 * @returns undefined when the kernel is not there
 */
export async function kernelOf(
  name: string,
  folder: string,
  source?: string,
  build: TableBuild = {},
): Promise<TableKernel | undefined> {
  if (isSeriesTarget(name)) return { target: name, append: '' };
  const target = path.join(folder, name);
  const image = path.join(target, 'bzImage');
  const words = path.join(target, 'append');
  if (existsSync(image)) return { target, append: existsSync(words) ? readFileSync(words, 'utf8').trim() : '' };
  if (source === undefined) return undefined;
  const output = path.join(folder, build.in ?? 'kernel');
  await buildMutant(source, output, patchesOf(name), build);
  mkdirSync(target, { recursive: true });
  copyFileSync(path.join(output, 'bzImage'), `${image}.part`);
  renameSync(`${image}.part`, image);
  rmSync(path.join(target, 'build'), { force: true });
  symlinkSync(path.resolve(output, 'build'), path.join(target, 'build'));
  return { target, append: '' };
}

function patchesOf(name: string): readonly { readonly patch: string }[] {
  if (name === ALL_REFACTORINGS) return readRefactorings();
  const patch = [...readKernelMutants(), ...readRefactorings()].find((one) => one.name === name);
  if (patch === undefined && !name.startsWith(WITHOUT_BUG)) throw new Error(`no patch ${name} below kernel/`);
  return patch === undefined ? [] : [patch];
}
