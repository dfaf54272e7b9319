import { OutsideFd, type OutsideLink, OutsideXsk } from '../../../model/structs/outside';
import type { XskSettings } from '../../../model/structs/outside/xsk';
import { NO_ID, type Id } from '../../../model/world/kinds';
import type { World } from '../../../model/world/world';
import type { Draw } from '../../draw';
import { nameResult, pickHandle } from '../../pick';
import { fdValue, mapCreateAttr, mapElementAttr } from '../abi/bpf/map';
import { xdp } from '../abi/bpf/xdp';
import { u32 } from '../abi/bytes';
import { setXdp } from '../abi/netlink/rtnl/link';
import { sockaddrXdp } from '../abi/sockaddr';
import { AF_XDP, SOCK_RAW, SOL_XDP } from '../abi/uapi/sockets';
import { XDP_COPY, XDP_SHARED_UMEM, XDP_UMEM_REG, XDP_USE_NEED_WAKEUP, XDP_USE_SG } from '../abi/uapi/xsk';
import { umemReg, xskAddress, xskIndex, XSK_RINGS, type XskRing } from '../abi/xsk';
import { bpfStep, loadProgramSteps } from '../bpf/bpf_steps';
import type { CallMemory } from '../call_memory';
import { defineOutside } from '../define_outside';
import { fdNumber, fdOf } from '../fd';
import { fillSeed } from '../fill';
import { SIDE_WORDS } from '../link/bridge';
import { farOf, linkOf, nearOf } from '../link/devices';
import { rtnetlinkSteps } from '../link/steps/netlink_steps';
import { XDP_MODE_WORDS } from '../link/xdp';
import { anonymousStep, fileStep } from '../object_memory';
import { ownFd } from '../own_fd';
import { optionSteps } from '../option_steps';
import type { Step } from '../step';
import { chunkOffset, memberAt, partBytes, partOffset, producerAt, ringBytes, RING_ENTRIES, ringAt } from './layout';
import { umemAt, umemBytes } from './layout';

const PROGRAM_FD = ownFd('program');
const MAP_FD = ownFd('xskMap');
export const XSK_FLAG_WORDS = ['unaligned', 'wakeup', 'multi', 'few'] as const;
/** Members of the completion ring, without the flag `few` and with it. */
const COMPLETIONS = [16, 8] as const;
export const CHUNK_WORDS = ['half_page', 'page'] as const;
const CHUNK_BYTES = { half_page: 2048, page: 4096 } as const;
/** Every kernel takes this headroom in a chunk of 2048 bytes, and 7.3 takes no more (xdp_umem_reg). In bytes. */
const HEADROOM_MAX = 1344;
const HEADROOMS = [0, 0, 0, 64, 256, 1000, HEADROOM_MAX];
const RING_NAMES = Object.keys(XSK_RINGS) as XskRing[];

