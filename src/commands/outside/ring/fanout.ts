import type { World } from '../../../model/world/world';
import type { OutsideFd } from '../../../model/structs/outside';
import { fanout, type Fanout } from '../abi/packet_ring';
import { PACKET_FANOUT, PACKET_FANOUT_FLAG_DEFRAG, PACKET_FANOUT_FLAG_ROLLOVER } from '../abi/uapi/af_packet';
import { SOL_PACKET } from '../abi/uapi/sockets';
import { defineOutside } from '../define_outside';
import { fdNumber, fdOf, pickFd } from '../fd';

const GROUP_MAX = 3;
export const FANOUT_MODES = ['hash', 'lb', 'cpu', 'rollover', 'rnd', 'qm'] as const;
const KINDS = {
  ...{ hash: 'hash', lb: 'roundRobin', cpu: 'cpu', rollover: 'rollover', rnd: 'random', qm: 'queue' },
} as const satisfies Readonly<Record<(typeof FANOUT_MODES)[number], Fanout>>;
export const FANOUT_FLAG_WORDS = ['rollover', 'defrag'] as const;
const FLAGS = { rollover: PACKET_FANOUT_FLAG_ROLLOVER, defrag: PACKET_FANOUT_FLAG_DEFRAG } as const;

export const FANOUT = defineOutside({
  name: 'fanout',
  number: 212,
  args: [
    { name: 'fd', type: 'fd' },
    { name: 'group', type: 'int', min: 0, max: GROUP_MAX, default: 0 },
    { name: 'mode', type: 'enum', words: FANOUT_MODES, default: 0 },
    { name: 'flags', type: 'flags', words: FANOUT_FLAG_WORDS, default: 0 },
  ],
  promised: {
    text: 'One socket of the group receives each frame that comes to it from now on.',
    source: 'PACKET_FANOUT of packet(7)',
  },
  syscall: 'setsockopt',
  // EINVAL: the group has sockets of another device, or another mode. EALREADY: the socket is in a group.
  errors: ['EINVAL', 'EALREADY', 'EBADF', 'ENOTSOCK', 'ENOPROTOOPT', 'EOPNOTSUPP'],
  elsewhere: ['ENOSPC'],
  weight: 2,
  usuallyNext: ['fanout', 'fanout', 'burst', 'ring_send'],
  draw(world, draw, args) {
    args.fd = pickFd(world, draw, ({ captures, fanout: joined }) => captures !== null && joined === null);
    if (args.fd < 0) return false;
    const other = draw.chance(7, 8) ? memberBeside(world, fdOf(world, args.fd)) : null;
    args.group = other?.group ?? draw.below(GROUP_MAX + 1);
    args.mode = other?.mode ?? draw.below(FANOUT_MODES.length);
    args.flags = other?.flags ?? (draw.chance(1, 3) ? draw.below(1 << FANOUT_FLAG_WORDS.length) : 0);
    return true;
  },
  run(world, { fd, group, mode, flags }) {
    fdOf(world, fd).fanout ??= { group, mode, flags };
  },
  steps(_world, { fd, group, mode, flags }, _result, memory) {
    const bits = FANOUT_FLAG_WORDS.reduce((all, word, at) => all | (((flags >>> at) & 1) === 1 ? FLAGS[word] : 0), 0);
    const value = fanout(group, KINDS[FANOUT_MODES[mode]], bits);
    const at = memory.take(value.length);
    return [
      { op: 'poke', at, bytes: value },
      { op: 'syscall', name: 'setsockopt', args: [fdNumber(fd), SOL_PACKET, PACKET_FANOUT, at, value.length] },
    ];
  },
});

/** The group of another socket that receives from the same link. */
function memberBeside(world: World, { captures }: OutsideFd): OutsideFd['fanout'] {
  const others = world.namesOf('fd').filter(({ object }) => object.captures === captures && object.fanout !== null);
  return others.at(0)?.object.fanout ?? null;
}
