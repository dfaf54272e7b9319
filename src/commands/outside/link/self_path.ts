import { pickHandle } from '../../pick';
import { newAddress } from '../abi/netlink/rtnl/link_address';
import { newNeighbour } from '../abi/netlink/rtnl/neighbour';
import { replaceRoute } from '../abi/netlink/rtnl/route';
import { delRule, newRule } from '../abi/netlink/rtnl/rule';
import { RT_TABLE_LOCAL } from './route_tables';
import { defineOutside } from '../define_outside';
import type { CallMemory } from '../call_memory';
import type { Step } from '../step';
import { farOf, linkOf, nearOf, nextMacOf } from './devices';
import { ENCAP_SIZE_MAX, ENCAP_WORDS, encapOf, ROUTERS, VERSIONS, withEncap } from './forward';
import { rtnetlinkSteps } from './netlink_steps';
import { SELF } from './self_addresses';
import { sysctlSteps } from './sysctl_steps';

const NETWORKS = { 4: { ip: '10.3.0.0', prefix: 24 }, 6: { ip: 'fd03::', prefix: 64 } } as const;
const SEGMENTS = { ip: 'fd08::', prefix: 64 } as const;
const TABLE = 299;
const LO_INDEX = 1;

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
  errors: ['EBADF', 'EMFILE', 'ENOMEM', 'ENOBUFS'],
  weight: 4,
  usuallyNext: ['path_connected', 'path_connected'],
  draw(world, draw, args) {
    args.link = pickHandle(world, draw, 'link', ({ kind }) => kind === 'veth');
    if (args.link < 0) return false;
    args.encap = draw.chance(1, 3) ? 0 : draw.below(ENCAP_WORDS.length);
    args.size = args.encap === 0 ? 1 : draw.size(1, ENCAP_SIZE_MAX);
    return true;
  },
  run: () => undefined,
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
      ...sysctlSteps(memory, 'ipv4/conf/all/accept_local', 1),
      ...(isSegmented ? ['all', farOf(link).name].flatMap((name) => segmentSteps(memory, name)) : []),
      ...rtnetlinkSteps(memory, [...segments, ...messages]),
    ];
  },
});
