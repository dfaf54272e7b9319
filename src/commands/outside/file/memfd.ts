import { OutsideFd } from '../../../model/structs/outside';
import { nameResult } from '../../pick';
import { defineOutside } from '../define_outside';
import { fdNumber } from '../fd';
import { fillStep } from '../fill';

export const FILE_MAX = 100_000;

export const MEMFD_CREATE = defineOutside({
  name: 'memfd_create',
  number: 14,
  args: [{ name: 'len', type: 'int', min: 1, max: FILE_MAX }],
  result: 'fd',
  promised: { text: 'A file in memory is made. Its bytes change by writes to it alone.', source: 'memfd_create(2)' },
  syscall: 'memfd_create',
  errors: [],
  // Documented, and no program here reaches it.
  elsewhere: ['EMFILE'],
  weight: 4,
  usuallyNext: ['sendfile', 'splice', 'pipe2'],
  draw(_world, draw, args) {
    args.len = draw.chance(1, 3) ? draw.size(1, FILE_MAX) : draw.size(1, 9000);
    return true;
  },
  run(world, _args, result) {
    nameResult(world, result, 'fd', new OutsideFd(result, 'memfd'));
  },
  steps(_world, { len }, result, memory) {
    const name = memory.take(16);
    const fill = fillStep(memory, len);
    const number = fdNumber(result);
    return [
      { op: 'poke', at: name, bytes: Buffer.from('skbcheck\0') },
      { op: 'syscall', name: 'memfd_create', args: [name, 0], fd: number },
      fill,
      { op: 'syscall', name: 'pwrite64', args: [number, fill.at, len, 0] },
    ];
  },
});
