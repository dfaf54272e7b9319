import { OutsideLink } from '../../../model/structs/outside';
import { nameResult, pickHandle } from '../../pick';
import { newLink, setLink } from '../abi/netlink/rtnl/link';
import { vlan } from '../abi/netlink/rtnl/link_kinds';
import { defineOutside } from '../define_outside';
import { farOf, linkOf, nearOf } from './devices';
import { featureSteps } from './steps/feature_steps';
import { rtnetlinkSteps } from './steps/netlink_steps';

export const VLAN_ID_MAX = 4094;
/** Few, so that two VLANs and the filters that put tags on mean the same one. */
export const VLAN_IDS = [1, 2, 3, 1000, VLAN_ID_MAX];
/** Where a tag is put on: by the device below, or in software before it (validate_xmit_vlan). */
export const TAG_WORDS = ['device', 'software'] as const;

export const VLAN = defineOutside({
  name: 'vlan',
  number: 77,
  args: [
    { name: 'link', type: 'link' },
    { name: 'number', type: 'int', min: 1, max: VLAN_ID_MAX },
    { name: 'tag', type: 'enum', words: TAG_WORDS, default: 0 },
  ],
  result: 'link',
  promised: {
    text: 'A packet goes through the link below with the tag of the VLAN, and comes out of no other VLAN, without it.',
    source: 'ip-link(8), IEEE 802.1Q-2022 clause 6.9',
  },
  syscall: 'sendto',
  errors: [],
  // Of a program without descriptors that are free.
  elsewhere: ['EBADF', 'EMFILE'],
  weight: 4,
  usuallyNext: ['capture', 'burst', 'filter', 'vlan'],
  draw(world, draw, args) {
    args.link = pickHandle(world, draw, 'link', ({ kind, merges }) => kind === 'veth' && !merges);
    if (args.link < 0) args.link = pickHandle(world, draw, 'link', ({ kind }) => kind === 'veth');
    if (args.link < 0) return false;
    args.number = VLAN_IDS[draw.below(VLAN_IDS.length)];
    args.tag = draw.below(TAG_WORDS.length);
    return true;
  },
  run(world, { link: id }, result) {
    const link = new OutsideLink(result, 'vlan');
    link.lower = linkOf(world, id);
    link.merges = link.lower.merges;
    nameResult(world, result, 'link', link);
  },
  steps(world, { link: id, number, tag }, result, memory) {
    const lower = linkOf(world, id);
    const link = { id: result, kind: 'vlan' } as const;
    const [near, far] = [nearOf(link), farOf(link)];
    const made = [
      { device: near, below: nearOf(lower) },
      { device: far, below: farOf(lower) },
    ].map(({ device: { ifindex, name, mac }, below }) =>
      newLink({ ifindex, name, address: mac, lower: below.ifindex }, vlan(number)),
    );
    const ups = [far, near].map(({ ifindex }) => setLink(ifindex, { up: true }));
    return [
      ...rtnetlinkSteps(memory, [...made, ...ups]),
      ...(TAG_WORDS[tag] === 'device' ? [] : featureSteps(memory, nearOf(lower).name, new Map([['vlan_tx', false]]))),
    ];
  },
});
