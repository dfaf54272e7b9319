import { OutsideLink } from '../../../model/structs/outside';
import { nameResult } from '../../pick';
import { u32 } from '../abi/bytes';
import { ifreqFlags } from '../abi/device';
import { CURRENT_DIRECTORY, OPEN_FLAGS, pathBytes } from '../abi/files';
import { setLink } from '../abi/netlink/rtnl/link';
import {
  IFF_NAPI,
  IFF_NAPI_FRAGS,
  IFF_NO_PI,
  IFF_TAP,
  IFF_TUN,
  IFF_VNET_HDR,
  TUNSETIFF,
  TUNSETIFINDEX,
  TUNSETOFFLOAD,
} from '../abi/uapi/devices';
import { defineOutside } from '../define_outside';
import { bit } from './bits';
import { nearOf, tunFd } from './devices';
import { rtnetlinkSteps } from './steps/netlink_steps';

const SORTS = ['tun', 'tap'] as const;
/** Documentation/networking/tuntap.rst, include/uapi/linux/if_tun.h. */
export const TUN_MODES = ['napi', 'frags', 'header'] as const;
const MODE_FLAGS = [IFF_NAPI, IFF_NAPI | IFF_NAPI_FRAGS, IFF_VNET_HDR];
const FRAGS = 1 << TUN_MODES.indexOf('frags');
const HEADER = 1 << TUN_MODES.indexOf('header');
const MTU = 9000;

export const TUN = defineOutside({
  name: 'tun',
  number: 60,
  args: [
    { name: 'sort', type: 'enum', words: SORTS },
    { name: 'mode', type: 'flags', words: TUN_MODES, default: 0 },
    { name: 'offload', type: 'int', min: 0, max: 0x1ff, default: 0 },
  ],
  result: 'link',
  promised: {
    text: 'The kernel receives each packet that the program writes to the device.',
    source: 'Documentation/networking/tuntap.rst',
  },
  syscall: 'openat',
  errors: [],
  // Of a kernel without the device, and of a program without descriptors that are free.
  elsewhere: ['ENOENT', 'ENODEV', 'EMFILE'],
  weight: 8,
  usuallyNext: ['veth', 'veth', 'dummy', 'forward', 'forward'],
  draw(_world, draw, args) {
    args.sort = draw.chance(2, 3) ? 1 : 0;
    args.mode = draw.below(1 << TUN_MODES.length);
    args.offload = draw.chance(1, 4) ? draw.below(0x200) : 0;
    return true;
  },
  run(world, { sort, mode }, result) {
    const link = new OutsideLink(result, SORTS[sort]);
    // tun_set_iff takes IFF_NAPI_FRAGS for tap alone.
    link.hasFrags = (mode & FRAGS) !== 0 && SORTS[sort] === 'tap';
    link.hasHeader = (mode & HEADER) !== 0;
    nameResult(world, result, 'link', link);
  },
  steps(_world, { sort, mode, offload }, result, memory) {
    const fd = tunFd({ id: result });
    const { name, ifindex, mac } = nearOf({ id: result });
    const isTap = SORTS[sort] === 'tap';
    const flags = MODE_FLAGS.reduce((sum, one, at) => (bit(mode, at) ? sum | one : sum), 0);
    const path = pathBytes('/dev/net/tun');
    const request = ifreqFlags(name, flags | IFF_NO_PI | (isTap ? IFF_TAP : IFF_TUN));
    const at = { path: memory.take(path.length), index: memory.take(4), request: memory.take(request.length) };
    return [
      { op: 'poke', at: at.path, bytes: path },
      { op: 'poke', at: at.index, bytes: u32(ifindex) },
      { op: 'poke', at: at.request, bytes: request },
      {
        op: 'syscall',
        name: 'openat',
        args: [CURRENT_DIRECTORY, at.path, OPEN_FLAGS.readWrite | OPEN_FLAGS.nonblock, 0],
        fd,
      },
      { op: 'syscall', name: 'ioctl', args: [fd, TUNSETIFINDEX, at.index] },
      { op: 'syscall', name: 'ioctl', args: [fd, TUNSETIFF, at.request] },
      ...(offload === 0 ? [] : [{ op: 'syscall', name: 'ioctl', args: [fd, TUNSETOFFLOAD, offload] } as const]),
      ...rtnetlinkSteps(memory, [
        setLink(ifindex, { mtu: MTU, ...(isTap ? { address: mac } : {}) }),
        setLink(ifindex, { up: true }),
      ]),
    ];
  },
});
