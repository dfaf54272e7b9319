import type { OutsideLink } from '../../../model/structs/outside';
import { NO_ID, type Id } from '../../../model/world/kinds';
import type { World } from '../../../model/world/world';
import type { Draw } from '../../draw';
import { pickHandle } from '../../pick';
import { cpumapValue, devmapValue, mapCreateAttr, mapElementAttr } from '../abi/bpf/map';
import { xdp, type XdpEdit, type XdpEnd } from '../abi/bpf/xdp';
import { u32 } from '../abi/bytes';
import { setXdp } from '../abi/netlink/rtnl/link';
import { bpfStep, loadProgramSteps } from '../bpf/bpf_steps';
import type { CallMemory } from '../call_memory';
import { defineOutside } from '../define_outside';
import { ownFd } from '../own_fd';
import type { Step } from '../step';
import { farOf, linkOf, nearOf } from './devices';
import { isBehind } from './rank';
import { rtnetlinkSteps } from './steps/netlink_steps';
import { editsOf, takesXdp, XDP_BYTES_MAX, XDP_EDIT_WORDS, XDP_MODE_WORDS, xdpModeOf } from './xdp';

export const XDP_MAP_WORDS = ['devmap', 'devmap_hash', 'cpumap'] as const;
export type XdpMapWord = (typeof XDP_MAP_WORDS)[number];
/** The program of a member of the map. In one of a devmap, `redirect` is a verdict that the kernel does not take. */
export const XDP_MEMBER_WORDS = ['none', 'pass', 'drop', 'aborted', 'redirect'] as const;
export type XdpMemberWord = (typeof XDP_MEMBER_WORDS)[number];
/** The program that changes the frame: the one of the link, or that of a member. */
export const XDP_EDITOR_WORDS = ['link', 'member'] as const;
/** broadcast: to all members but the device that the frame came by; itself: that one is a member, too. */
export const XDP_REDIRECT_FLAGS = ['broadcast', 'itself'] as const;

const [DEVMAP_FD, CPUMAP_FD] = [ownFd('devmap'), ownFd('cpumap')];
const [PROGRAM_FD, MEMBER_FD] = [ownFd('program'), ownFd('memberProgram')];
/** Members of a devmap: two links, and the device that the frame came by. */
const KEYS = { to: 0, too: 1, itself: 2 } as const;
const MEMBERS = 4;
/** The machine has one CPU. */
const CPUS = 1;
const QUEUE_FRAMES = 192;

