import { OutsideLink } from '../../../model/structs/outside';
import { nameResult } from '../../pick';
import { bit } from './bits';
import { dummy, veth } from '../abi/netlink/rtnl/link_kinds';
import { newLink, setLink } from '../abi/netlink/rtnl/link';
import { defineOutside } from '../define_outside';
import { farOf, nearOf } from './devices';
import { featureSteps, type LinkFeature } from './steps/feature_steps';
import { rtnetlinkSteps } from './steps/netlink_steps';
import { plugMessage } from './plug';

/** Features that a device can be made without. */
export const OFF_WORDS = ['sg', 'tso', 'gso', 'tx_csum', 'frag_list', 'uso'] as const;
/** The merging of packets that come out: none, GRO, GRO of UDP in lists, GRO of UDP that is forwarded. */
export const GRO_WORDS = ['off', 'on', 'list', 'udp'] as const;
const GRO_FEATURES: Readonly<Record<(typeof GRO_WORDS)[number], readonly LinkFeature[]>> = {
  off: [],
  on: ['gro'],
  list: ['gro', 'gro_list'],
  udp: ['gro', 'gro_udp'],
};
const MTU = { name: 'mtu', type: 'int', min: 68, max: 65_535, default: 1500 } as const;
const MTUS = [1500, 9000, 65_535, 65_535];
export const QUEUE_WORDS = ['none', 'plug'] as const;

export const VETH = defineOutside({
  name: 'veth',
  number: 61,
  args: [
    { name: 'off', type: 'flags', words: OFF_WORDS, default: 0 },
    { name: 'gro', type: 'enum', words: GRO_WORDS, default: 0 },
    { name: 'queue', type: 'enum', words: QUEUE_WORDS, default: 0 },
    MTU,
  ],
  result: 'link',
  promised: {
    text: 'Packets that go in at the near device of the pair come out of the far one, with a plug together.',
    source: 'veth(4), ethtool(8)',
  },
  syscall: 'sendto',
  errors: [],
  // Of a program without descriptors that are free.
  elsewhere: ['EBADF', 'EMFILE'],
  weight: 8,
  usuallyNext: ['veth', 'dummy', 'forward', 'forward', 'tun'],
  draw(_world, draw, args) {
    args.off = drawOff((n) => draw.below(n));
    args.gro = draw.below(GRO_WORDS.length);
    // Only packets that go together are merged.
    args.queue = draw.chance(2, 3) ? QUEUE_WORDS.indexOf('plug') : QUEUE_WORDS.indexOf('none');
    args.mtu = MTUS[draw.below(MTUS.length)];
    return true;
  },
  run(world, { gro, queue }, result) {
    const link = new OutsideLink(result, 'veth');
    link.holds = QUEUE_WORDS[queue] === 'plug';
    link.merges = GRO_WORDS[gro] !== 'off';
    nameResult(world, result, 'link', link);
  },
  steps(_world, { off, gro, queue, mtu }, result, memory) {
    const link = { id: result, kind: 'veth' } as const;
    const [near, far] = [nearOf(link), farOf(link)];
    const messages = [
      newLink(
        { ifindex: near.ifindex, name: near.name, address: near.mac, mtu },
        veth({ ifindex: far.ifindex, name: far.name, address: far.mac, mtu }),
      ),
      // A device whose carrier comes later is activated by a work item (linkwatch), and loses packets until then.
      setLink(far.ifindex, { up: true }),
      setLink(near.ifindex, { up: true }),
      ...(QUEUE_WORDS[queue] === 'plug' ? [plugMessage(link, 'hold')] : []),
    ];
    const merging = new Map(GRO_FEATURES[GRO_WORDS[gro]].map((feature) => [feature, true] as const));
    return [
      ...rtnetlinkSteps(memory, messages),
      ...(off === 0 ? [] : featureSteps(memory, near.name, offOf(off))),
      ...(merging.size === 0 ? [] : featureSteps(memory, far.name, merging)),
    ];
  },
});

export const DUMMY = defineOutside({
  name: 'dummy',
  number: 62,
  args: [{ name: 'off', type: 'flags', words: OFF_WORDS, default: 0 }, MTU],
  result: 'link',
  promised: { text: 'The device takes packets and delivers none.', source: 'ip-link(8)' },
  syscall: 'sendto',
  errors: [],
  // Of a program without descriptors that are free.
  elsewhere: ['EBADF', 'EMFILE'],
  weight: 6,
  usuallyNext: ['forward', 'forward', 'capture', 'tun', 'veth'],
  draw(_world, draw, args) {
    args.off = drawOff((n) => draw.below(n));
    args.mtu = MTUS[draw.below(MTUS.length)];
    return true;
  },
  run(world, _args, result) {
    nameResult(world, result, 'link', new OutsideLink(result, 'dummy'));
  },
  steps(_world, { off, mtu }, result, memory) {
    const near = nearOf({ id: result });
    const made = newLink({ ifindex: near.ifindex, name: near.name, address: near.mac, mtu, up: true }, dummy());
    return [...rtnetlinkSteps(memory, [made]), ...(off === 0 ? [] : featureSteps(memory, near.name, offOf(off)))];
  },
});

/** A quarter of the devices are made as usual, half without scatter-gather or TSO, the others without anything. */
function drawOff(below: (n: number) => number): number {
  switch (below(4)) {
    case 0:
      return 0;
    case 1:
      return below(1 << OFF_WORDS.length);
    default:
      return 1 << below(2);
  }
}

function offOf(off: number): ReadonlyMap<LinkFeature, boolean> {
  return new Map(OFF_WORDS.filter((_, at) => bit(off, at)).map((word) => [word, false] as const));
}
