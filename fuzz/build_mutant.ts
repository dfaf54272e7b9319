import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endOnSignals } from '../src/cli/support/interrupt';
import { note } from '../src/cli/support/output';
import { buildKernel } from '../src/targets/linux';
import type { KernelMutant } from './kernel_mutant';

/** A patch that changes no file of the kernel: the same build without a bug. */
const NOTHING = '--- /dev/null\n+++ b/skbcheck\n@@ -0,0 +1 @@\n+nothing\n';

/**
 * Builds a kernel with a patch of kernel/mutants; a signal ends the build at once, because it has nothing to keep.
 *
 * @param source - a tree of 6.12, or a linux-source tar
 * @param output - the directory in which all of them are built
 * @param mutant - null: the same kernel without a bug
 */
export async function buildMutant(source: string, output: string, mutant: KernelMutant | null): Promise<void> {
  const letSignalsBe = endOnSignals();
  const folder = mkdtempSync(join(tmpdir(), 'skbcheck-'));
  try {
    const nothing = join(folder, 'nothing.patch');
    writeFileSync(nothing, NOTHING);
    await buildKernel({ source, patches: [mutant === null ? nothing : mutant.patch], output, say: note });
  } finally {
    rmSync(folder, { recursive: true, force: true });
    letSignalsBe();
  }
}
