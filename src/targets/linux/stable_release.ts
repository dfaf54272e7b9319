import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { shortRelease } from './debian/releases';
import { cachedKernel, type KernelRecord } from './set_up_kernels';

const VERSION = /^#define LINUX_VERSION_(MAJOR|PATCHLEVEL|SUBLEVEL) (\d+)$/gm;

/**
 * The stable release that a kernel of Debian was built from. The name 6.1.0-50 does not tell; the headers do.
 * @param cache - the cache directory
 * @param record - of the kernel
 */
export function stableRelease(cache: string, record: KernelRecord): string {
  const file = join(cachedKernel(cache, record).buildTree, 'include', 'generated', 'uapi', 'linux', 'version.h');
  const numbers = existsSync(file) ? [...readFileSync(file, 'utf8').matchAll(VERSION)].map((match) => match[2]) : [];
  return numbers.length === 3 ? numbers.join('.') : shortRelease(record.release);
}
