import { OutsideLink } from '../../../model/structs/outside';
import { NO_ID } from '../../../model/world/kinds';
import { nameResult, pickHandle } from '../../pick';
import { newLink, setLink } from '../abi/netlink/rtnl/link';
import { newAddress } from '../abi/netlink/rtnl/link_address';
import { newFdbEntry, newNeighbour } from '../abi/netlink/rtnl/neighbour';
import { replaceRoute } from '../abi/netlink/rtnl/route';
import { delRule, newRule } from '../abi/netlink/rtnl/rule';
import { defineOutside } from '../define_outside';
import { farOf, hasEthernet, isPair, linkOf, nearOf, nextMacOf } from './devices';
import { featureSteps } from './steps/feature_steps';
import { ROUTERS } from './forward';
import { rtnetlinkSteps } from './steps/netlink_steps';
import { RT_TABLE_LOCAL } from './route_tables';
import { sysctlSteps } from './steps/sysctl_steps';
import {
  carriedBy,
  outerVersion,
  TUNNEL_FLAG_WORDS,
  TUNNEL_WORDS,
  tunnelDevice,
  tunnelEnds,
  tunnelKind,
  type TunnelWord,
  vniOf,
} from './tunnel_words';

const TABLE = 298;
const LO_INDEX = 1;
const NO_MAC = '00:00:00:00:00:00';
/** Networks of the ends of tunnels. */
const NETWORKS = { 4: { ip: '10.4.0.0', prefix: 16 }, 6: { ip: 'fd04::', prefix: 16 } } as const;
/** The merging of packets that come out (GRO). */
export const MERGE_WORDS = ['off', 'on'] as const;
const MTU_USUAL = 1400;
const MTUS = [MTU_USUAL, MTU_USUAL, MTU_USUAL, 1280, 1300, 1450, 1500, 8900, 65_000];

export const TUNNEL = defineOutside({
  name: 'tunnel',
  number: 130,
  args: [
    { name: 'link', type: 'link' },
    { name: 'kind', type: 'enum', words: TUNNEL_WORDS },
    { name: 'flags', type: 'flags', words: TUNNEL_FLAG_WORDS, default: 0 },
    { name: 'gro', type: 'enum', words: MERGE_WORDS, default: 0 },
    { name: 'mtu', type: 'int', min: 68, max: 65_535, default: MTU_USUAL },
  ],
  result: 'link',
  promised: {
    text: 'A packet goes through the link below with other headers before it, and comes out without them.',
    source: 'ip-link(8), RFC 2003, RFC 2473, RFC 2784, RFC 4213, RFC 7348, RFC 8926',
  },
  syscall: 'sendto',
  errors: [],
  // Of a program without descriptors that are free.
  elsewhere: ['EBADF', 'EMFILE'],
  weight: 4,
  usuallyNext: ['self_path', 'capture', 'burst', 'burst', 'forward'],
  draw(world, draw, args) {
    const isPlain = ({ kind, up }: OutsideLink): boolean => kind === 'veth' && up;
    args.link = draw.chance(7, 8) ? pickHandle(world, draw, 'link', isPlain) : NO_ID;
    if (args.link < 0) args.link = pickHandle(world, draw, 'link', (link) => isPair(link));
    if (args.link < 0) return false;
    args.kind = draw.below(TUNNEL_WORDS.length);
    args.flags = draw.chance(1, 2) ? 0 : draw.below(1 << TUNNEL_FLAG_WORDS.length);
    args.gro = draw.below(MERGE_WORDS.length);
    args.mtu = MTUS[draw.below(MTUS.length)];
    return true;
  },
  run(world, { link: id, kind, gro }, result) {
    const word = TUNNEL_WORDS[kind];
    const link = new OutsideLink(result, tunnelKind(word));
    link.lower = linkOf(world, id);
    link.carries = carriedBy(word);
    link.merges = MERGE_WORDS[gro] === 'on' || link.lower.merges;
    nameResult(world, result, 'link', link);
  },
  steps(world, { link: id, kind, flags, gro, mtu }, result, memory) {
    const word = TUNNEL_WORDS[kind];
    const link = { id: result, kind: tunnelKind(word) };
    return [
      // The machine takes packets from its own addresses: Documentation/networking/ip-sysctl.rst.
      ...sysctlSteps(memory, 'ipv4/conf/all/accept_local', 1),
      ...rtnetlinkSteps(memory, [
        ...wayMessages(linkOf(world, id), link, outerVersion(word)),
        ...deviceMessages(link, word, flags, mtu),
      ]),
      ...(MERGE_WORDS[gro] === 'on' ? [] : featureSteps(memory, farOf(link).name, new Map([['gro', false]]))),
    ];
  },
});

/** The number of messages of wayMessages(). */
export const WAY_MESSAGES = 8;

/**
 * Messages for the way of the outer packets: the machine reaches the one end by the link below, and is the other end.
 * Some of them are refused where another link has made the same rules.
 */
function wayMessages(lower: OutsideLink, link: Pick<OutsideLink, 'id'>, version: 4 | 6): Buffer[] {
  const { ifindex } = nearOf(lower);
  const [near, far] = tunnelEnds(link, version);
  const prefix = version === 4 ? 32 : 128;
  return [
    ...[near, far].map((ip) => newAddress({ ifindex: LO_INDEX, ip, prefix })),
    // As in self_path: the table of local addresses has the priority 0, and nothing comes before it while it is there.
    newRule({ version, priority: 3, table: TABLE, iif: 'lo', to: NETWORKS[version] }),
    newRule({ version, priority: 4, table: RT_TABLE_LOCAL, to: NETWORKS[version] }),
    newRule({ version, priority: 20, table: RT_TABLE_LOCAL }),
    delRule({ version, priority: 0, table: RT_TABLE_LOCAL }),
    newNeighbour(ifindex, ROUTERS[version], nextMacOf(lower)),
    replaceRoute({
      ...{ ip: far, prefix, table: TABLE, ifindex, via: ROUTERS[version], onlink: true, source: near },
    }),
  ];
}

/** Messages that make the two devices. */
function deviceMessages(
  link: Pick<OutsideLink, 'id' | 'kind'>,
  word: TunnelWord,
  flags: number,
  mtu: number,
): Buffer[] {
  const [near, far] = [nearOf(link), farOf(link)];
  const made = (
    [
      ['near', near],
      ['far', far],
    ] as const
  ).map(([end, { ifindex, name, mac }]) =>
    newLink(
      { ifindex, name, mtu, ...(hasEthernet(link) ? { address: mac } : {}) },
      tunnelDevice(link, word, flags, end),
    ),
  );
  const isVxlan = word.startsWith('vxlan');
  const [, to] = tunnelEnds(link, outerVersion(word));
  return [
    ...made,
    ...(isVxlan ? [newFdbEntry({ ifindex: near.ifindex, mac: NO_MAC, to, vni: vniOf(link, 'far') })] : []),
    setLink(far.ifindex, { up: true }),
    setLink(near.ifindex, { up: true }),
  ];
}

/** The number of the messages that make the devices of a tunnel and set them up. */
export const deviceMessageCount = (word: TunnelWord): number => (word.startsWith('vxlan') ? 5 : 4);
