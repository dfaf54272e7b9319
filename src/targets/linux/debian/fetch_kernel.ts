import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TargetUnavailableError } from '../../../session/errors';
import type { DebianArchive } from './archive';
import { unpackModulesOf } from './fetch_modules';
import { ensureKbuildRuns } from './kbuild_runtime';
import { headerCompanions, unlistedFiles, type KernelPackages } from './releases';
import { unpackPackage } from './unpack_package';

/**
 * Of an image only the bootable kernel and the virtio modules are needed, and some of the network, see
 * fetch_modules.ts: the rest is hundreds of megabytes.
 */
const CHOSEN: readonly (readonly [prefix: string, words: readonly string[]])[] = [
  ['linux-image-', ['--wildcards', './boot/*', '*/virtio*']],
  ['linux-binary-', ['--wildcards', '*/vmlinuz*']],
  ['linux-modules-', ['--wildcards', '*/virtio*']],
];
/** With a vmlinux at hand kbuild wants pahole. */
const ALL_BUT_VMLINUX = ['--exclude=*/vmlinux', '.'];

/**
 * Downloads the packages of a kernel and unpacks the needed files into a folder. It installs nothing. Throws
 * TargetUnavailableError, in one line, and leaves no folder, when something is missing.
 * @param archive - where the packages are
 * @param kernel - the packages
 * @param folder - appears whole or not at all
 * @param say - receives a line for each step that takes time
 */
export async function fetchKernel(
  archive: DebianArchive,
  kernel: KernelPackages,
  folder: string,
  say: (line: string) => void,
): Promise<void> {
  const part = `${folder}.part`;
  rmSync(part, { recursive: true, force: true });
  mkdirSync(part, { recursive: true });
  try {
    await download(archive, kernel, part, say);
    for (const file of readdirSync(part).filter((name) => name.endsWith('.deb'))) {
      await unpack(part, file);
      await unpackModulesOf(part, file);
      rmSync(join(part, file));
    }
    relocate(part, kernel.release);
    await ensureKbuildRuns(archive, part, say);
    rmSync(folder, { recursive: true, force: true });
    renameSync(part, folder);
  } finally {
    rmSync(part, { recursive: true, force: true });
  }
}

async function download(
  archive: DebianArchive,
  kernel: KernelPackages,
  folder: string,
  say: (line: string) => void,
): Promise<void> {
  if (kernel.listsHeaders) {
    const companions = headerCompanions(await archive.depends(kernel.headers));
    return archive.download(folder, [...kernel.images, kernel.headers, ...companions]);
  }
  const [image] = kernel.images;
  const address = await archive.address(image);
  const at = address?.indexOf('/pool/') ?? -1;
  const files = address === undefined || at < 0 ? [] : unlistedFiles(kernel, address.slice(at + 1));
  if (address === undefined || files.length === 0)
    throw new TargetUnavailableError(`the repository has no headers for ${kernel.release}; choose another release`);
  say(`${kernel.headers} is no longer listed: it comes from the repository's pool, where no signature covers it`);
  await archive.download(folder, [image]);
  // Programs of these packages run here, so the address must at least be the repository's own.
  const pool = address.slice(0, at + 1).replace(/^http:/, 'https:');
  for (const file of files) await archive.downloadUnlisted(folder, `${pool}${file}`);
}

async function unpack(folder: string, file: string): Promise<void> {
  await unpackPackage(folder, file, chosenOf(file));
}

/**
 * The words for tar that choose the needed files of a package.
 * @param file - its name
 */
export function chosenOf(file: string): readonly string[] {
  return CHOSEN.find(([prefix]) => file.startsWith(prefix))?.[1] ?? ALL_BUT_VMLINUX;
}

/**
 * The headers' Makefile names its other half, and from 6.13 on itself, by absolute paths. Relative ones let the cache
 * be anywhere.
 */
function relocate(folder: string, release: string): void {
  const sources = join(folder, 'usr', 'src');
  const common = readdirSync(sources).find((name) => name.startsWith('linux-headers-') && name.endsWith('-common'));
  if (!common)
    throw new TargetUnavailableError(`no common headers came with linux-headers-${release}; choose another release`);
  const makefile = join(sources, `linux-headers-${release}`, 'Makefile');
  const namesItself = /^KBUILD_OUTPUT/m.test(readFileSync(makefile, 'utf8'));
  const output = 'KBUILD_OUTPUT := $(patsubst %/,%,$(dir $(abspath $(lastword $(MAKEFILE_LIST)))))\n';
  const include = namesItself ? `include $(KBUILD_OUTPUT)/../${common}/Makefile\n` : `include ../${common}/Makefile\n`;
  writeFileSync(makefile, `${namesItself ? output : ''}${include}`);
}
