import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endOnSignals } from '../src/cli/support/interrupt';
import { note } from '../src/cli/support/output';
import { buildKernel } from '../src/targets/linux';
import { folderOfKernel } from './patch_files';

/** A patch that changes no file of the kernel: the same build without a bug. */
const NOTHING = '--- /dev/null\n+++ b/skbcheck\n@@ -0,0 +1 @@\n+nothing\n';

/** Options of kernel/debug.config that cost a kernel most of its speed, and an emulated one more than that. */
const SLOW = /KASAN|KMEMLEAK|DEBUG_VM|PAGE_OWNER|PAGE_POISONING|DMA_API_DEBUG/;

/** The way in which the kernel of a patch is built. */
export interface MutantBuild {
  /** Without the checks of the kernel that make it slow: what is compared is its states. */
  readonly isFast?: boolean;
}

/**
 * Builds a kernel with patches of kernel/; a signal ends the build at once, because it has nothing to keep.
 *
 * @param source - a tree of 6.12, a linux-source tar, or the name of a source package
 * @param output - the directory in which all of them are built
 * @param patched - none: the same kernel without a patch
 */
export async function buildMutant(
  source: string,
  output: string,
  patched: readonly { readonly patch: string }[],
  { isFast = false }: MutantBuild = {},
): Promise<void> {
  const letSignalsBe = endOnSignals();
  const folder = mkdtempSync(join(tmpdir(), 'skbcheck-'));
  try {
    const nothing = join(folder, 'nothing.patch');
    writeFileSync(nothing, NOTHING);
    const config = join(folder, 'fast.config');
    if (isFast) writeFileSync(config, fastConfig());
    const patches = patched.length === 0 ? [nothing] : patched.map(({ patch }) => patch);
    await buildKernel({ source, patches, output, say: note, ...(isFast ? { config } : {}) });
  } finally {
    rmSync(folder, { recursive: true, force: true });
    letSignalsBe();
  }
}

function fastConfig(): string {
  const lines = readFileSync(join(folderOfKernel('.'), 'debug.config'), 'utf8').split('\n');
  return lines.filter((line) => !SLOW.test(line)).join('\n');
}
