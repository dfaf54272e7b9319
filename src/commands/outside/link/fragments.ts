import type { OutsideFd, OutsideLink } from '../../../model/structs/outside';
import { NO_ID } from '../../../model/world/kinds';
import { pickHandle } from '../../pick';
import { ethernet, ip, udp } from '../abi/packet/defaults';
import type { Layer } from '../abi/packet/layer';
import { PLAIN_VIRTIO, virtioBytes } from '../abi/packet/virtio';
import { patternOf } from '../abi/pattern';
import { cpumapWaitSteps } from './cpumap_wait';
import { defineOutside } from '../define_outside';
import { fdOf } from '../fd';
import { fillSeed } from '../fill';
import { portOf, SECOND_ADDRESS } from '../socket/address';
import { hasEthernet, linkOf, macOfWriter } from './devices';
import { VERSION_WORDS } from './esp';
import { datagramOf, type Flow, flowKey, layersOf } from './flows';
import { FRAGMENT_FLAW_WORDS, type FragmentArgs, type FragmentPlan, ORDER_WORDS, planFragments } from './fragment_plan';
import { SELF } from './self_addresses';
import { closeWriterSteps, hasHeader, openWriterSteps, writeSteps } from './writer';

export const FRAGMENTED_MAX = 60_000;
const PIECE_MAX = 8192;
const TTL = 64;

export const FRAGMENTS = defineOutside({
  name: 'fragments',
  number: 133,
  args: [
    { name: 'link', type: 'link' },
    { name: 'to', type: 'fd', optional: true },
    { name: 'version', type: 'enum', words: VERSION_WORDS, default: 0 },
    { name: 'size', type: 'int', min: 1, max: FRAGMENTED_MAX },
    { name: 'piece', type: 'int', min: 8, max: PIECE_MAX, default: 1400 },
    { name: 'order', type: 'enum', words: ORDER_WORDS, default: 0 },
    { name: 'flaw', type: 'enum', words: FRAGMENT_FLAW_WORDS, default: 0 },
  ],
  promised: {
    text: 'The fragments of a datagram of UDP go through the link. A socket gets the whole datagram, or nothing.',
    source: 'RFC 791 section 3.2, RFC 8200 section 4.5, RFC 5722, packet(7)',
  },
  syscall: 'writev',
  errors: [],
  // As those of burst.
  elsewhere: ['EIO', 'EINVAL', 'EMSGSIZE', 'EBADFD', 'ENETDOWN', 'ENXIO', 'EBADF', 'EAGAIN', 'EBUSY'],
  weight: 4,
  usuallyNext: ['fragments', 'recv', 'burst'],
  draw(world, draw, args) {
    args.link = pickHandle(world, draw, 'link', ({ kind, up }) => kind !== 'dummy' && kind !== 'nic' && up);
    if (args.link < 0) return false;
    args.to = draw.chance(3, 4) ? pickHandle(world, draw, 'fd', isReceiver) : NO_ID;
    args.version = args.to >= 0 ? versionAt(fdOf(world, args.to)) : draw.below(VERSION_WORDS.length);
    args.size = draw.size(1, draw.chance(1, 8) ? FRAGMENTED_MAX : 9000);
    args.piece = draw.size(8, Math.min(1400, args.size + 8));
    args.order = draw.below(ORDER_WORDS.length);
    args.flaw = draw.chance(1, 2) ? 0 : draw.below(FRAGMENT_FLAW_WORDS.length);
    return true;
  },
  run(world, { link: id, to, version, ...args }) {
    const link = linkOf(world, id);
    if (to < 0) advanceFlow(link, version, args.size);
  },
  steps(world, { link: id, to, version: said, ...args }, _result, memory) {
    const link = linkOf(world, id);
    const receiver = to < 0 ? null : fdOf(world, to);
    if (receiver !== null && !isReceiver(receiver)) return [];
    const version = receiver === null ? said : versionAt(receiver);
    const plan = planOf({ link, receiver, version, args, position: memory.position });
    const virtio = hasHeader(link) ? [virtioBytes(PLAIN_VIRTIO)] : [];
    return [
      ...openWriterSteps(memory, link, VERSION_WORDS[version] === 'v4' ? 4 : 6),
      ...plan.fragments.flatMap((bytes) => writeSteps(memory, link, [...virtio, bytes])),
      ...closeWriterSteps(link),
      ...cpumapWaitSteps(world),
    ];
  },
});

/** A datagram, and its way. */
export interface Fragmented {
  readonly link: OutsideLink;
  /** The socket that it is for; null: nobody, as the packets of a burst. */
  readonly receiver: Pick<OutsideFd, 'id'> | null;
  readonly version: number;
  readonly args: FragmentArgs;
  /** Of the call in the program. */
  readonly position: number;
}

/** The flow to which a datagram for nobody belongs. */
export const fragmentFlow = (link: OutsideLink, version: number): Flow => ({
  ...{ link, word: VERSION_WORDS[version] === 'v4' ? 'udp4' : 'udp6', number: 1 },
});

/** The fragments of a call. */
export function planOf({ link, receiver, version, args, position }: Fragmented): FragmentPlan {
  const id = 1 + position;
  if (receiver !== null) return planFragments(layersTo(link, receiver, version), dataAt(position, args.size), args, id);
  const flow = fragmentFlow(link, version);
  const number = link.packets[flowKey(flow)] ?? 0;
  const fields = { at: 0, number, ttl: TTL, push: false, receiver: 'far' } as const;
  return planFragments(layersOf(flow, fields), datagramOf(flow, number, args.size), args, id);
}

/** The data of a datagram for a socket. */
export const dataAt = (position: number, size: number): Buffer => patternOf(fillSeed(position), size);

/** As packetsOf() and advance() of burst.ts count. */
export function advanceFlow(link: OutsideLink, version: number, size: number): void {
  const key = flowKey(fragmentFlow(link, version));
  link.packets[key] = (link.packets[key] ?? 0) + 1;
  link.sent[key] = (link.sent[key] ?? 0) + size;
}

/** The first of two sockets of path_udp: the other one is its sender. */
const isReceiver = (fd: OutsideFd): boolean => fd.isOverLink && fd.type === 'dgram' && fd.addressId === fd.id;

const versionAt = ({ family }: OutsideFd): number => VERSION_WORDS.indexOf(family === 'inet6' ? 'v6' : 'v4');

/** Headers of a datagram from one socket of path_udp to the other. */
function layersTo(link: OutsideLink, { id }: Pick<OutsideFd, 'id'>, version: number): Layer[] {
  const [to, from] = SELF[VERSION_WORDS[version] === 'v4' ? 4 : 6];
  return [
    ...(hasEthernet(link) ? [ethernet(macOfWriter(link))] : []),
    ip(from, to),
    udp({ sport: portOf(id + SECOND_ADDRESS), dport: portOf(id) }),
  ];
}
