import { MSG_FAULTS } from './outside_msg_faults';
import type { Step, StepResult, SyscallStep } from '../../src/commands/outside/step';
import { flipped, instead, nothing, told, written, type OutsideFault } from './outside_fault';
import { LINK_FAULTS } from './outside_link_faults';
import { TC_FAULTS } from './outside_tc_faults';
import { QUEUE_FAULTS } from './outside_queue_faults';
import { SOCKET_FAULTS } from './outside_socket_faults';
import { URING_FAULTS } from './outside_uring_faults';
import { XDP_FAULTS } from './outside_xdp_faults';
import { XSK_FAULTS } from './outside_xsk_faults';

const TCP = [
  ...['fd1 = socket(family: inet, type: stream)', 'bind(fd: fd1)', 'listen(fd: fd1)'],
  ...['fd2 = socket(family: inet, type: stream)', 'connect(fd: fd2, to: fd1)', 'fd3 = accept(fd: fd1)'],
].join('\n');
const UDP = [
  ...['fd1 = socket(family: inet, type: dgram)', 'bind(fd: fd1)'],
  ...['fd2 = socket(family: inet, type: dgram)', 'connect(fd: fd2, to: fd1)'],
].join('\n');
const MEMINFO_BYTES = 36;
const isMeminfo = ({ out }: StepResult): boolean => out.length === 1 && out[0].length === MEMINFO_BYTES;
const isMessage = ({ out, ret }: StepResult): boolean => out.length === 4 && ret > 0;
const isNotice = ({ out, ret }: StepResult): boolean => out.length === 2 && ret === 0;
const isSend = (bytes: number) => (step: SyscallStep) => step.args[2] === bytes;