export const XDP_REDIRECT = defineOutside({
  name: 'xdp_redirect',
  number: 250,
  args: [
    { name: 'link', type: 'link' },
    { name: 'mode', type: 'enum', words: XDP_MODE_WORDS, default: 0 },
    { name: 'frags', type: 'int', min: 0, max: 1, default: 0 },
    { name: 'map', type: 'enum', words: XDP_MAP_WORDS, default: 0 },
    { name: 'flags', type: 'flags', words: XDP_REDIRECT_FLAGS, default: 0 },
    { name: 'member', type: 'enum', words: XDP_MEMBER_WORDS, default: 0 },
    { name: 'edit', type: 'enum', words: XDP_EDIT_WORDS, default: 0 },
    { name: 'editor', type: 'enum', words: XDP_EDITOR_WORDS, default: 0 },
    { name: 'bytes', type: 'int', min: 1, max: XDP_BYTES_MAX, default: 4 },
    { name: 'value', type: 'int', min: 0, max: 255, default: 1 },
    { name: 'to', type: 'link', optional: true },
    { name: 'too', type: 'link', optional: true },
  ],
  level: 'root',
  promised: {
    text: 'Each frame that comes out of the link goes by a map to other devices, or to a CPU, each copy whole.',
    source: 'bpf-helpers(7) (bpf_redirect_map), Documentation/bpf/map_devmap.rst, Documentation/bpf/map_cpumap.rst',
  },
  syscall: 'bpf',
  errors: ['EPERM'],
  // Of the calls after the first. EINVAL: the device that becomes a member is gone. EBADF: a user makes no maps.
  elsewhere: ['EBADF', 'EINVAL'],
  weight: 2,
  usuallyNext: ['capture', 'burst', 'burst', 'xdp'],
  draw(world, draw, args) {
    args.link = pickHandle(world, draw, 'link', (link) => takesXdp(link) && pickTarget(world, draw, link) >= 0);
    if (args.link < 0) args.link = pickHandle(world, draw, 'link', takesXdp);
    if (args.link < 0) return false;
    const link = linkOf(world, args.link);
    args.to = pickTarget(world, draw, link);
    args.too = draw.chance(1, 2) ? pickTarget(world, draw, link) : NO_ID;
    args.mode = draw.below(XDP_MODE_WORDS.length);
    args.frags = draw.below(2);
    args.map = args.to < 0 ? XDP_MAP_WORDS.indexOf('cpumap') : draw.below(XDP_MAP_WORDS.length);
    args.flags = (args.too >= 0 && draw.chance(3, 4) ? 1 : 0) | (draw.chance(1, 3) ? 2 : 0);
    const members = XDP_MEMBER_WORDS.length - (XDP_MAP_WORDS[args.map] === 'cpumap' ? 0 : 1);
    args.member = draw.chance(1, 3) ? 0 : draw.below(members);
    if (draw.chance(1, 3) && XDP_MAP_WORDS[args.map] === 'cpumap') args.member = XDP_MEMBER_WORDS.indexOf('redirect');
    args.edit = draw.chance(1, 2) ? 0 : draw.below(XDP_EDIT_WORDS.length);
    args.editor = draw.below(XDP_EDITOR_WORDS.length);
    args.bytes = draw.size(1, XDP_BYTES_MAX);
    args.value = draw.below(256);
    return true;
  },
  run(world, { link: id, mode, map }) {
    const link = linkOf(world, id);
    link.xdp = xdpModeOf(XDP_MODE_WORDS[mode], link);
    if (XDP_MAP_WORDS[map] === 'cpumap') link.hasCpumap = true;
  },
  steps(world, args, _result, memory) {
    const { ifindex } = farOf(linkOf(world, args.link));
    const programs = programsOf(args);
    return [
      ...mapSteps(
        world,
        args,
        programs.member === null ? null : loadProgramSteps(memory, programs.member, MEMBER_FD),
        memory,
      ),
      ...loadProgramSteps(memory, programs.link, PROGRAM_FD),
      // As in `xdp`: the older one goes first.
      ...rtnetlinkSteps(memory, [
        ...(['native', 'generic'] as const).map((one) => setXdp(ifindex, -1, one)),
        setXdp(ifindex, PROGRAM_FD, XDP_MODE_WORDS[args.mode]),
      ]),
      ...[PROGRAM_FD, MEMBER_FD, CPUMAP_FD, DEVMAP_FD].map((fd): Step => ({
        op: 'syscall',
        name: 'close',
        args: [fd],
      })),
    ];
  },
});

interface RedirectArgs {
  readonly link: Id<'link'>;
  readonly frags: number;
  readonly map: number;
  readonly flags: number;
  readonly member: number;
  readonly edit: number;
  readonly editor: number;
  readonly bytes: number;
  readonly value: number;
  readonly to: Id<'link'>;
  readonly too: Id<'link'>;
}

const isCpumap = ({ map }: Pick<RedirectArgs, 'map'>): boolean => XDP_MAP_WORDS[map] === 'cpumap';

/** Programs that share a map take frames of several buffers all, or none of them (bpf_prog_map_compatible). */
function programsOf(args: RedirectArgs): { link: ReturnType<typeof xdp>; member: ReturnType<typeof xdp> | null } {
  const { frags, member, edit, editor, bytes, value, flags } = args;
  const edits = editsOf(XDP_EDIT_WORDS[edit], bytes, value);
  const [own, ofMember]: XdpEdit[][] = XDP_EDITOR_WORDS[editor] === 'link' ? [edits, []] : [[], edits];
  const end = isCpumap(args)
    ? { map: CPUMAP_FD, key: 0 }
    : { map: DEVMAP_FD, key: KEYS.to, broadcast: (flags & 1) !== 0 };
  const word = XDP_MEMBER_WORDS[member];
  return {
    link: xdp(own, end, frags === 1),
    member:
      word === 'none' ? null : xdp(ofMember, memberEnd(args, word), frags === 1, isCpumap(args) ? 'cpumap' : 'devmap'),
  };
}

