import type { OutsideNic } from '../../../model/structs/outside/nic';
import { cat } from '../abi/bytes';
import { iovecs, mmsghdrs } from '../abi/msg';
import { defineOutside } from '../define_outside';
import { fillStep } from '../fill';
import { MSG } from '../message_flags';
import type { Step } from '../step';
import { BURST_EDITS, BURST_VERDICTS, FRAME_MAX_BYTES, FRAMES_MAX, fits, framesOf, type BurstFrame } from './frames';
import { clearError, nicAt, nicOf, pickNic, poked } from './nic';
import { nicFd } from './nic_places';

const IOVEC_BYTES = 16;
const STEP_MAX = 300;
const MIX_MAX = 255;
/** The position of the call is in the bytes of frames alone. */
const ANY_POSITION = 0;

export const NIC_BURST = defineOutside({
  name: 'nic_burst',
  number: 158,
  args: [
    { name: 'nic', type: 'link' },
    { name: 'count', type: 'int', min: 1, max: FRAMES_MAX },
    { name: 'len', type: 'int', min: 24, max: FRAME_MAX_BYTES },
    { name: 'step', type: 'int', min: -STEP_MAX, max: STEP_MAX, default: 0 },
    { name: 'verdict', type: 'enum', words: BURST_VERDICTS, default: 0 },
    { name: 'edit', type: 'enum', words: BURST_EDITS, default: 0 },
    { name: 'mix', type: 'int', min: 0, max: MIX_MAX, default: 0 },
  ],
  promised: {
    text: 'The frames arrive at the other end, each once, whole and in order, and meet its XDP program.',
    source: 'packet(7), sendmmsg(2)',
  },
  syscall: 'sendmmsg',
  errors: ['EBADF', 'EMSGSIZE', 'ENETDOWN', 'ENXIO', 'ENOBUFS', 'EAGAIN', 'EINVAL', 'ENODEV'],
  weight: 40,
  usuallyNext: ['nic_recv', 'nic_recv', 'nic_recv', 'nic_burst'],
  draw(world, draw, args) {
    const isAny = draw.chance(1, 16);
    args.nic = pickNic(world, draw, ({ ready, end }) => isAny || (ready && nicAt(world, 1 - end)?.unread !== true));
    if (args.nic < 0) return false;
    const mtu = nicOf(world, args.nic)?.mtu ?? 0;
    args.count = draw.chance(1, 2) ? draw.between(1, FRAMES_MAX) : draw.between(1, 6);
    args.step = draw.chance(1, 2) ? 0 : draw.between(-STEP_MAX, STEP_MAX);
    const most = Math.min(FRAME_MAX_BYTES, mtu + 14);
    args.len = draw.chance(1, 6) ? draw.size(24, FRAME_MAX_BYTES) : draw.size(24, Math.max(24, most));
    // A burst that grows ends at the MTU.
    if (args.step > 0 && draw.chance(4, 5)) args.len = Math.max(24, Math.min(args.len, most - args.step * args.count));
    args.verdict = draw.chance(1, 2) ? BURST_VERDICTS.indexOf('mixed') : draw.below(BURST_VERDICTS.length);
    args.edit = draw.chance(1, 2) ? 0 : draw.below(BURST_EDITS.length);
    args.mix = draw.below(MIX_MAX + 1);
    return true;
  },
  run(world, { nic, ...burst }) {
    const from = nicOf(world, nic);
    const to = from === null ? undefined : nicAt(world, 1 - from.end);
    if (from === null || to === undefined) return;
    from.unread = to.unread = true;
    from.passed = to.passed = false;
    from.settled = to.settled = false;
    const frames = framesOf(burst, to.end, ANY_POSITION);
    if (!from.ready || !to.ready || !fits(frames, [from.mtu, to.mtu], to.rxRing)) return;
    for (const { verdict } of frames) expect(from, to, verdict);
  },
  steps(world, { nic, ...burst }, _result, memory) {
    const from = nicOf(world, nic);
    if (from === null) return [];
    const frames = framesOf(burst, 1 - from.end, memory.position);
    const fill = fillStep(
      memory,
      frames.reduce((sum, { bytes }) => sum + bytes, 0),
    );
    const pieces = poked(memory, iovecs(frames.map(({ at, bytes }) => ({ at: fill.at + at, bytes }))));
    const messages = frames.map((_frame, index) => ({ iov: pieces.at + IOVEC_BYTES * index, pieces: 1 }));
    const headers = poked(memory, mmsghdrs(messages));
    const told = nicFd(from.end, 'told');
    return [
      fill,
      ...frames.map(({ at, header }): Step => ({ op: 'poke', at: fill.at + at, bytes: cat(header) })),
      ...[pieces.step, headers.step],
      ...clearError(told, memory),
      { op: 'syscall', name: 'sendmmsg', args: [told, headers.at, frames.length, MSG.dontwait] },
    ];
  },
});

/** Where a frame arrives. */
function expect(from: OutsideNic, to: OutsideNic, verdict: BurstFrame['verdict']): void {
  if (!to.hasXdp || verdict === 'pass' || verdict === 'cpumap') to.expected.told++;
  else if (verdict === 'tx') from.expected.sentOn++;
  else if (verdict === 'redirect' && from.hasXdp) to.expected.sentOn++;
}
