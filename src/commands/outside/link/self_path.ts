import type { OutsideLink } from '../../../model/structs/outside';
import { pickHandle } from '../../pick';
import { newAddress } from '../abi/netlink/rtnl/link_address';
import { newNeighbour } from '../abi/netlink/rtnl/neighbour';
import { replaceRoute } from '../abi/netlink/rtnl/route';
import { delRule, newRule } from '../abi/netlink/rtnl/rule';
import { RT_TABLE_LOCAL } from './route_tables';
import { defineOutside } from '../define_outside';
import type { CallMemory } from '../call_memory';
import type { Step } from '../step';
import { farOf, isTunnel, linkOf, nearOf, nextMacOf } from './devices';
import { ENCAP_SIZE_MAX, ENCAP_WORDS, encapOf, type EncapWord, ROUTERS, VERSIONS, withEncap } from './forward';
import { rtnetlinkSteps } from './steps/netlink_steps';
import { plugMessage } from './plug';
import { SELF } from './self_addresses';
import { sysctlSteps } from './steps/sysctl_steps';

const NETWORKS = { 4: { ip: '10.3.0.0', prefix: 24 }, 6: { ip: 'fd03::', prefix: 64 } } as const;
const SEGMENTS = { ip: 'fd08::', prefix: 64 } as const;
const TABLE = 299;
const LO_INDEX = 1;
/**
 * The machine takes packets from its own addresses. A closed connection whose other end is gone ends soon, and with it
 * the network namespace (tcp_orphan_retries).
 */
const SYSCTLS = [
  ['ipv4/conf/all/accept_local', 1],
  ['ipv4/tcp_orphan_retries', 1],
  ['ipv4/tcp_fin_timeout', 1],
] as const;

/** The segments are the machine's own, and it reaches them by the link: RFC 8754 section 4.3. */
const segmentRoutes = (ifindex: number): Buffer[] => [
  replaceRoute({ ...SEGMENTS, type: 'local', table: RT_TABLE_LOCAL, ifindex: LO_INDEX }),
  replaceRoute({ ...SEGMENTS, table: TABLE, ifindex, via: ROUTERS[6], onlink: true }),
];

/** A device takes packets with segments: Documentation/networking/seg6-sysctl.rst. */
const segmentSteps = (memory: CallMemory, device: string): Step[] =>
  sysctlSteps(memory, `ipv6/conf/${device}/seg6_enabled`, 1);

export const SELF_PATH = defineOutside({
  name: 'self_path',
  number: 71,
  args: [
    { name: 'link', type: 'link' },
    { name: 'encap', type: 'enum', words: ENCAP_WORDS, default: 0 },
    { name: 'size', type: 'int', min: 1, max: ENCAP_SIZE_MAX, default: 1 },
  ],
  promised: {
    text: 'What the machine sends to itself goes through the link, and arrives.',
    source: 'ip-rule(8), ip-route(8), accept_local of Documentation/networking/ip-sysctl.rst',
  },
  syscall: 'sendto',
  errors: [],
  // Of a program without descriptors that are free.
  elsewhere: ['EBADF', 'EMFILE'],
  weight: 4,
  usuallyNext: ['path_connected', 'path_connected'],
  draw(world, draw, args) {
    args.link = pickHandle(world, draw, 'link', canBePath);
    if (args.link < 0) return false;
    // Most tunnels are headers enough.
    const isOuter = isTunnel(linkOf(world, args.link)) && draw.chance(7, 8);
    args.encap = isOuter ? 0 : drawEncap((n) => draw.below(n));
    args.size = args.encap === 0 ? 1 : draw.size(1, ENCAP_SIZE_MAX);
    return true;
  },
  run(world, { link, encap }) {
    // The newest route of a destination takes the place of the older one.
    for (const { object } of world.namesOf('link')) object.selfVersions = [];
    const { carries } = linkOf(world, link);
    for (const one of wayOf(linkOf(world, link))) one.holds = false;
    linkOf(world, link).selfVersions = carries.filter((version) => arrives(ENCAP_WORDS[encap], version));
  },
  steps(world, { link: id, encap, size }, _result, memory) {
    const link = linkOf(world, id);
    const { ifindex } = nearOf(link);
    const messages = VERSIONS.flatMap((version) => [
      ...SELF[version].map((ip) => newAddress({ ifindex: LO_INDEX, ip, prefix: version === 4 ? 32 : 128 })),
      newRule({ version, priority: 10, table: TABLE, iif: 'lo' }),
      // The table of local addresses has the priority 0: nothing comes before it while it is there.
      newRule({ version, priority: 20, table: RT_TABLE_LOCAL }),
      delRule({ version, priority: 0, table: RT_TABLE_LOCAL }),
      newNeighbour(ifindex, ROUTERS[version], nextMacOf(link)),
      replaceRoute({
        ...{ ...NETWORKS[version], table: TABLE, ifindex, via: ROUTERS[version], onlink: true },
        ...withEncap(encapOf(ENCAP_WORDS[encap], size, version)),
      }),
    ]);
    const isSegmented = ENCAP_WORDS[encap].startsWith('seg6');
    const segments = isSegmented ? [...segmentRoutes(ifindex)] : [];
    return [
      ...SYSCTLS.flatMap(([name, value]) => sysctlSteps(memory, name, value)),
      ...(isSegmented ? ['all', farOf(link).name].flatMap((name) => segmentSteps(memory, name)) : []),
      // Nobody would let go what the queue holds, and no connection would come up.
      ...rtnetlinkSteps(memory, [
        ...wayOf(link)
          .filter(({ holds }) => holds)
          .map((one) => plugMessage(one, 'release')),
        ...segments,
        ...messages,
      ]),
    ];
  },
});

const canBePath = (link: OutsideLink): boolean => (link.kind === 'veth' || isTunnel(link)) && link.up;

/** A link, and those below it. */
const wayOf = (link: OutsideLink): OutsideLink[] => [link, ...(link.lower === null ? [] : wayOf(link.lower))];

/** Half of the paths have headers of segments, which the machine takes off again. */
function drawEncap(below: (n: number) => number): number {
  const word = (['none', 'seg6', 'seg6', 'seg6_inline'] as const)[below(4)];
  return below(8) === 0 ? below(ENCAP_WORDS.length) : ENCAP_WORDS.indexOf(word);
}

/** Nobody takes labels and traces off; of IPv4, some of them are not put on. */
const arrives = (word: EncapWord, version: 4 | 6): boolean =>
  word === 'none' || word.startsWith('seg6') || (version === 4 && word.startsWith('ioam6'));
