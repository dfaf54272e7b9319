import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { buildMutant } from '../../fuzz/build_mutant';
import { readKernelMutants } from '../../fuzz/kernel_mutant';
import { isSeriesTarget } from '../../src/targets/linux';
import { WITHOUT_BUG } from './export_cases';

/** A kernel to boot. */
export interface TableKernel {
  readonly target: string;
  /** Words for its command line. */
  readonly append: string;
}

/**
 * A kernel by its name. Words in a file NAME/append go on its command line: one image may have several bugs that a
 * word chooses. A kernel of kernel/mutants is built if its image is not there yet; all are built
 * in one directory, so their images are kept apart.
 *
 * @param folder - has NAME/bzImage for each kernel
 * @param source - a tree of 6.12, or a linux-source tar; absent: nothing is built
 * @returns undefined when the kernel is not there
 */
export async function kernelOf(name: string, folder: string, source?: string): Promise<TableKernel | undefined> {
  if (isSeriesTarget(name)) return { target: name, append: '' };
  const target = path.join(folder, name);
  const image = path.join(target, 'bzImage');
  const words = path.join(target, 'append');
  if (existsSync(image)) return { target, append: existsSync(words) ? readFileSync(words, 'utf8').trim() : '' };
  if (source === undefined) return undefined;
  const mutant = readKernelMutants().find((one) => one.name === name);
  if (mutant === undefined && name !== WITHOUT_BUG) throw new Error(`no patch ${name} in kernel/mutants`);
  const output = path.join(folder, 'kernel');
  await buildMutant(source, output, mutant ?? null);
  mkdirSync(target, { recursive: true });
  copyFileSync(path.join(output, 'bzImage'), `${image}.part`);
  renameSync(`${image}.part`, image);
  rmSync(path.join(target, 'build'), { force: true });
  symlinkSync(path.resolve(output, 'build'), path.join(target, 'build'));
  return { target, append: '' };
}