function memberEnd(args: RedirectArgs, word: Exclude<XdpMemberWord, 'none'>): XdpEnd {
  if (word !== 'redirect') return { verdict: word };
  return isCpumap(args) ? { map: DEVMAP_FD, key: KEYS.to } : { redirect: 0 };
}

/** The maps, with the program of their members, which may be one that uses the devmap. */
function mapSteps(world: World, args: RedirectArgs, program: Step[] | null, memory: CallMemory): Step[] {
  const link = linkOf(world, args.link);
  const fd = program === null ? -1 : MEMBER_FD;
  const sort = XDP_MAP_WORDS[args.map] === 'devmap_hash' ? 'devmapHash' : 'devmap';
  const ofDevice = isCpumap(args) ? -1 : fd;
  const members = membersOf(world, link, args);
  return [
    ...bpfStep(memory, 'mapCreate', mapCreateAttr(sort, MEMBERS), DEVMAP_FD),
    ...bpfStep(memory, 'mapCreate', mapCreateAttr('cpumap', CPUS), CPUMAP_FD),
    ...(program ?? []),
    ...members.flatMap(({ key, ifindex }) => updateSteps(memory, DEVMAP_FD, key, devmapValue(ifindex, ofDevice))),
    ...(isCpumap(args) ? updateSteps(memory, CPUMAP_FD, 0, cpumapValue(QUEUE_FRAMES, fd)) : []),
  ];
}

function membersOf(
  world: World,
  link: OutsideLink,
  { to, too, flags }: RedirectArgs,
): { key: number; ifindex: number }[] {
  const targets = [
    { key: KEYS.to, target: targetOf(world, link, to) },
    { key: KEYS.too, target: targetOf(world, link, too) },
  ];
  return [
    ...targets.flatMap(({ key, target }) => (target === null ? [] : [{ key, ifindex: nearOf(target).ifindex }])),
    ...((flags & 2) !== 0 ? [{ key: KEYS.itself, ifindex: farOf(link).ifindex }] : []),
  ];
}

function updateSteps(memory: CallMemory, map: number, key: number, value: Buffer): Step[] {
  const [keyAt, valueAt] = [memory.take(4), memory.take(value.length)];
  return [
    { op: 'poke', at: keyAt, bytes: u32(key) },
    { op: 'poke', at: valueAt, bytes: value },
    ...bpfStep(memory, 'mapUpdate', mapElementAttr(map, keyAt, valueAt)),
  ];
}

/** Whether frames of a link may be redirected to the near device of another: see rank.ts. */
export const isRedirectTarget = (link: OutsideLink, from: OutsideLink): boolean =>
  REDIRECT_KINDS.includes(link.kind) && isBehind(link, from);

/** Devices whose frames begin with a header of Ethernet. */
const REDIRECT_KINDS: readonly OutsideLink['kind'][] = ['veth', 'tap', 'dummy'];

function targetOf(world: World, from: OutsideLink, id: Id<'link'>): OutsideLink | null {
  if (id < 0) return null;
  const link = linkOf(world, id);
  return isRedirectTarget(link, from) ? link : null;
}

/** A native program sends to devices that take frames: of a pair, where the other one has a program (veth_xdp_xmit). */
function pickTarget(world: World, draw: Draw, from: OutsideLink): Id<'link'> {
  const takes = pickHandle(world, draw, 'link', (one) => isRedirectTarget(one, from) && one.xdp === 'native');
  if (takes >= 0 && draw.chance(3, 4)) return takes;
  return pickHandle(world, draw, 'link', (one) => isRedirectTarget(one, from));
}
