import type { OutsideLink } from '../../../model/structs/outside';
import { pickHandle } from '../../pick';
import { ioam6Encap, mplsEncap, type Encap } from '../abi/netlink/rtnl/encap';
import { newNeighbour } from '../abi/netlink/rtnl/neighbour';
import { replaceRoute } from '../abi/netlink/rtnl/route';
import { newRule } from '../abi/netlink/rtnl/rule';
import { seg6Encap } from '../abi/netlink/rtnl/seg6';
import { defineOutside } from '../define_outside';
import { farOf, linkOf, nearOf, nextMacOf, tableOf } from './devices';
import { rtnetlinkSteps } from './steps/netlink_steps';
import { sysctlSteps } from './steps/sysctl_steps';

/** Headers that a route puts in front of packets, or into them: ip-route(8). */
export const ENCAP_WORDS = ['none', 'mpls', 'seg6', 'seg6_inline', 'ioam6', 'ioam6_inline'] as const;
export type EncapWord = (typeof ENCAP_WORDS)[number];
/** Labels, segments, or steps of four bytes of a trace. */
export const ENCAP_SIZE_MAX = 61;
const LABELS_MAX = 30;
const SEGMENTS_MAX = 32;

/** The routers that nobody is. */
export const ROUTERS = { 4: '10.9.0.1', 6: 'fd09::1' } as const;
const SYSCTLS = ['ipv4/ip_forward', 'ipv6/conf/all/forwarding'];
const RULE_PRIORITY = 5;
const OUTER = 'fd08::1';

export const FORWARD = defineOutside({
  name: 'forward',
  number: 63,
  args: [
    { name: 'from', type: 'link' },
    { name: 'to', type: 'link' },
    { name: 'encap', type: 'enum', words: ENCAP_WORDS, default: 0 },
    { name: 'size', type: 'int', min: 1, max: ENCAP_SIZE_MAX, default: 1 },
  ],
  promised: {
    text: 'What comes out of one link goes into the other, with a TTL that is one less.',
    source: 'ip-route(8), ip-rule(8), RFC 1812 section 5.3.1',
  },
  syscall: 'sendto',
  errors: [],
  // Of a program without descriptors that are free.
  elsewhere: ['EBADF', 'EMFILE'],
  weight: 10,
  usuallyNext: ['forward', 'burst', 'burst', 'capture'],
  draw(world, draw, args) {
    // Later links are further away, so that packets do not go in circles.
    args.from = pickHandle(world, draw, 'link', ({ forwardsTo, kind }) => forwardsTo === null && kind !== 'dummy');
    if (args.from < 0) args.from = pickHandle(world, draw, 'link', ({ kind }) => kind !== 'dummy');
    if (args.from < 0) return false;
    const from = args.from;
    args.to = pickHandle(
      world,
      draw,
      'link',
      ({ id, kind }) => id !== from && isFurther({ id, kind }, linkOf(world, from)),
    );
    if (args.to < 0 && draw.chance(1, 8)) args.to = draw.handle(world, 'link');
    args.encap = draw.chance(1, 8) ? draw.below(ENCAP_WORDS.length) : 0;
    args.size = args.encap === 0 ? 1 : draw.size(1, ENCAP_SIZE_MAX);
    return args.to >= 0;
  },
  run(world, { from, to }) {
    linkOf(world, from).forwardsTo = linkOf(world, to);
  },
  steps(world, { from, to, encap, size }, _result, memory) {
    const [source, target] = [linkOf(world, from), linkOf(world, to)];
    const { ifindex } = nearOf(target);
    const table = tableOf(source);
    const messages = VERSIONS.flatMap((version) => [
      newRule({ version, priority: RULE_PRIORITY, table, iif: farOf(source).name }),
      newNeighbour(ifindex, ROUTERS[version], nextMacOf(target)),
      replaceRoute({
        ...{ ip: version === 4 ? '0.0.0.0' : '::', prefix: 0, table, ifindex, via: ROUTERS[version], onlink: true },
        ...withEncap(encapOf(ENCAP_WORDS[encap], size, version)),
      }),
    ]);
    const isFirst = world.namesOf('link').every(({ object }) => object.forwardsTo === null);
    return [
      ...(isFirst ? SYSCTLS.flatMap((name) => sysctlSteps(memory, name, 1)) : []),
      ...rtnetlinkSteps(memory, messages),
    ];
  },
});

export const VERSIONS = [4, 6] as const;

export const withEncap = (encap: Encap | undefined): { encap?: Encap } => (encap === undefined ? {} : { encap });

/** The encapsulation of a word; IPv4 has fewer. */
export function encapOf(word: EncapWord, size: number, version: 4 | 6): Encap | undefined {
  const trace = { namespace: 0, traceType: 0x800000, bytes: 4 * size } as const;
  switch (word) {
    case 'none':
      return undefined;
    case 'mpls': {
      const labels = Array.from({ length: Math.min(size, LABELS_MAX) }, (_, at) => ({ label: 16 + at }));
      return mplsEncap(labels);
    }
    case 'seg6':
      return seg6Encap('encap', segments(size));
    case 'seg6_inline':
      return version === 4 ? undefined : seg6Encap('inline', segments(size));
    case 'ioam6':
      return version === 4 ? undefined : ioam6Encap({ mode: 'encap', to: OUTER, ...trace });
    case 'ioam6_inline':
      return version === 4 ? undefined : ioam6Encap({ mode: 'inline', ...trace });
  }
}

const segments = (count: number): string[] =>
  Array.from({ length: Math.min(count, SEGMENTS_MAX) }, (_, at) => `fd08::${(at + 1).toString(16)}`);

function isFurther(link: Pick<OutsideLink, 'id' | 'kind'>, from: OutsideLink): boolean {
  if (link.kind === 'tun' || link.kind === 'tap') return false;
  return from.kind === 'tun' || from.kind === 'tap' || link.id > from.id;
}
