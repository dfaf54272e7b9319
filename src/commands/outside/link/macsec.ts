import { OutsideLink } from '../../../model/structs/outside';
import { nameResult, pickHandle } from '../../pick';
import type { MacText } from '../abi/address';
import { addMacsecChannel, addMacsecRx, addMacsecTx } from '../abi/netlink/genl/macsec';
import { newLink, setLink } from '../abi/netlink/rtnl/link';
import { macsec } from '../abi/netlink/rtnl/link_kinds';
import { defineOutside } from '../define_outside';
import { farOf, linkOf, nearOf } from './devices';
import { featureSteps } from './steps/feature_steps';
import { genlSteps } from './steps/genl_steps';
import { rtnetlinkSteps } from './steps/netlink_steps';
import { MERGE_WORDS } from './tunnel';

/** encrypt: nobody can read the bytes; sign: everybody can, and nobody can change them. */
export const PROTECT_WORDS = ['encrypt', 'sign'] as const;
/** Packets that may come late. */
const WINDOW_MAX = 64;

export const MACSEC = defineOutside({
  name: 'macsec',
  number: 131,
  args: [
    { name: 'link', type: 'link' },
    { name: 'protect', type: 'enum', words: PROTECT_WORDS, default: 0 },
    { name: 'window', type: 'int', min: 0, max: WINDOW_MAX, default: 0 },
    { name: 'gro', type: 'enum', words: MERGE_WORDS, default: 0 },
  ],
  result: 'link',
  promised: {
    text: 'A frame goes over the link below with a tag and a check, and comes out as it went in. Only root has keys.',
    source: 'ip-macsec(8), IEEE 802.1AE-2018 clause 10',
  },
  syscall: 'sendto',
  errors: [],
  // Of a program without descriptors that are free.
  elsewhere: ['EBADF', 'EMFILE'],
  weight: 1,
  usuallyNext: ['self_path', 'capture', 'burst', 'burst', 'forward'],
  draw(world, draw, args) {
    args.link = pickHandle(
      world,
      draw,
      'link',
      ({ kind, up, farBridge }) => kind === 'veth' && up && farBridge === null,
    );
    if (args.link < 0) return false;
    args.protect = draw.below(PROTECT_WORDS.length);
    args.window = draw.chance(1, 2) ? 0 : draw.size(1, WINDOW_MAX);
    args.gro = draw.below(MERGE_WORDS.length);
    return true;
  },
  run(world, { link: id, gro }, result) {
    const link = new OutsideLink(result, 'tunnel');
    link.lower = linkOf(world, id);
    link.merges = MERGE_WORDS[gro] === 'on' || link.lower.merges;
    nameResult(world, result, 'link', link);
  },
  steps(world, { link: id, protect, window, gro }, result, memory) {
    const lower = linkOf(world, id);
    const link = { id: result, kind: 'tunnel' } as const;
    const ends = [
      { device: nearOf(link), below: nearOf(lower) },
      { device: farOf(link), below: farOf(lower) },
    ];
    const made = ends.map(({ device: { ifindex, name, mac }, below }) =>
      newLink(
        { ifindex, name, address: mac, lower: below.ifindex },
        macsec({ sci: channelOf(mac), encrypt: PROTECT_WORDS[protect] === 'encrypt', window }),
      ),
    );
    const [{ device: near }, { device: far }] = ends;
    const key = { association: 0, packet: 1, secret: 1 + (result & 127) };
    const channel = channelOf(near.mac);
    const keys = [
      addMacsecTx(ANY_FAMILY, near.ifindex, key),
      addMacsecChannel(ANY_FAMILY, far.ifindex, channel),
      addMacsecRx(ANY_FAMILY, far.ifindex, channel, key),
    ];
    return [
      ...rtnetlinkSteps(memory, made),
      ...genlSteps(memory, 'macsec', keys),
      ...rtnetlinkSteps(
        memory,
        [far, near].map(({ ifindex }) => setLink(ifindex, { up: true })),
      ),
      ...(MERGE_WORDS[gro] === 'on' ? [] : featureSteps(memory, far.name, new Map([['gro', false]]))),
    ];
  },
});

/** Messages of rtnetlink, the later of which have the numbers of the earlier ones; and of generic netlink. */
export const MACSEC_MESSAGES = { links: 2, keys: 3 } as const;
/** genlSteps writes the family. */
const ANY_FAMILY = 0;

/** The identifier of a secure channel: an Ethernet address, and a port, which is 1. IEEE 802.1AE-2018 clause 9.9. */
const channelOf = (mac: MacText): bigint => BigInt(`0x${mac.replaceAll(':', '')}0001`);
