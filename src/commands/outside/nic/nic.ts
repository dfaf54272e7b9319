import { NIC_ENDS, OutsideNic } from '../../../model/structs/outside/nic';
import { OutsideLink } from '../../../model/structs/outside';
import type { Id } from '../../../model/world/kinds';
import { objectOf } from '../../../model/world/handles';
import type { World } from '../../../model/world/world';
import type { Draw } from '../../draw';
import { nameResult, pickHandle } from '../../pick';
import { cat, cString, u32 } from '../abi/bytes';
import { ifreqData, ifreqFlags, ifreqInt, ifreqName } from '../abi/device';
import { ethtoolRings, ethtoolSwitch, type EthtoolSwitch } from '../abi/ethtool';
import { bpfStep, loadProgramSteps } from '../bpf/bpf_steps';
import { mapCreateAttr, mapElementAttr } from '../abi/bpf/map';
import { SENT_ON_TYPE, TOLD_COUNTS_BYTES, TOLD_TYPE, xdpTold } from '../abi/bpf/xdp_told';
import { moveLinkByName } from '../abi/netlink/rtnl/link';
import { sockaddrLl } from '../abi/sockaddr';
import type { CallMemory } from '../call_memory';
import { defineOutside } from '../define_outside';
import type { Step } from '../step';
import { NIC_NAMES, nicFd, nicIndex, toldHeader } from './nic_places';

export const SIOC = { setFlags: 0x8914, setMtu: 0x8922, getIndex: 0x8933, ethtool: 0x8946 } as const;
const IFF_UP = 1;
const CLONE_NEWNET = 0x4000_0000;
const AT_FDCWD = -100;
const [AF_INET, AF_NETLINK, AF_PACKET] = [2, 16, 17];
const [SOCK_DGRAM, SOCK_RAW] = [2, 3];
const SOL_SOCKET = 1;
const [SO_SNDBUFFORCE, SO_RCVBUFFORCE] = [32, 33];
const BUFFER_BYTES = 16 << 20;
const CPUMAP_PACKETS = 192;
const ACK_BYTES = 512;
/** Descriptors of a device at the start of a program. Every driver has room for them. */
const RING = 256;

/** The namespace of the program before goes a while after it. */
const TAKE_TRIES = 3000;
const TAKE_POLL_MS = 5;

export const SWITCHES: readonly EthtoolSwitch[] = ['rxCsum', 'txCsum', 'sg', 'gro', 'gso', 'tso'];

/** The device of a name; a program may give a name of a link that is none. */
export function nicOf(world: World, id: Id<'link'>): OutsideNic | null {
  return objectOf(world, id, 'link').nic;
}

/** The device of an end, if the program has it. */
export function nicAt(world: World, end: number): OutsideNic | undefined {
  return world.namesOf('link').find(({ object }) => object.nic?.end === end)?.object.nic ?? undefined;
}

export function pickNic(world: World, draw: Draw, suits: (nic: OutsideNic) => boolean = () => true): Id<'link'> {
  return pickHandle(world, draw, 'link', ({ nic }) => nic !== null && suits(nic));
}

/** Something on the wire may have changed: what was on its way may be lost. */
export function disturb(world: World): void {
  for (const { object } of world.namesOf('link')) {
    if (object.nic === null) continue;
    object.nic.ready = object.nic.passed = object.nic.settled = false;
    object.nic.expected = { told: 0, sentOn: 0 };
  }
}

export const NIC = defineOutside({
  name: 'nic',
  number: 150,
  args: [{ name: 'end', type: 'enum', words: NIC_ENDS }],
  result: 'link',
  level: 'root',
  promised: {
    text: 'The network device of the machine moves into the namespace of the program, and is as it was at the start.',
    source: 'network_namespaces(7), netdevice(7)',
  },
  syscall: 'bind',
  errors: ['ENODEV', 'EBADF', 'EPERM'],
  weight: 60,
  usuallyNext: ['nic', 'nic', 'nic_ready'],
  draw(world, draw, args) {
    const free = [0, 1].filter((end) => nicAt(world, end) === undefined);
    if (free.length === 0) return false;
    args.end = free[draw.below(free.length)];
    return true;
  },
  run(world, { end }, result) {
    const link = new OutsideLink(result, 'nic');
    link.up = true;
    link.nic = new OutsideNic(end);
    disturb(world);
    nameResult(world, result, 'link', link);
  },
  steps(world, { end }, _result, memory) {
    if (nicAt(world, end) !== undefined) return bindSteps(end, memory);
    return [...takeSteps(end, memory), ...readySteps(end, memory)];
  },
});