export const XSK = defineOutside({
  name: 'xsk',
  number: 220,
  args: [
    { name: 'link', type: 'link' },
    { name: 'side', type: 'enum', words: SIDE_WORDS, default: 0 },
    { name: 'flags', type: 'flags', words: XSK_FLAG_WORDS, default: 0 },
    { name: 'chunk', type: 'enum', words: CHUNK_WORDS, default: 0 },
    { name: 'headroom', type: 'int', min: 0, max: HEADROOM_MAX, default: 0 },
    { name: 'fill', type: 'int', min: 0, max: RING_ENTRIES, default: RING_ENTRIES },
    { name: 'mode', type: 'enum', words: XDP_MODE_WORDS, default: 0 },
    { name: 'share', type: 'fd', optional: true },
  ],
  result: 'fd',
  promised: {
    text: 'The socket sends by a device of the link. As root it also receives all frames that come in there.',
    source: 'Documentation/networking/af_xdp.rst',
  },
  syscall: 'bind',
  errors: ['ENODEV', 'EBUSY', 'EINVAL', 'EBADF'],
  // ENOTSOCK: the descriptor that it shares with is not open (xsk_lookup_xsk_from_fd, net/xdp/xsk.c).
  elsewhere: ['EPERM', 'ENOTSOCK', 'ENETDOWN', 'EOPNOTSUPP'],
  weight: 3,
  usuallyNext: ['xsk', 'xsk_send', 'burst', 'burst'],
  draw(world, draw, args) {
    args.link = pickHandle(world, draw, 'link', ({ kind }) => kind === 'veth');
    if (args.link < 0) return false;
    const link = linkOf(world, args.link);
    const isTaken = [false, true].map((isFar) => isBound(world, link, isFar));
    if (isTaken[0] && isTaken[1] && !draw.chance(1, 8)) return false;
    const isFar = isTaken[0] === isTaken[1] ? draw.chance(1, 2) : isTaken[0];
    args.side = SIDE_WORDS.indexOf(isFar ? 'far' : 'near');
    args.flags = (draw.chance(1, 3) ? 1 : 0) | (draw.chance(1, 3) ? 2 : 0) | (draw.chance(1, 3) ? 4 : 0);
    args.flags |= draw.chance(1, 2) ? 8 : 0;
    args.chunk = draw.below(CHUNK_WORDS.length);
    args.headroom = draw.pick(HEADROOMS);
    args.fill = draw.chance(2, 3) ? RING_ENTRIES : draw.between(0, RING_ENTRIES);
    args.mode = draw.below(XDP_MODE_WORDS.length);
    args.share = draw.chance(1, 3) ? drawShared(world, draw) : NO_ID;
    return true;
  },
  run(world, args, result) {
    const fd = new OutsideFd(result, 'socket', 'xdp', 'dgram');
    fd.xsk = beliefOf(world, args, result);
    nameResult(world, result, 'fd', fd);
  },
  steps(world, args, result, memory) {
    const { flags, mode, share } = args;
    const { link, isFar, settings, fill, completions } = beliefOf(world, args, result);
    const fd = fdNumber(result);
    const { ifindex } = isFar ? farOf(link) : nearOf(link);
    const isShared = settings.memory !== result;
    const own = XDP_COPY | ((flags & 2) !== 0 ? XDP_USE_NEED_WAKEUP : 0) | (settings.isMulti ? XDP_USE_SG : 0);
    const address = sockaddrXdp(ifindex, 0, isShared ? XDP_SHARED_UMEM : own, isShared ? fdNumber(share) : 0);
    const at = memory.take(address.length);
    return [
      ...(isShared ? [] : [anonymousStep(umemAt(settings), umemBytes(settings))]),
      fillPart(settings, memory),
      { op: 'syscall', name: 'socket', args: [AF_XDP, SOCK_RAW, 0], fd },
      ...(isShared ? [] : optionSteps(memory, fd, SOL_XDP, XDP_UMEM_REG, umemOf(settings))),
      ...RING_NAMES.flatMap((ring) =>
        optionSteps(
          memory,
          fd,
          SOL_XDP,
          XSK_RINGS[ring].option,
          u32(ring === 'completion' ? completions : RING_ENTRIES),
        ),
      ),
      ...RING_NAMES.map((ring) => fileStep(ringAt(result, ring), ringBytes(ring), fd, XSK_RINGS[ring].mmap, true)),
      ...startSteps(result, settings, fill),
      { op: 'poke', at, bytes: address },
      { op: 'syscall', name: 'bind', args: [fd, at, address.length] },
      ...receiveSteps(memory, fd, ifindex, settings.isMulti, XDP_MODE_WORDS[mode]),
    ];
  },
});

interface XskArgs {
  readonly link: Id<'link'>;
  readonly side: number;
  readonly flags: number;
  readonly chunk: number;
  readonly headroom: number;
  readonly fill: number;
  readonly share: Id<'fd'>;
}

function beliefOf(world: World, args: XskArgs, id: number): OutsideXsk {
  const other = args.share < 0 ? null : fdOf(world, args.share).xsk;
  return xskOf(linkOf(world, args.link), args, id, other);
}

/**
 * The socket that a call makes.
 * @param id - the number of its name
 * @param other - the socket whose memory it shares; null: it has its own
 */
