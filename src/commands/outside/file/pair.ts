import { OutsideFd } from '../../../model/structs/outside';
import { nameResult, pickHandle } from '../../pick';
import { defineOutside } from '../define_outside';
import { fdNumber, fdOf } from '../fd';
import { FAMILY_NUMBERS, SECOND_ADDRESS, TYPE_NUMBERS } from '../socket/address';

const TYPES = ['stream', 'dgram', 'seqpacket'] as const;
const O_NONBLOCK = 0o4000;
/** The second descriptor of a pair has this number more until pair_end names it. */
const UNNAMED = 400;

export const SOCKETPAIR = defineOutside({
  name: 'socketpair',
  number: 5,
  args: [{ name: 'type', type: 'enum', words: TYPES }],
  result: 'fd',
  promised: { text: 'Two sockets are made that are connected to each other.', source: 'socketpair(2)' },
  syscall: 'socketpair',
  errors: [],
  // Documented, and no program here reaches it.
  elsewhere: ['EMFILE'],
  weight: 4,
  usuallyNext: ['pair_end', 'pair_end', 'pair_end'],
  draw(_world, draw, args) {
    args.type = draw.chance(1, 2) ? 0 : draw.below(TYPES.length);
    return true;
  },
  run(world, { type }, result) {
    const fd = new OutsideFd(result, 'socket', 'unix', TYPES[type]);
    fd.hasUnnamed = true;
    nameResult(world, result, 'fd', fd);
  },
  steps(_world, { type }, result, memory) {
    const at = memory.take(8);
    const number = fdNumber(result);
    return [
      {
        op: 'syscall',
        name: 'socketpair',
        args: [FAMILY_NUMBERS.unix, TYPE_NUMBERS[TYPES[type]], 0, at],
        pair: { at, fds: [number, number + UNNAMED] },
      },
    ];
  },
});

export const PIPE2 = defineOutside({
  name: 'pipe2',
  number: 13,
  args: [],
  result: 'fd',
  promised: { text: 'A pipe is made; the name is its end for reading.', source: 'pipe(2)' },
  syscall: 'pipe2',
  errors: [],
  // Documented, and no program here reaches it.
  elsewhere: ['EMFILE'],
  weight: 5,
  usuallyNext: ['pair_end', 'pair_end', 'pair_end'],
  draw: () => true,
  run(world, _args, result) {
    const fd = new OutsideFd(result, 'pipe');
    fd.hasUnnamed = true;
    nameResult(world, result, 'fd', fd);
  },
  steps(_world, _args, result, memory) {
    const at = memory.take(8);
    const number = fdNumber(result);
    return [{ op: 'syscall', name: 'pipe2', args: [at, O_NONBLOCK], pair: { at, fds: [number, number + UNNAMED] } }];
  },
});

export const PAIR_END = defineOutside({
  name: 'pair_end',
  number: 6,
  args: [{ name: 'fd', type: 'fd' }],
  result: 'fd',
  promised: { text: 'The second descriptor of a pipe or of a pair of sockets gets a name.', source: 'dup(2)' },
  syscall: 'dup3',
  errors: ['EBADF'],
  weight: 4,
  usuallyNext: ['send', 'splice', 'vmsplice', 'sendfile'],
  draw(world, draw, args) {
    args.fd = pickHandle(world, draw, 'fd', ({ hasUnnamed }) => hasUnnamed);
    return args.fd >= 0;
  },
  run(world, { fd }, result) {
    const first = fdOf(world, fd);
    const second = new OutsideFd(result, first.what, first.family, first.type, first.what === 'pipe');
    second.isMptcp = first.isMptcp;
    second.isOverLink = first.isOverLink;
    // The two sockets of udp_connected have an address each.
    second.bound = first.hasUnnamed && first.type === 'dgram' && first.family !== 'unix';
    if (second.bound) second.addressId = first.addressId + SECOND_ADDRESS;
    if (first.hasUnnamed) {
      first.hasUnnamed = false;
      first.peer = second;
      second.peer = first;
    }
    nameResult(world, result, 'fd', second);
  },
  steps(_world, { fd }, result) {
    const unnamed = fdNumber(fd) + UNNAMED;
    return [
      { op: 'syscall', name: 'dup3', args: [unnamed, fdNumber(result), 0] },
      { op: 'syscall', name: 'close', args: [unnamed] },
    ];
  },
});