/** Steps that give a device of the namespace its settings, programs and sockets. */
export const readySteps = (end: number, memory: CallMemory): Step[] => [
  ...startSteps(end, memory),
  ...mapSteps(end, memory),
  ...[false, true].flatMap((frags) => programSteps(end, frags, memory)),
  ...bindSteps(end, memory),
];

/** Sockets belong to the namespace in which they are made. */
function takeSteps(end: number, memory: CallMemory): Step[] {
  const [own, first] = ['/proc/self/ns/net', '/proc/1/ns/net'].map((path) => poked(memory, cString(path)));
  const name = poked(memory, ifreqName(NIC_NAMES[end]));
  const move = poked(memory, moveLinkByName(NIC_NAMES[end], nicFd(end, 'ownNs'), nicIndex(end)));
  const ack = memory.take(ACK_BYTES);
  const netlink = nicFd(end, 'firstNetlink');
  const fds = (['ownNs', 'firstNs', 'firstControl', 'firstNetlink'] as const).map((fd) => nicFd(end, fd));
  return [
    ...[own.step, first.step, name.step, move.step],
    { op: 'syscall', name: 'openat', args: [AT_FDCWD, own.at, 0], fd: nicFd(end, 'ownNs') },
    { op: 'syscall', name: 'openat', args: [AT_FDCWD, first.at, 0], fd: nicFd(end, 'firstNs') },
    { op: 'syscall', name: 'setns', args: [nicFd(end, 'firstNs'), CLONE_NEWNET] },
    { op: 'syscall', name: 'socket', args: [AF_INET, SOCK_DGRAM, 0], fd: nicFd(end, 'firstControl') },
    { op: 'syscall', name: 'socket', args: [AF_NETLINK, SOCK_RAW, 0], fd: netlink },
    { op: 'syscall', name: 'setns', args: [nicFd(end, 'ownNs'), CLONE_NEWNET] },
    {
      op: 'repeat',
      times: TAKE_TRIES,
      until: 'success',
      steps: [
        { op: 'syscall', name: 'poll', args: [0, 0, TAKE_POLL_MS] },
        { op: 'syscall', name: 'ioctl', args: [nicFd(end, 'firstControl'), SIOC.getIndex, name.at] },
      ],
    },
    { op: 'syscall', name: 'sendto', args: [netlink, move.at, move.bytes, 0, 0, 0] },
    {
      op: 'syscall',
      name: 'recvfrom',
      args: [netlink, ack, ACK_BYTES, 0, 0, 0],
      out: [{ at: ack, bytes: ACK_BYTES, upToReturn: true }],
    },
    ...fds.map((fd): Step => ({ op: 'syscall', name: 'close', args: [fd] })),
    { op: 'syscall', name: 'socket', args: [AF_INET, SOCK_DGRAM, 0], fd: nicFd(end, 'control') },
  ];
}

/** Settings stay with a device; the program before may have left others. */
function startSteps(end: number, memory: CallMemory): Step[] {
  const name = NIC_NAMES[end];
  return [
    ...ioctlSteps(end, SIOC.setMtu, ifreqInt(name, new OutsideNic(end).mtu), memory),
    ...ethtoolSteps(end, ethtoolRings(RING, RING), memory),
    ...SWITCHES.flatMap((which) => ethtoolSteps(end, ethtoolSwitch(which, true), memory)),
    ...ioctlSteps(end, SIOC.setFlags, ifreqFlags(name, IFF_UP), memory),
  ];
}

