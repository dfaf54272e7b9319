import { lstatSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readRecord } from '../cache';

/** The size of a kernel's folder at the time of its last change. */
interface SizeRecord {
  readonly changed_ms: number;
  readonly size_bytes: number;
}

const sizesFolder = (cache: string): string => join(cache, 'sizes');

const sizePath = (cache: string, release: string): string => join(sizesFolder(cache), `${release}.json`);

/**
 * The bytes of all files of a kernel. The headers are thousands of files, so they are counted once: the setup replaces
 * the folder, or puts a marker into it, when its files change (fetch_kernel.ts, fetch_modules.ts).
 * @param folder - of the kernel
 */
export function kernelSize(cache: string, release: string, folder: string): number {
  const changed_ms = statSync(folder).mtimeMs;
  const known = readRecord<SizeRecord>(sizePath(cache, release));
  if (known?.changed_ms === changed_ms && typeof known.size_bytes === 'number') return known.size_bytes;
  const size_bytes = counted(folder);
  write(sizePath(cache, release), { changed_ms, size_bytes });
  return size_bytes;
}

/** Forgets the size of a kernel that is removed. */
export function forgetSize(cache: string, release: string): void {
  rmSync(sizePath(cache, release), { force: true });
}

function counted(folder: string): number {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return names.reduce((sum, name) => sum + (lstatSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0), 0);
}

function write(path: string, record: SizeRecord): void {
  mkdirSync(dirname(path), { recursive: true });
  const part = `${path}.${process.pid}`;
  writeFileSync(part, JSON.stringify(record));
  renameSync(part, path);
}
