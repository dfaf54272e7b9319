import { OutsideFd } from '../../../model/structs/outside';
import { nameResult } from '../../pick';
import { sockaddrIp } from '../abi/sockaddr';
import { defineOutside } from '../define_outside';
import { fdNumber } from '../fd';
import type { Step } from '../step';
import { FAMILY_NUMBERS, TYPE_NUMBERS } from './address';

/** Few ports and many addresses, so that sockets meet. */
const FIRST_PORT = 9100;
const PORTS = 2;
const HOSTS = 40;
const FAMILIES = ['inet', 'inet6'] as const;
const TYPES = ['dgram', 'stream'] as const;
/** SO_REUSEADDR and SO_REUSEPORT of socket(7). */
export const SHARE_WORDS = ['reuseaddr', 'reuseport'] as const;
const SHARE_NUMBERS = [2, 15];

export const SOCKET_AT = defineOutside({
  name: 'socket_at',
  number: 27,
  args: [
    { name: 'family', type: 'enum', words: FAMILIES },
    { name: 'type', type: 'enum', words: TYPES },
    { name: 'host', type: 'int', min: 0, max: HOSTS },
    { name: 'port', type: 'int', min: 0, max: PORTS - 1, default: 0 },
    { name: 'share', type: 'flags', words: SHARE_WORDS, default: 0 },
  ],
  result: 'fd',
  promised: {
    text: 'An address that nobody shares has one socket. Host 0 stands for all addresses.',
    source: 'bind(2), ip(7), SO_REUSEADDR and SO_REUSEPORT of socket(7)',
  },
  syscall: 'bind',
  errors: ['EADDRINUSE'],
  // Documented, and no program here reaches it.
  elsewhere: ['EADDRNOTAVAIL'],
  weight: 2,
  usuallyNext: ['socket_at', 'socket_at', 'socket_at', 'close'],
  draw(_world, draw, args) {
    args.family = draw.below(8) === 0 ? 1 : 0;
    args.type = draw.below(8) === 0 ? 1 : 0;
    args.host = draw.chance(1, 10) ? 0 : 1 + draw.below(HOSTS);
    args.port = draw.below(8) === 0 ? 1 : 0;
    args.share = draw.below(8) === 0 ? draw.below(4) : 0;
    return true;
  },
  run(world, { family, type }, result) {
    nameResult(world, result, 'fd', new OutsideFd(result, 'socket', FAMILIES[family], TYPES[type]));
  },
  steps(_world, { family, type, host, port, share }, result, memory) {
    const names = FAMILIES[family] === 'inet6' ? ['::', '::1'] : ['0.0.0.0', `127.0.0.${host}`];
    const bytes = sockaddrIp(names[Math.min(1, host)], FIRST_PORT + port);
    const at = memory.take(bytes.length);
    const one = memory.take(4);
    const number = fdNumber(result);
    const shares: Step[] = SHARE_NUMBERS.filter((_, bit) => ((share >>> bit) & 1) === 1).map((option) => ({
      op: 'syscall',
      name: 'setsockopt',
      args: [number, 1, option, one, 4],
    }));
    return [
      { op: 'poke', at, bytes },
      { op: 'poke', at: one, bytes: Buffer.from([1, 0, 0, 0]) },
      {
        op: 'syscall',
        name: 'socket',
        args: [FAMILY_NUMBERS[FAMILIES[family]], TYPE_NUMBERS[TYPES[type]], 0],
        fd: number,
      },
      ...shares,
      { op: 'syscall', name: 'bind', args: [number, at, bytes.length] },
    ];
  },
});