export const OUTSIDE_FAULTS: readonly OutsideFault[] = [
  {
    name: 'one bit of a stream is flipped',
    promise: 'stream-in-order',
    program: `${TCP}\nsend(fd: fd2, len: 3000)\nrecv(fd: fd3, len: 2000)`,
    says: told(isMessage, (result) => flipped(result, 0, 1500)),
  },
  {
    name: 'the bytes of one send come before those of the send before it',
    promise: 'stream-in-order',
    program: `${TCP}\nsend(fd: fd2, len: 100)\nsend(fd: fd2, len: 50)`,
    does: ({ steps, ...more }) => {
      const [first, second] = steps.filter((step) => step.op === 'fill');
      const swap = (step: Step): Step =>
        step.op === 'fill' ? { ...step, seed: (step === first ? second : first).seed } : step;
      return { ...more, steps: steps.map(swap) };
    },
  },
  {
    name: 'a pipe delivers bytes that nobody wrote',
    promise: 'stream-in-order',
    program: 'fd1 = pipe2()\nfd2 = pair_end(fd: fd1)\nvmsplice(fd: fd2, len: 700)',
    says: told(
      ({ out }) => out.length === 1 && out[0].length === 700,
      (result) => ({ ...result, out: [Buffer.alloc(701)], ret: 701 }),
    ),
  },
  {
    name: 'the end of a stream comes without its last bytes',
    promise: 'stream-ends',
    program: `${TCP}\nsend(fd: fd2, len: 100)\nsend(fd: fd2, len: 77)`,
    does: instead('sendto', nothing, isSend(77)),
    says: told(
      ({ ret }) => ret === -9,
      (result) => ({ ...result, ret: 77 }),
    ),
  },
  {
    name: 'a connection is reset for no reason',
    promise: 'stream-ends',
    program: `${TCP}\nsend(fd: fd2, len: 100)\nrecv(fd: fd3, len: 100)`,
    says: told(isMessage, (result) => ({ ...result, ret: -104 })),
  },
  {
    name: 'a datagram loses its last byte',
    promise: 'datagram-whole',
    program: `${UDP}\nsend(fd: fd2, len: 1000)`,
    does: instead('sendto', (step) => ({ ...step, args: step.args.map((arg, at) => (at === 2 ? 990 : arg)) })),
    says: told(
      ({ ret, out }) => ret === 990 && out.length === 0,
      (result) => ({ ...result, ret: 1000 }),
    ),
  },
  {
    name: 'a datagram comes twice',
    promise: 'datagram-whole',
    program: `${UDP}\nsend(fd: fd2, len: 1000)\nmeminfo(fd: fd1)`,
    does: (program) => {
      const send = program.steps.find((step) => step.op === 'syscall' && step.name === 'sendto');
      const at = program.steps.findIndex((step) => step.op === 'syscall' && step.name === 'getsockopt');
      return { ...program, steps: program.steps.map((step, i) => (i === at && send !== undefined ? send : step)) };
    },
    says: told(
      ({ out, ret }) => ret === 1000 && out.length === 0,
      (result) => result,
    ),
  },
  {
    name: 'a datagram is lost',
    promise: 'datagram-arrives',
    program: `${UDP}\nsend(fd: fd2, len: 1000)`,
    does: instead('sendto', nothing),
    says: told(
      ({ ret }) => ret === -9,
      (result) => ({ ...result, ret: 1000 }),
    ),
  },
  {
    name: 'a call returns more than its buffer holds',
    promise: 'return-is-true',
    program: `${UDP}\nsend(fd: fd2, len: 1000)\nrecv(fd: fd1, len: 2000)`,
    says: told(isMessage, (result) => ({ ...result, ret: 2001 })),
  },
  {
    name: 'sendfile does not advance the offset',
    promise: 'return-is-true',
    program:
      'fd1 = memfd_create(len: 3000)\nfd2 = socketpair(type: stream)\nsendfile(to: fd2, from: fd1, offset: 10, len: 100)',
    says: told(
      ({ out, ret }) => ret === 100 && out.length === 1,
      (result) => written(result, 0, 0, 10),
    ),
  },
  {
    name: 'a call fails with an error of another family',
    promise: 'errno-is-documented',
    program: `${UDP}\nsend(fd: fd2, len: 10)`,
    does: instead('sendto', nothing),
    says: told(
      ({ ret }) => ret === -9,
      (result) => ({ ...result, ret: -71 }),
    ),
  },
  {
    name: 'a call sleeps although it must not',
    promise: 'never-waits',
    program: `${UDP}\nrecv(fd: fd1, len: 10)`,
    does: instead('recvmsg', (step) => ({ ...step, args: [step.args[0], step.args[1], 0], limit_ms: 10 })),
  },
  {
    name: 'a notification of zerocopy comes twice',
    promise: 'notified-once',
    program:
      `setup\n${TCP}\nsetsockopt(fd: fd2, option: zerocopy, value: 1)\nsend(fd: fd2, len: 3000, flags: zerocopy)\nzerocopy_done(fd: fd2)`.replace(
        'setup\n',
        '',
      ),
    says: (result) => {
      const at = result.results.findIndex(isNotice);
      const twice = at < 0 ? result.results : [...result.results.slice(0, at + 1), ...result.results.slice(at)];
      return { ...result, results: twice };
    },
  },
  {
    name: 'a notification of zerocopy never comes',
    promise: 'notified-once',
    program: `${TCP}\nsetsockopt(fd: fd2, option: zerocopy, value: 1)\nsend(fd: fd2, len: 3000, flags: zerocopy)`,
    says: (result) => ({ ...result, results: result.results.filter((one) => !isNotice(one)) }),
  },
  {
    name: 'a file changes while it is sent',
    promise: 'file-unchanged',
    program:
      'fd1 = memfd_create(len: 3000)\nfd2 = socketpair(type: stream)\nsendfile(to: fd2, from: fd1, offset: 0, len: 100)',
    says: told(
      ({ out }) => out.length === 1 && out[0].length === 3000,
      (result) => flipped(result, 0, 50),
    ),
  },
  {
    name: 'a counter of a socket is negative',
    promise: 'counters-not-negative',
    program: `${UDP}\nmeminfo(fd: fd1)`,
    says: told(isMeminfo, (result) => written(result, 0, 16, -4096)),
  },
  {
    name: 'an empty socket stays charged',
    promise: 'charge-returns',
    program: `${UDP}\nsend(fd: fd2, len: 10)`,
    says: ({ results, ...more }) => ({
      ...more,
      results: results.map((one) => (isMeminfo(one) ? written(one, 0, 0, 768) : one)),
    }),
  },
  {
    name: 'each program leaves a socket behind',
    promise: 'given-back',
    program: UDP,
    counts: ({ counters, ...more }, programs) => ({
      ...more,
      counters: { ...counters, 'slab.UDP': counters['slab.UDP'] + programs },
    }),
  },
  {
    name: 'a user raises a limit that only root can raise',
    promise: 'needs-privilege',
    program: 'privileged(call: prlimit)',
    says: told(
      ({ ret }) => ret === -1,
      (result) => ({ ...result, ret: 0 }),
    ),
  },
  ...SOCKET_FAULTS,
  ...MSG_FAULTS,
  ...LINK_FAULTS,
  ...TC_FAULTS,
  ...URING_FAULTS,
  ...XSK_FAULTS,
  ...XDP_FAULTS,
  ...QUEUE_FAULTS,
];
