import { OutsideLink } from '../../../model/structs/outside';
import { type Id, NO_ID } from '../../../model/world/kinds';
import type { World } from '../../../model/world/world';
import type { Draw } from '../../draw';
import { nameResult, pickHandle } from '../../pick';
import { ifreqName, IFREQ_BYTES } from '../abi/device';
import { newLink, setBridgePort, setLink } from '../abi/netlink/rtnl/link';
import { bridge } from '../abi/netlink/rtnl/link_kinds';
import { AF_INET } from '../abi/uapi/sockets';
import type { CallMemory } from '../call_memory';
import { defineOutside } from '../define_outside';
import { ownFd } from '../own_fd';
import type { Step } from '../step';
import { type Device, farOf, hasEthernet, isPair, linkOf, nearOf } from './devices';
import { rtnetlinkSteps } from './steps/netlink_steps';
import { isBehind } from './rank';
import { sysctlSteps } from './steps/sysctl_steps';

/** Whether netfilter's hooks of IP see the frames that a bridge forwards: module br_netfilter. */
export const HOOK_WORDS = ['off', 'on'] as const;
/** near: the bridge sends into the link. far: what comes out of the link goes into the bridge. */
export const SIDE_WORDS = ['near', 'far'] as const;

export const BRIDGE = defineOutside({
  name: 'bridge',
  number: 78,
  args: [{ name: 'hooks', type: 'enum', words: HOOK_WORDS, default: 0 }],
  result: 'link',
  promised: { text: 'The device forwards frames between its ports.', source: 'bridge(8), IEEE 802.1Q-2022 clause 8.6' },
  syscall: 'sendto',
  errors: [],
  // Of a program without descriptors that are free.
  elsewhere: ['EBADF', 'EMFILE'],
  weight: 3,
  usuallyNext: ['bridge_port', 'bridge_port', 'plain_veth'],
  draw(_world, draw, args) {
    args.hooks = draw.below(HOOK_WORDS.length);
    return true;
  },
  run(world, _args, result) {
    nameResult(world, result, 'link', new OutsideLink(result, 'bridge'));
  },
  steps(_world, { hooks }, result, memory) {
    const { ifindex, name, mac } = nearOf({ id: result });
    const made = newLink({ ifindex, name, address: mac }, bridge({ stp: false, multicastSnooping: false }));
    return [
      ...rtnetlinkSteps(memory, [made]),
      ...['iptables', 'ip6tables'].flatMap((what) => sysctlSteps(memory, `bridge/bridge-nf-call-${what}`, hooks)),
    ];
  },
});

const CONTROL_FD = ownFd('control');
const SIOCGIFFLAGS = 0x8913;
const SOCK_DGRAM = 2;
/** The flag of a running device, and the position of the flags in the answer to SIOCGIFFLAGS: netdevice(7). */
export const IFF_RUNNING = 0x40;
export const IFREQ_FLAGS_AT = 16;
const LOOKS = 3;
const LOOK_MS = 2;

export const BRIDGE_PORT = defineOutside({
  name: 'bridge_port',
  number: 79,
  args: [
    { name: 'bridge', type: 'link' },
    { name: 'link', type: 'link' },
    { name: 'side', type: 'enum', words: SIDE_WORDS },
  ],
  promised: {
    text: 'A frame for an address that the bridge has not learned goes out of each port but the one by which it came.',
    source: 'bridge(8), IEEE 802.1Q-2022 clause 8.8.1',
  },
  syscall: 'sendto',
  errors: [],
  // Of a program without descriptors that are free.
  elsewhere: ['EBADF', 'EMFILE'],
  weight: 6,
  usuallyNext: ['bridge_port', 'bridge_port', 'capture', 'burst'],
  draw(world, draw, args) {
    args.bridge = pickHandle(world, draw, 'link', ({ kind }) => kind === 'bridge');
    if (args.bridge < 0) return false;
    const { link, side } = drawPort(world, draw, linkOf(world, args.bridge));
    args.link = link;
    args.side = side;
    return args.link >= 0;
  },
  run(world, { bridge: id, link: port, side }) {
    const [master, link] = [linkOf(world, id), linkOf(world, port)];
    if (!canBePort(world, master, link, side)) return;
    if (SIDE_WORDS[side] === 'far') link.farBridge = master;
    else link.nearBridge = master;
  },
  steps(world, { bridge: id, link: port, side }, _result, memory) {
    const [master, link] = [linkOf(world, id), linkOf(world, port)];
    if (!canBePort(world, master, link, side)) return [];
    const isFar = SIDE_WORDS[side] === 'far';
    const device = isFar ? farOf(link) : nearOf(link);
    const quiet = { learning: false, unicastFlood: false, multicastFlood: false };
    return [
      ...runningSteps(memory, device),
      ...rtnetlinkSteps(memory, [
        setLink(device.ifindex, { master: nearOf(master).ifindex }),
        // Nothing goes back, so nothing goes in circles: see rank.ts.
        ...(isFar ? [setBridgePort(device.ifindex, quiet)] : []),
        // A bridge has a carrier when it has a port.
        setLink(nearOf(master).ifindex, { up: true }),
      ]),
    ];
  },
});

/** A port that is a branch of a tree: a bridge has one link that leads to it, and any that it leads to. */
function canBePort(world: World, master: OutsideLink, link: OutsideLink, side: number): boolean {
  if (master.kind !== 'bridge' || !isPair(link) || !hasEthernet(link)) return false;
  if (SIDE_WORDS[side] === 'near') return isBehind(link, master) && link.nearBridge === null;
  const isFirst = world.namesOf('link').every(({ object }) => object.farBridge !== master);
  return isBehind(master, link) && link.farBridge === null && isFirst;
}

function drawPort(world: World, draw: Draw, master: OutsideLink): { link: Id<'link'>; side: number } {
  const first = draw.chance(1, 3) ? 1 : 0;
  for (const side of [first, 1 - first]) {
    const link = pickHandle(world, draw, 'link', (one) => canBePort(world, master, one, side));
    if (link >= 0) return { link, side };
  }
  return { link: NO_ID, side: first };
}

/**
 * A bridge forwards through a port that is running (br_add_if), which a work item says a moment after the device came
 * up (linkwatch_do_dev). The judge reads the flags.
 */
function runningSteps(memory: CallMemory, { name }: Device): Step[] {
  const request = ifreqName(name);
  const at = memory.take(request.length);
  return [
    { op: 'syscall', name: 'socket', args: [AF_INET, SOCK_DGRAM, 0], fd: CONTROL_FD },
    {
      op: 'repeat',
      times: LOOKS,
      until: 'error',
      steps: [
        { op: 'syscall', name: 'poll', args: [0, 0, LOOK_MS] },
        { op: 'poke', at, bytes: request },
        { op: 'syscall', name: 'ioctl', args: [CONTROL_FD, SIOCGIFFLAGS, at], out: [{ at, bytes: IFREQ_BYTES }] },
      ],
    },
    { op: 'syscall', name: 'close', args: [CONTROL_FD] },
  ];
}
