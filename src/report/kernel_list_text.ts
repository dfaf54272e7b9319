import type { KernelList, ListedKernel } from '../targets/linux';
import { moment, plural } from './figures';
import { tableText } from './table_text';

const MIB = 1 << 20;

/** `kernel list` for people: each kernel with its targets, or the word for `kernel setup`. */
export function kernelListText({ isRepositoryKnown, kernels }: KernelList): string {
  const rows = kernels.filter(isNewestOrSetUp);
  const left = kernels.length - rows.length;
  return [
    ...(isRepositoryKnown ? [] : ['the Debian repository could not be asked: only kernels that are set up are listed']),
    ...(rows.length === 0 ? ['no kernel is set up'] : [tableText(COLUMNS, rows)]),
    ...(left === 0 ? [] : [`and ${plural(left, 'older release')} of these series; --json has all`]),
    'set one up: npx skbcheck kernel setup NAME; all: --all; remove one: npx skbcheck kernel remove NAME',
  ].join('\n');
}

const COLUMNS = [
  { title: 'series', left: true, value: ({ series }: ListedKernel) => series },
  { title: 'name', left: true, value: ({ name }: ListedKernel) => name },
  { title: 'target', left: true, value: targetsText },
  {
    title: 'MiB',
    value: ({ size_bytes }: ListedKernel) => (size_bytes === null ? '-' : (size_bytes / MIB).toFixed(0)),
  },
  { title: 'last used', left: true, value: ({ usedAt }: ListedKernel) => (usedAt === null ? '-' : moment(usedAt)) },
];

function targetsText({ targets, imageOnly }: ListedKernel): string {
  if (targets.length === 0) return '-';
  return targets.map((target) => (imageOnly.includes(target) ? `${target} (user space)` : target)).join(', ');
}

function isNewestOrSetUp(kernel: ListedKernel, at: number, kernels: readonly ListedKernel[]): boolean {
  return kernel.targets.length > 0 || kernels[at + 1]?.series !== kernel.series;
}
