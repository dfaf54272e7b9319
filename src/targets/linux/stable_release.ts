import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { shortRelease } from './debian/releases';
import { cachedKernel, type KernelRecord } from './set_up_kernels';

const VERSION = /^#define LINUX_VERSION_(MAJOR|PATCHLEVEL|SUBLEVEL) (\d+)$/gm;

/** Where the setup header of a bzImage says where the version stands (Documentation/arch/x86/boot.rst). */
const KERNEL_VERSION = 0x20e;
const HEADER = 0x200;

/**
 * The stable release that a kernel of Debian was built from. The name 6.1.0-50 does not tell; the headers do, and where
 * there are none, the image does.
 * @param cache - the cache directory
 * @param record - of the kernel
 */
export function stableRelease(cache: string, record: KernelRecord): string {
  const { buildTree, image } = cachedKernel(cache, record);
  if (!existsSync(buildTree)) return versionOfImage(image) ?? shortRelease(record.release);
  const file = join(buildTree, 'include', 'generated', 'uapi', 'linux', 'version.h');
  const numbers = existsSync(file) ? [...readFileSync(file, 'utf8').matchAll(VERSION)].map((match) => match[2]) : [];
  return numbers.length === 3 ? numbers.join('.') : shortRelease(record.release);
}

/** 6.1.147 of `6.1.0-38-amd64 (…) #1 SMP PREEMPT_DYNAMIC Debian 6.1.147-1 (2025-08-02)`. */
function versionOfImage(image: string): string | undefined {
  if (!existsSync(image)) return undefined;
  const bytes = readFileSync(image);
  const at = bytes.readUInt16LE(KERNEL_VERSION) + HEADER;
  const text = bytes.toString('latin1', at, bytes.indexOf(0, at));
  return /Debian (\d+\.\d+\.\d+)/.exec(text)?.[1];
}
