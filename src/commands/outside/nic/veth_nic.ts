import { OutsideLink } from '../../../model/structs/outside';
import { NIC_ENDS, OutsideNic } from '../../../model/structs/outside/nic';
import type { World } from '../../../model/world/world';
import { nameResult } from '../../pick';
import { newLink, setLink } from '../abi/netlink/rtnl/link';
import { veth } from '../abi/netlink/rtnl/link_kinds';
import { AF_INET } from '../abi/uapi/sockets';
import type { CallMemory } from '../call_memory';
import { defineOutside } from '../define_outside';
import { rtnetlinkSteps } from '../link/steps/netlink_steps';
import type { Step } from '../step';
import { bindSteps, disturb, nicAt, readySteps } from './nic';
import { NIC_ADDRESSES, NIC_NAMES, nicFd, nicIndex } from './nic_places';

const SOCK_DGRAM = 2;

export const NIC_VETH = defineOutside({
  name: 'nic_veth',
  number: 140,
  args: [{ name: 'end', type: 'enum', words: NIC_ENDS }],
  result: 'link',
  level: 'root',
  promised: {
    text: 'An end of a pair of devices is there, and takes programs of XDP as a device of the machine does.',
    source: 'veth(4), Documentation/networking/netdevices.rst',
  },
  syscall: 'bpf',
  errors: ['EPERM'],
  // Of a program without descriptors that are free.
  elsewhere: ['EMFILE'],
  weight: 60,
  usuallyNext: ['nic_veth', 'nic_veth', 'nic_ready'],
  draw(world, draw, args) {
    const isOther = [0, 1].some((end) => nicAt(world, end)?.isVeth === false);
    const free = [0, 1].filter((end) => nicAt(world, end) === undefined);
    if (isOther || free.length === 0) return false;
    args.end = free[draw.below(free.length)];
    return true;
  },
  run(world, { end }, result) {
    const link = new OutsideLink(result, 'nic');
    link.nic = new OutsideNic(end, true);
    disturb(world);
    nameResult(world, result, 'link', link);
  },
  steps(world, { end }, _result, memory) {
    if (nicAt(world, end) !== undefined) return bindSteps(end, memory);
    return [
      ...(isThere(world) ? [] : pairSteps(memory)),
      { op: 'syscall', name: 'socket', args: [AF_INET, SOCK_DGRAM, 0], fd: nicFd(end, 'control') },
      ...readySteps(end, memory),
    ];
  },
});

/** One end is there, so the pair is. */
const isThere = (world: World): boolean => [0, 1].some((end) => nicAt(world, end) !== undefined);

function pairSteps(memory: CallMemory): Step[] {
  const [near, far] = [0, 1].map((end) => ({
    ...{ ifindex: nicIndex(end), name: NIC_NAMES[end], address: NIC_ADDRESSES[end] },
  }));
  const ups = [far, near].map(({ ifindex }) => setLink(ifindex, { up: true }));
  return rtnetlinkSteps(memory, [newLink(near, veth(far)), ...ups]);
}