export function xskOf(
  link: OutsideLink,
  args: Omit<XskArgs, 'link' | 'share'>,
  id: number,
  other: OutsideXsk | null,
): OutsideXsk {
  const { side, flags, chunk, headroom, fill } = args;
  const own: XskSettings = {
    ...{ memory: id, part: 0, chunk: CHUNK_BYTES[CHUNK_WORDS[chunk]], headroom },
    ...{ isUnaligned: (flags & 1) !== 0, isMulti: (flags & 4) !== 0 },
  };
  const settings: XskSettings = other === null ? own : { ...other.settings, part: 1 };
  return new OutsideXsk(link, SIDE_WORDS[side] === 'far', settings, fill, COMPLETIONS[(flags >> 3) & 1]);
}

const isBound = (world: World, link: OutsideLink, isFar: boolean): boolean =>
  world.namesOf('fd').some(({ object: { xsk } }) => xsk !== null && xsk.link === link && xsk.isFar === isFar);

/** A socket whose memory has a half that nobody uses. */
function drawShared(world: World, draw: Draw): Id<'fd'> {
  const isUsed = (memory: number): boolean =>
    world.namesOf('fd').some(({ object: { xsk } }) => xsk?.settings.part === 1 && xsk.settings.memory === memory);
  return pickHandle(world, draw, 'fd', ({ xsk }) => xsk?.settings.part === 0 && !isUsed(xsk.settings.memory));
}

const umemOf = (settings: XskSettings): Buffer =>
  umemReg({
    ...{ at: umemAt(settings), bytes: umemBytes(settings), chunk: settings.chunk, headroom: settings.headroom },
    unaligned: settings.isUnaligned,
  });

/** The bytes of the memory at the start, so that a byte that the kernel writes where it must not is seen. */
const fillPart = (settings: XskSettings, { position }: CallMemory): Step => ({
  ...{ op: 'fill', at: umemAt(settings) + partOffset(settings), bytes: partBytes(settings), seed: fillSeed(position) },
});

/**
 * Gives the kernel its first chunks. xsk_read copies the address of each descriptor that was received into the fill
 * ring, so that the ring for receiving holds at the start what the fill ring has at that place.
 */
function startSteps(id: number, settings: XskSettings, fill: number): Step[] {
  const addressOf = (number: number): Buffer => xskAddress(chunkOffset(settings, number));
  return [
    ...Array.from({ length: fill }, (_, at): Step => ({
      ...{ op: 'poke', at: memberAt(id, 'fill', at), bytes: addressOf(at) },
    })),
    ...Array.from({ length: RING_ENTRIES }, (_, at): Step => ({
      ...{ op: 'poke', at: memberAt(id, 'rx', at), bytes: addressOf((at + fill) % RING_ENTRIES) },
    })),
    { op: 'poke', at: producerAt(id, 'fill'), bytes: xskIndex(fill) },
  ];
}

/** Root alone may load the program that hands frames over: a user's socket only sends. */
function receiveSteps(
  memory: CallMemory,
  fd: number,
  ifindex: number,
  frags: boolean,
  mode: (typeof XDP_MODE_WORDS)[number],
): Step[] {
  const [key, value] = [memory.take(4), memory.take(4)];
  return [
    ...bpfStep(memory, 'mapCreate', mapCreateAttr('xskmap', 1), MAP_FD),
    { op: 'poke', at: key, bytes: u32(0) },
    { op: 'poke', at: value, bytes: fdValue(fd) },
    ...bpfStep(memory, 'mapUpdate', mapElementAttr(MAP_FD, key, value)),
    ...loadProgramSteps(memory, xdp([], { map: MAP_FD, key: 'queue', otherwise: 'pass' }, frags), PROGRAM_FD),
    // As in `xdp`: an older program goes first, wherever it is.
    ...rtnetlinkSteps(memory, [
      ...(['native', 'generic'] as const).map((one) => setXdp(ifindex, -1, one)),
      setXdp(ifindex, PROGRAM_FD, mode),
    ]),
    { op: 'syscall', name: 'close', args: [PROGRAM_FD] },
    { op: 'syscall', name: 'close', args: [MAP_FD] },
  ];
}
