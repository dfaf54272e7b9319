import { CQES_END, RING_LAYOUT } from '../../src/commands/outside/uring/ring';
import type { Step, StepResult } from '../../src/commands/outside/step';
import { PAGE_BYTES } from '../../src/commands/outside/object_memory';
import { PLACE_PAGES } from '../../src/commands/outside/socket/zerocopy_recv';
import { BLOCK_BYTES, BLOCKS } from '../../src/commands/outside/ring/ring_capture';
import { PACKET_FANOUT_LB } from '../../src/commands/outside/abi/uapi/af_packet';
import { TX_RING_BYTES, VIRTIO_BYTES } from '../../src/commands/outside/ring/tx_layout';
import { TX_STATUS } from '../../src/outside/judge/ring/judged_tx_ring';
import { flipped, nothing, told, written, type OutsideFault } from './outside_fault';

const TCP = ['fd1 = connected(kind: tcp)', 'fd2 = pair_end(fd: fd1)'].join('\n');
const RING_SENDS = [
  ...[
    'link1 = plain_veth()',
    'fd1 = tx_ring(link: link1, version: v2)',
    'fd2 = ring_capture(link: link1, version: v2)',
  ],
  'ring_send(fd: fd1, flow: udp4, count: 2, size: 100)',
].join('\n');
const FANNED_OUT = [
  ...['link1 = plain_veth()', 'fd1 = capture(link: link1)', 'fd2 = capture(link: link1)'],
  ...['fanout(fd: fd1, group: 1)', 'fanout(fd: fd2, group: 1)', 'burst(link: link1, flow: udp4, size: 100, count: 4)'],
].join('\n');
/** Group 1 with PACKET_FANOUT_HASH. */
const FANOUT_VALUE = 1;
const EBADF = -9;
/** Headers of Ethernet, IPv4 and UDP, and the data. */
const SENT_BYTES = 14 + 20 + 8 + 100;
const CQE_BYTES = 16;
const CQE_FLAGS_AT = 12;
const IORING_CQE_F_NOTIF = 8;

const isRings = ({ out }: StepResult): boolean => out.length >= 2 && out[0].length === CQES_END;

const isTxRing = ({ out }: StepResult): boolean => out.length === 1 && out[0].length === TX_RING_BYTES;

/** The same answer with other completions. */
function withCompletions(result: StepResult, change: (completions: Buffer[]) => Buffer[]): StepResult {
  const { tail, cqes } = RING_LAYOUT.cq;
  const rings = Buffer.from(result.out[0]);
  const all = Array.from({ length: rings.readUInt32LE(tail) }, (_, at) =>
    Buffer.from(rings.subarray(cqes + at * CQE_BYTES, cqes + (at + 1) * CQE_BYTES)),
  );
  const changed = change(all);
  rings.writeUInt32LE(changed.length, tail);
  changed.forEach((one, at) => one.copy(rings, cqes + at * CQE_BYTES));
  return { ...result, out: [rings, ...result.out.slice(1)] };
}

