import { OutsideFd } from '../../../model/structs/outside';
import { nameResult } from '../../pick';
import { defineOutside } from '../define_outside';
import { fdNumber, fdOf, pickFd } from '../fd';
import { FAMILY_NUMBERS, TYPE_NUMBERS } from './address';

const FAMILIES = ['inet', 'inet6', 'unix', 'vsock'] as const;
const TYPES = ['stream', 'dgram', 'seqpacket'] as const;

export const SOCKET = defineOutside({
  name: 'socket',
  number: 0,
  args: [
    { name: 'family', type: 'enum', words: FAMILIES },
    { name: 'type', type: 'enum', words: TYPES },
  ],
  result: 'fd',
  promised: { text: 'A socket is made, and its descriptor is returned.', source: 'socket(2)' },
  syscall: 'socket',
  // vsock has no transport for datagrams over loopback: vsock_assign_transport.
  errors: ['ENODEV'],
  // Of a kernel without IPv6, vsock, or SCTP, which is the seqpacket of the internet families (inet_create).
  elsewhere: ['EMFILE', 'EAFNOSUPPORT', 'EPROTONOSUPPORT', 'ESOCKTNOSUPPORT'],
  weight: 10,
  usuallyNext: ['bind', 'bind', 'bind', 'setsockopt'],
  draw(world, draw, args) {
    // Sockets of one sort have something to say to each other.
    const other = pickFd(
      world,
      draw,
      ({ what, family }) => what === 'socket' && FAMILIES.some((one) => one === family),
    );
    if (other >= 0 && draw.chance(1, 2)) {
      const { family, type } = fdOf(world, other);
      args.family = FAMILIES.findIndex((one) => one === family);
      args.type = TYPES.indexOf(type);
      return true;
    }
    args.family = draw.below(FAMILIES.length);
    if (FAMILIES[args.family] === 'vsock' && draw.chance(1, 2)) args.family = 0;
    const family = FAMILIES[args.family];
    if (family === 'vsock') args.type = draw.chance(1, 2) ? TYPES.indexOf('seqpacket') : 0;
    else args.type = family === 'unix' ? draw.below(TYPES.length) : draw.below(TYPES.length - 1);
    return true;
  },
  run(world, { family, type }, result) {
    nameResult(world, result, 'fd', new OutsideFd(result, 'socket', FAMILIES[family], TYPES[type]));
  },
  steps: (_world, { family, type }, result) => [
    {
      op: 'syscall',
      name: 'socket',
      args: [FAMILY_NUMBERS[FAMILIES[family]], TYPE_NUMBERS[TYPES[type]], 0],
      fd: fdNumber(result),
    },
  ],
});
