import type { Id } from '../../../model/world/kinds';
import type { World } from '../../../model/world/world';
import { ifreqFlags, ifreqInt } from '../abi/device';
import { ethtoolRings, ethtoolSwitch } from '../abi/ethtool';
import { defineOutside } from '../define_outside';
import type { Step } from '../step';
import { disturb, ethtoolSteps, ioctlSteps, nicOf, pickNic, SIOC, SWITCHES } from './nic';
import { NIC_NAMES } from './nic_places';

const IFF_UP = 1;
const [MTU_MIN, MTU_MAX] = [68, 16_384];
/** The least, the usual, one more; what a page holds with XDP (virtio_net, igb), jumbo frames and what is beyond. */
const MTUS = [68, 576, 1280, 1500, 1501, 2000, 3000, 3498, 3520, 4000, 4078, 7000, 9000, 9194];
const RING_MAX = 4096;
const RINGS = [1, 32, 48, 64, 80, 128, 256, 512, 1024, 4096];

/** A link that is no device of the machine. */
function stepsOf(world: World, nic: Id<'link'>, make: (end: number) => Step[]): Step[] {
  const device = nicOf(world, nic);
  return device === null ? [] : make(device.end);
}

export const NIC_UP = defineOutside({
  name: 'nic_up',
  number: 151,
  args: [
    { name: 'nic', type: 'link' },
    { name: 'up', type: 'int', min: 0, max: 1 },
  ],
  promised: { text: 'The device is up, or down.', source: 'SIOCSIFFLAGS of netdevice(7)' },
  syscall: 'ioctl',
  errors: ['ENODEV', 'EBADF'],
  weight: 3,
  usuallyNext: ['nic_up', 'nic_ready', 'nic_mtu', 'nic_rings'],
  draw(world, draw, args) {
    args.nic = pickNic(world, draw);
    args.up = args.nic >= 0 && nicOf(world, args.nic)?.up === false ? 1 : draw.chance(3, 4) ? 0 : 1;
    return args.nic >= 0;
  },
  run(world, { nic, up }) {
    const device = nicOf(world, nic);
    if (device === null) return;
    device.up = up === 1;
    disturb(world);
  },
  steps: (world, { nic, up }, _result, memory) =>
    stepsOf(world, nic, (end) =>
      ioctlSteps(end, SIOC.setFlags, ifreqFlags(NIC_NAMES[end], up === 1 ? IFF_UP : 0), memory),
    ),
});

export const NIC_MTU = defineOutside({
  name: 'nic_mtu',
  number: 152,
  args: [
    { name: 'nic', type: 'link' },
    { name: 'mtu', type: 'int', min: MTU_MIN, max: MTU_MAX },
  ],
  promised: { text: 'The device has the MTU, or refuses it.', source: 'SIOCSIFMTU of netdevice(7)' },
  syscall: 'ioctl',
  errors: ['ENODEV', 'EBADF', 'EINVAL', 'EBUSY', 'EOPNOTSUPP'],
  weight: 4,
  usuallyNext: ['nic_mtu', 'nic_mtu', 'nic_ready'],
  draw(world, draw, args) {
    args.nic = pickNic(world, draw);
    // Both ends have the same one, most of the time.
    const others = world.namesOf('link').map(({ object }) => object.nic?.mtu ?? MTU_MIN);
    args.mtu = draw.chance(1, 2) ? draw.pick(others.length > 0 ? others : MTUS) : draw.pick(MTUS);
    return args.nic >= 0;
  },
  run(world, { nic, mtu }) {
    const device = nicOf(world, nic);
    if (device === null) return;
    device.mtu = mtu;
    disturb(world);
  },
  steps: (world, { nic, mtu }, _result, memory) =>
    stepsOf(world, nic, (end) => ioctlSteps(end, SIOC.setMtu, ifreqInt(NIC_NAMES[end], mtu), memory)),
});

export const NIC_RINGS = defineOutside({
  name: 'nic_rings',
  number: 153,
  args: [
    { name: 'nic', type: 'link' },
    { name: 'rx', type: 'int', min: 1, max: RING_MAX },
    { name: 'tx', type: 'int', min: 1, max: RING_MAX },
  ],
  promised: {
    text: 'The rings of the device have the descriptors that the call names, or as many as it can have.',
    source: 'ETHTOOL_SRINGPARAM of include/uapi/linux/ethtool.h',
  },
  syscall: 'ioctl',
  errors: ['ENODEV', 'EBADF', 'EINVAL', 'EOPNOTSUPP', 'ENOMEM', 'ERANGE', 'EBUSY'],
  weight: 3,
  usuallyNext: ['nic_rings', 'nic_ready', 'nic_ready'],
  draw(world, draw, args) {
    args.nic = pickNic(world, draw);
    args.rx = draw.pick(RINGS);
    args.tx = draw.pick(RINGS);
    return args.nic >= 0;
  },
  run(world, { nic, rx }) {
    const device = nicOf(world, nic);
    if (device === null) return;
    device.rxRing = rx;
    disturb(world);
  },
  steps: (world, { nic, rx, tx }, _result, memory) =>
    stepsOf(world, nic, (end) => ethtoolSteps(end, ethtoolRings(rx, tx), memory)),
});

export const NIC_SWITCH = defineOutside({
  name: 'nic_switch',
  number: 154,
  args: [
    { name: 'nic', type: 'link' },
    { name: 'which', type: 'enum', words: SWITCHES },
    { name: 'on', type: 'int', min: 0, max: 1 },
  ],
  promised: {
    text: 'The device has the feature on or off; frames arrive all the same.',
    source: 'ETHTOOL_SRXCSUM and its like of include/uapi/linux/ethtool.h',
  },
  syscall: 'ioctl',
  errors: ['ENODEV', 'EBADF', 'EINVAL', 'EOPNOTSUPP'],
  weight: 2,
  usuallyNext: ['nic_ready'],
  draw(world, draw, args) {
    args.nic = pickNic(world, draw);
    args.which = draw.below(SWITCHES.length);
    args.on = draw.below(2);
    return args.nic >= 0;
  },
  run(world, { nic }) {
    if (nicOf(world, nic) !== null) disturb(world);
  },
  steps: (world, { nic, which, on }, _result, memory) =>
    stepsOf(world, nic, (end) => ethtoolSteps(end, ethtoolSwitch(SWITCHES[which], on === 1), memory)),
});
