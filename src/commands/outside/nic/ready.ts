import { macBytes } from '../abi/address';
import { be16, cat, u32, zeros } from '../abi/bytes';
import { mapElementAttr } from '../abi/bpf/map';
import { TOLD_COUNTS_BYTES } from '../abi/bpf/xdp_told';
import { sockaddrLl } from '../abi/sockaddr';
import { type CallMemory, OUTSIDE_CALLS_MAX } from '../call_memory';
import { defineOutside } from '../define_outside';
import { MSG } from '../message_flags';
import type { Step } from '../step';
import { bpfStep } from '../bpf/bpf_steps';
import { nicAt, poked } from './nic';
import { NIC_ADDRESSES, nicFd, nicIndex } from './nic_places';

/**
 * Each call has a type of its own, so that no probe of an earlier call is taken for one of it, nor one of an earlier
 * program that a slow wire still has (IEEE 802, 9.2.4).
 */
const FIRST_PROBE_TYPE = 0x9100;
const PROGRAMS = 96;
const probeType = ({ position, program }: CallMemory): number =>
  FIRST_PROBE_TYPE + (program % PROGRAMS) * OUTSIDE_CALLS_MAX + position;
const PROBE_BYTES = 60;
const PROBE_WAIT_MS = 50;
/** A device that comes up waits for its link for some seconds (e1000e: its watchdog runs each 2 s). */
const PROBES = 200;

/** Positions of the steps, for the judge. */
export const READY_STEPS = stepsFor;

interface ReadySteps {
  /** The receive of a probe, by the end that it goes to. */
  readonly probed: readonly number[];
  /** The answer with counts of verdicts, by end. */
  readonly counts: readonly number[];
}

/** Steps of one direction: address, bind, drain with its own, frame, repetition with its two. */
const DIRECTION_STEPS = 8;
const COUNTS_STEPS = 4;

function stepsFor(): ReadySteps {
  return {
    probed: [0, 1].map((to) => to * DIRECTION_STEPS + 7),
    counts: [0, 1].map((end) => 2 * DIRECTION_STEPS + end * COUNTS_STEPS + 3),
  };
}

export const NIC_READY = defineOutside({
  name: 'nic_ready',
  number: 157,
  args: [],
  promised: {
    text: 'When both devices are up, frames come through in both directions after a while.',
    source: 'IFF_RUNNING of netdevice(7)',
  },
  syscall: 'sendto',
  // While a device has no link, its queue takes nothing (noop_qdisc).
  errors: ['EBADF', 'EINTR', 'EAGAIN', 'ENETDOWN', 'ENXIO', 'ENOBUFS', 'EINVAL'],
  weight: 12,
  usuallyNext: ['nic_burst', 'nic_burst', 'nic_burst', 'nic_xdp'],
  draw(world, draw) {
    const nics = [0, 1].map((end) => nicAt(world, end));
    const areUp = nics.every((nic) => nic?.up === true);
    return areUp && (draw.chance(1, 12) || nics.some((nic) => nic?.ready === false));
  },
  run(world) {
    const nics = [0, 1].map((end) => nicAt(world, end));
    for (const nic of nics) if (nic !== undefined) nic.ready = nic.passed = nics.every((one) => one?.up === true);
  },
  steps(world, _args, _result, memory) {
    const areUp = [0, 1].every((end) => nicAt(world, end)?.up === true);
    const times = areUp ? PROBES : 1;
    return [
      ...directionSteps(0, times, memory),
      ...directionSteps(1, times, memory),
      ...countsSteps(0, memory),
      ...countsSteps(1, memory),
    ];
  },
});

/** Frames on a wire stay in order, so when a probe has come, all that was sent before it has. */
function directionSteps(to: number, times: number, memory: CallMemory): Step[] {
  const type = probeType(memory);
  const address = poked(memory, sockaddrLl(type, nicIndex(to)));
  const macs = cat(macBytes(NIC_ADDRESSES[to]), macBytes(NIC_ADDRESSES[1 - to]), be16(type));
  const frame = poked(memory, cat(macs, zeros(PROBE_BYTES - macs.length)));
  const buffer = memory.take(PROBE_BYTES);
  const [from, into] = [nicFd(1 - to, 'probe'), nicFd(to, 'probe')];
  const receive = (flags: number): Step & { op: 'syscall' } => ({
    op: 'syscall',
    name: 'recvfrom',
    args: [into, buffer, PROBE_BYTES, flags, 0, 0],
    limit_ms: PROBE_WAIT_MS,
  });
  return [
    address.step,
    { op: 'syscall', name: 'bind', args: [into, address.at, address.bytes] },
    { op: 'repeat', times: PROBES, until: 'error', steps: [receive(MSG.dontwait)] },
    frame.step,
    {
      op: 'repeat',
      times,
      until: 'success',
      steps: [{ op: 'syscall', name: 'sendto', args: [from, frame.at, frame.bytes, MSG.dontwait, 0, 0] }, receive(0)],
    },
  ];
}

function countsSteps(end: number, memory: CallMemory): Step[] {
  const key = poked(memory, u32(0));
  const value = memory.take(TOLD_COUNTS_BYTES);
  const lookup = bpfStep(memory, 'mapLookup', mapElementAttr(nicFd(end, 'counts'), key.at, value));
  return [key.step, ...lookup, { op: 'peek', at: value, bytes: TOLD_COUNTS_BYTES }];
}
