import type { OutsideLink } from '../../../model/structs/outside';
import { dropHandle } from '../../../model/world/handles';
import { pickHandle } from '../../pick';
import { delLink, setLink } from '../abi/netlink/rtnl/link';
import { defineOutside } from '../define_outside';
import { cpumapWaitSteps } from './cpumap_wait';
import { farOf, linkOf, nearOf, tunFd } from './devices';
import { featureSteps, LINK_FEATURES, RECEIVE_FEATURES } from './steps/feature_steps';
import { rtnetlinkSteps } from './steps/netlink_steps';
import { plugMessage } from './plug';
import { isTun } from './writer';

/* Each of these changes one thing of a link. */

const SWITCH = ['off', 'on'] as const;

export const SET_FEATURE = defineOutside({
  name: 'set_feature',
  number: 65,
  args: [
    { name: 'link', type: 'link' },
    { name: 'feature', type: 'enum', words: LINK_FEATURES },
    { name: 'to', type: 'enum', words: SWITCH },
  ],
  promised: {
    text: 'The device has the feature, or has it no more; packets on their way are not harmed.',
    source: 'ethtool(8), Documentation/networking/netdev-features.rst',
  },
  syscall: 'ioctl',
  errors: ['ENODEV'],
  // Documented, and no device here refuses a feature so.
  elsewhere: ['EBADF', 'EOPNOTSUPP', 'EINVAL', 'EPERM'],
  weight: 4,
  usuallyNext: ['burst', 'burst', 'set_feature'],
  draw(world, draw, args) {
    args.link = draw.handle(world, 'link');
    args.feature = draw.below(LINK_FEATURES.length);
    args.to = draw.below(2);
    return args.link >= 0;
  },
  run(world, { link, feature, to }) {
    if (LINK_FEATURES[feature].startsWith('gro') && to === 1) linkOf(world, link).merges = true;
  },
  steps(world, { link: id, feature, to }, _result, memory) {
    const link = linkOf(world, id);
    const word = LINK_FEATURES[feature];
    const { name } = RECEIVE_FEATURES.includes(word) ? farOf(link) : nearOf(link);
    return featureSteps(memory, name, new Map([[word, to === 1]]));
  },
});

const MTUS = [0, 67, 68, 576, 1279, 1280, 1281, 1500, 9000, 65_535];
const MTU_MAX = 65_535;
/** A device with less has no addresses and routes of the protocol: RFC 791, RFC 8200 section 5. */
const MTU_MINS = { 4: 68, 6: 1280 } as const;

export const LINK_MTU = defineOutside({
  name: 'link_mtu',
  number: 66,
  args: [
    { name: 'link', type: 'link' },
    { name: 'mtu', type: 'int', min: 0, max: MTU_MAX },
  ],
  promised: { text: 'Packets that are longer do not leave by the link in one piece.', source: 'ip-link(8)' },
  syscall: 'sendto',
  errors: [],
  // Of a program without descriptors that are free.
  elsewhere: ['EBADF', 'EMFILE'],
  weight: 2,
  usuallyNext: ['burst', 'burst'],
  draw(world, draw, args) {
    args.link = draw.handle(world, 'link');
    args.mtu = MTUS[draw.below(MTUS.length)];
    return args.link >= 0;
  },
  run(world, { link: id, mtu }) {
    const link = linkOf(world, id);
    link.selfVersions = link.selfVersions.filter((version) => mtu >= MTU_MINS[version]);
  },
  steps(world, { link: id, mtu }, _result, memory) {
    const link = linkOf(world, id);
    const indexes = new Set([nearOf(link).ifindex, farOf(link).ifindex]);
    return rtnetlinkSteps(
      memory,
      [...indexes].map((ifindex) => setLink(ifindex, { mtu })),
    );
  },
});

export const LINK_STATE = defineOutside({
  name: 'link_state',
  number: 67,
  args: [
    { name: 'link', type: 'link' },
    { name: 'to', type: 'enum', words: ['down', 'up'] },
  ],
  promised: { text: 'A device that is down sends and receives nothing.', source: 'netdevice(7)' },
  syscall: 'sendto',
  errors: [],
  // Of a program without descriptors that are free.
  elsewhere: ['EBADF', 'EMFILE'],
  weight: 1,
  usuallyNext: ['burst', 'link_state'],
  draw(world, draw, args) {
    args.link = draw.handle(world, 'link');
    if (args.link >= 0) args.to = linkOf(world, args.link).up ? 0 : 1;
    return args.link >= 0;
  },
  run(world, { link, to }) {
    linkOf(world, link).up = to === 1;
    // Routes go with the device.
    linkOf(world, link).selfVersions = [];
  },
  steps: (world, { link, to }, _result, memory) =>
    rtnetlinkSteps(memory, [setLink(nearOf(linkOf(world, link)).ifindex, { up: to === 1 })]),
});

export const LINK_DEL = defineOutside({
  name: 'link_del',
  number: 68,
  args: [{ name: 'link', type: 'link', consumed: true }],
  promised: { text: 'The kernel removes the device and frees the packets that it held.', source: 'ip-link(8)' },
  syscall: 'sendto',
  errors: [],
  // Of a program without descriptors that are free.
  elsewhere: ['EBADF', 'EMFILE'],
  weight: 1,
  draw(world, draw, args) {
    args.link = draw.handle(world, 'link');
    return args.link >= 0;
  },
  run(world, { link }) {
    const removed = linkOf(world, link);
    for (const { object } of world.namesOf('link')) forget(object, removed);
    removed.selfVersions = [];
    dropHandle(world, link);
  },
  steps(world, { link: id }, _result, memory) {
    const link = linkOf(world, id);
    return [
      ...rtnetlinkSteps(memory, [delLink(nearOf(link).ifindex)]),
      ...(isTun(link.kind) ? [{ op: 'syscall', name: 'close', args: [tunFd(link)] } as const] : []),
    ];
  },
});

/** A removed link is no link's target and no port. */
function forget(link: OutsideLink, removed: OutsideLink): void {
  if (link.forwardsTo === removed) link.forwardsTo = null;
  if (link.farBridge === removed) link.farBridge = null;
  if (link.nearBridge === removed) link.nearBridge = null;
}

export const HOLD_WORDS = ['release', 'hold'] as const;

export const LINK_HOLD = defineOutside({
  name: 'link_hold',
  number: 73,
  args: [
    { name: 'link', type: 'link' },
    { name: 'to', type: 'enum', words: HOLD_WORDS },
  ],
  promised: { text: 'The link holds the packets that leave by it, or lets them go together.', source: 'tc(8)' },
  syscall: 'sendto',
  errors: [],
  // Of a program without descriptors that are free.
  elsewhere: ['EBADF', 'EMFILE'],
  weight: 3,
  usuallyNext: ['burst', 'burst'],
  draw(world, draw, args) {
    args.link = pickHandle(world, draw, 'link', ({ kind }) => kind === 'veth');
    if (args.link >= 0) args.to = draw.below(2);
    return args.link >= 0;
  },
  run(world, { link, to }) {
    linkOf(world, link).holds = to === 1;
  },
  // plug_init does not look at the action: a queue that is new holds.
  steps(world, { link, to }, _result, memory) {
    const actions = to === 1 ? (['hold'] as const) : (['hold', 'release'] as const);
    const messages = actions.map((action) => plugMessage(linkOf(world, link), action));
    return [...rtnetlinkSteps(memory, messages), ...cpumapWaitSteps(world)];
  },
});