/** An ioctl about the device, whose argument is a struct ifreq. */
export function ioctlSteps(end: number, number: number, request: Buffer, memory: CallMemory): Step[] {
  const { at, step } = poked(memory, request);
  return [step, { op: 'syscall', name: 'ioctl', args: [nicFd(end, 'control'), number, at] }];
}

/** SIOCETHTOOL with its structure. */
export function ethtoolSteps(end: number, command: Buffer, memory: CallMemory): Step[] {
  const { at, step } = poked(memory, command);
  return [step, ...ioctlSteps(end, SIOC.ethtool, ifreqData(NIC_NAMES[end], at), memory)];
}

/** Programs that take frames of several buffers share no cpumap with others (bpf_prog_map_compatible). */
const CPUMAPS = ['cpumap', 'fragsCpumap'] as const;

function mapSteps(end: number, memory: CallMemory): Step[] {
  const counts = bpfStep(memory, 'mapCreate', mapCreateAttr('array', 1, TOLD_COUNTS_BYTES), nicFd(end, 'counts'));
  const xskmap = bpfStep(memory, 'mapCreate', mapCreateAttr('xskmap', 1), nicFd(end, 'xskmap'));
  const key = poked(memory, u32(0));
  const value = poked(memory, cat(u32(CPUMAP_PACKETS), u32(0)));
  const cpumaps = CPUMAPS.flatMap((name) => [
    ...bpfStep(memory, 'mapCreate', mapCreateAttr('cpumap', 1), nicFd(end, name)),
    ...bpfStep(memory, 'mapUpdate', mapElementAttr(nicFd(end, name), key.at, value.at)),
  ]);
  return [...counts, ...xskmap, key.step, value.step, ...cpumaps];
}

function programSteps(end: number, frags: boolean, memory: CallMemory): Step[] {
  const maps = {
    counts: nicFd(end, 'counts'),
    cpumap: nicFd(end, frags ? 'fragsCpumap' : 'cpumap'),
    xskmap: nicFd(end, 'xskmap'),
  };
  const program = xdpTold({ ...maps, redirect: nicIndex(1 - end), header: toldHeader(end) }, frags);
  return loadProgramSteps(memory, program, nicFd(end, frags ? 'fragsProgram' : 'program'));
}

export function bindSteps(end: number, memory: CallMemory): Step[] {
  const size = poked(memory, u32(BUFFER_BYTES));
  const socketsOf = [
    ['told', TOLD_TYPE],
    ['sentOn', SENT_ON_TYPE],
    ['probe', SENT_ON_TYPE + 1],
  ] as const;
  return [
    size.step,
    ...socketsOf.flatMap(([name, type]): Step[] => {
      const fd = nicFd(end, name);
      const address = poked(memory, sockaddrLl(type, nicIndex(end)));
      return [
        address.step,
        { op: 'syscall', name: 'socket', args: [AF_PACKET, SOCK_RAW, 0], fd },
        { op: 'syscall', name: 'setsockopt', args: [fd, SOL_SOCKET, SO_RCVBUFFORCE, size.at, 4] },
        { op: 'syscall', name: 'setsockopt', args: [fd, SOL_SOCKET, SO_SNDBUFFORCE, size.at, 4] },
        { op: 'syscall', name: 'bind', args: [fd, address.at, address.bytes] },
      ];
    }),
  ];
}

/** Bytes in a new buffer of a call. */
export function poked(memory: CallMemory, bytes: Buffer): { readonly at: number; readonly bytes: number; step: Step } {
  const at = memory.take(bytes.length);
  return { at, bytes: bytes.length, step: { op: 'poke', at, bytes } };
}

const SO_ERROR = 4;

/** A packet socket of a device that went down has an error, which its next call would return (packet_notifier). */
export function clearError(fd: number, memory: CallMemory): Step[] {
  const error = memory.take(4);
  const bytes = poked(memory, u32(4));
  return [bytes.step, { op: 'syscall', name: 'getsockopt', args: [fd, SOL_SOCKET, SO_ERROR, error, bytes.at] }];
}
