import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { TargetUnavailableError } from '../../session/errors';
import type { InitramfsFile } from './initramfs';
import type { KernelFiles } from './kernel_files';
import { run, tellingLine } from './run';

/** The modules that the link to the host needs, in load order. A kernel may have any of them built in. */
const NEEDED = [
  ...['virtio_ring', 'virtio', 'virtio_mmio', 'virtio_pci_modern_dev', 'virtio_pci_legacy_dev', 'virtio_pci'],
  'virtio_console',
];
/** Their folders below a kernel's modules or build tree. */
const FOLDERS = [
  ['drivers', 'virtio'],
  ['drivers', 'char'],
  ['kernel', 'drivers', 'virtio'],
  ['kernel', 'drivers', 'char'],
];
const UNPACKERS: Readonly<Record<string, string>> = { '.xz': 'xz', '.zst': 'zstd' };

/** A module of a kernel as it lies on the disk, packed or not. */
export interface ModuleFile {
  readonly name: string;
  readonly path: string;
}

/**
 * Finds the virtio modules that this kernel does not have built in, in load order.
 * @param kernel - the kernel whose modules are looked for
 */
export function findVirtioModules(kernel: KernelFiles): ModuleFile[] {
  const paths = FOLDERS.map((parts) => join(kernel.modules, ...parts)).flatMap(filesOf);
  return NEEDED.flatMap((name) => {
    const path = paths.find((candidate) => new RegExp(`/${name}\\.ko(\\.\\w+)?$`).test(candidate));
    return path ? [{ name, path }] : [];
  });
}

/**
 * Returns modules, unpacked, as files of an initramfs.
 * @param modules - of one kernel
 */
export async function unpackModules(modules: readonly ModuleFile[]): Promise<InitramfsFile[]> {
  const files: InitramfsFile[] = [];
  for (const { name, path } of modules) {
    files.push({ path: `${name}.ko`, mode: 0o644, content: await unpack(path) });
  }
  return files;
}

/**
 * Unpacks many modules with one call of each program.
 * @param modules - of one kernel; their names differ
 */
export async function unpackTogether(modules: readonly ModuleFile[]): Promise<Map<string, Buffer>> {
  const folder = mkdtempSync(join(tmpdir(), 'skbcheck-modules-'));
  try {
    for (const { name, path } of modules) copyFileSync(path, join(folder, `${name}.ko${packingOf(path)}`));
    for (const [ending, tool] of Object.entries(UNPACKERS)) {
      const packed = readdirSync(folder).filter((name) => name.endsWith(ending));
      if (packed.length === 0) continue;
      const unpacked = await run(tool, ['-d', '-q', '--', ...packed], { cwd: folder });
      if (!unpacked.ok)
        throw new TargetUnavailableError(`cannot unpack modules: ${tellingLine(unpacked)}; check that ${tool} works`);
    }
    const contentOf = (name: string, path: string): Buffer =>
      path.endsWith('.gz')
        ? gunzipSync(readFileSync(join(folder, `${name}.ko.gz`)))
        : readFileSync(join(folder, `${name}.ko`));
    return new Map(modules.map(({ name, path }) => [name, contentOf(name, path)]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const packingOf = (path: string): string => /\.ko(\.\w+)$/.exec(path)?.[1] ?? '';

function filesOf(folder: string): string[] {
  try {
    return readdirSync(folder).map((name) => join(folder, name));
  } catch {
    return [];
  }
}

async function unpack(path: string): Promise<Buffer> {
  const bytes = readFileSync(path);
  if (path.endsWith('.gz')) return gunzipSync(bytes);
  const tool = UNPACKERS[/\.\w+$/.exec(path)?.[0] ?? ''];
  if (!tool) return bytes;
  // A string would spoil binary output, so base64 carries the bytes.
  const unpacked = await run('sh', ['-c', `${tool} -dc -- "$1" | base64 -w0`, 'sh', path]);
  if (!unpacked.ok || unpacked.stdout === '') {
    throw new TargetUnavailableError(
      `cannot unpack ${path}: ${tellingLine(unpacked)}; check that ${tool} is installed`,
    );
  }
  return Buffer.from(unpacked.stdout, 'base64');
}