/** Faults of promises about memory that a program shares with the kernel: io_uring, mapped streams, rings of frames. */
export const URING_FAULTS: readonly OutsideFault[] = [
  {
    name: 'a completion of io_uring is told twice',
    promise: 'completed-once',
    program: `${TCP}\nfd3 = uring()\nuring_send(ring: fd3, fd: fd1, len: 100)\nuring_wait(ring: fd3)`,
    says: (result) => {
      const last = result.results.findLast(isRings);
      const twice = (one: StepResult): StepResult => withCompletions(one, (all) => [...all, all[0]]);
      return { ...result, results: result.results.map((one) => (one === last ? twice(one) : one)) };
    },
  },
  {
    name: 'a request that must not wait completes never',
    promise: 'completed-once',
    program: `${TCP}\nfd3 = uring()\nuring_send(ring: fd3, fd: fd1, len: 100)`,
    says: (result) => ({
      ...result,
      results: result.results.map((one) => (isRings(one) ? withCompletions(one, () => []) : one)),
    }),
  },
  {
    name: 'a send without a copy is never notified',
    promise: 'notified-once',
    program: `${TCP}\nfd3 = uring()\nuring_send_zc(ring: fd3, fd: fd1, len: 100)`,
    says: (result) => {
      const isNotice = (cqe: Buffer): boolean => (cqe.readUInt32LE(CQE_FLAGS_AT) & IORING_CQE_F_NOTIF) !== 0;
      const without = (one: StepResult): StepResult =>
        withCompletions(one, (all) => all.filter((cqe) => !isNotice(cqe)));
      return { ...result, results: result.results.map((one) => (isRings(one) ? without(one) : one)) };
    },
  },
  {
    name: 'bytes arrive that were written behind the notification of their send',
    promise: 'stream-in-order',
    program: `${TCP}\nfd3 = uring()\nuring_send_zc(ring: fd3, fd: fd1, len: 3000, flags: reuse)`,
    does: ({ steps, ...more }) => {
      const [first, second] = steps.filter((step) => step.op === 'fill' && step.bytes === 3000);
      return { ...more, steps: steps.map((step): Step => (step === first ? second : step)) };
    },
  },
  {
    name: 'a page that a reader has mapped is used again',
    promise: 'mapping-stays',
    program: [
      ...[TCP, 'setsockopt(fd: fd1, option: zerocopy, value: 1)', 'send(fd: fd1, len: 40000, flags: zerocopy)'],
      ...['zerocopy_recv(fd: fd2, len: 40960)', 'mapped(fd: fd2, to: look)'],
    ].join('\n'),
    says: told(
      ({ out }) => out.length === PLACE_PAGES && out[0].length === PAGE_BYTES,
      (result) => flipped(result, 0, 10),
    ),
  },
  {
    name: 'a frame of a ring is lost',
    promise: 'ring-counts',
    program: [
      ...['link1 = plain_veth()', 'fd1 = ring_capture(link: link1, version: v2)'],
      ...['burst(link: link1, flow: udp4, size: 100, count: 3)', 'ring_read(fd: fd1)'],
    ].join('\n'),
    says: told(
      ({ out }) => out.length === 2 && out[1].length === BLOCKS * BLOCK_BYTES,
      (result) => written(result, 1, 0, 0),
    ),
  },
  {
    name: 'a frame of a ring is sent and asks to be sent again',
    promise: 'ring-sends',
    program: RING_SENDS,
    says: told(isTxRing, (result) => written(result, 0, 0, TX_STATUS.request)),
  },
  {
    name: 'the kernel writes to a frame that it sends',
    promise: 'ring-sends',
    program: RING_SENDS,
    says: told(isTxRing, (result) => flipped(result, 0, 100)),
  },
  {
    name: 'a frame comes to no socket of its group',
    promise: 'fanout-one',
    program: FANNED_OUT,
    does: ({ steps, ...more }) => {
      const at = steps.findIndex((step) => step.op === 'syscall' && step.name === 'writev');
      return { ...more, steps: steps.map((step, i) => (i === at ? nothing() : step)) };
    },
    says: told(
      ({ ret }) => ret === EBADF,
      (result) => ({ ...result, ret: SENT_BYTES + VIRTIO_BYTES }),
    ),
  },
  {
    name: 'frames of one flow come to two sockets of a group',
    promise: 'fanout-one',
    program: FANNED_OUT,
    does: ({ steps, ...more }) => ({
      ...more,
      steps: steps.map((step): Step => {
        if (step.op !== 'poke' || step.bytes.length !== 4 || step.bytes.readUInt32LE(0) !== FANOUT_VALUE) return step;
        return { ...step, bytes: Buffer.from([1, 0, PACKET_FANOUT_LB, 0]) };
      }),
    }),
  },
];
