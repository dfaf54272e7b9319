import { instead, nothing, told, written, type OutsideFault } from './outside_fault';
import type { StepResult } from '../../src/commands/outside/step';

const UNIX = ['fd1 = socketpair(type: stream)', 'fd2 = pair_end(fd: fd1)'].join('\n');
const isMessage = ({ out, ret }: StepResult): boolean => out.length === 4 && ret > 0;
const isAnswer = ({ out, ret }: StepResult): boolean => out.length === 1 && out[0].length === 4 && ret === 0;
const EBADF = -9;

/** Faults of promises about sockets. */
export const SOCKET_FAULTS: readonly OutsideFault[] = [
  {
    name: 'bytes of a unix socket are not there at once',
    promise: 'readable-at-once',
    program: `${UNIX}\nsend(fd: fd1, len: 100)\nrecv(fd: fd2, len: 100)`,
    says: told(isMessage, (result) => ({ ...result, ret: -11 })),
  },
  {
    name: 'a peek returns fewer bytes than the read after it may',
    promise: 'peek-is-next',
    program: `${UNIX}\nsend(fd: fd1, len: 100)\nrecv(fd: fd2, len: 50, flags: peek)\nrecv(fd: fd2, len: 50)`,
    says: (result) => {
      const last = result.results.filter(isMessage)[1];
      const cut = (one: StepResult): StepResult => ({ ...one, ret: 20 });
      return { ...result, results: result.results.map((one) => (one === last ? cut(one) : one)) };
    },
  },
  {
    name: 'the mark of urgent data is not told',
    promise: 'mark-is-true',
    program: `${UNIX}\nsend(fd: fd1, len: 1, flags: oob)\nsockatmark(fd: fd2)`,
    says: told(isAnswer, (result) => written(result, 0, 0, 0)),
  },
  {
    name: 'one byte too many is counted as unread',
    promise: 'unread-is-true',
    program: `${UNIX}\nsend(fd: fd1, len: 100)\nunread(fd: fd2)`,
    says: told(isAnswer, (result) => written(result, 0, 0, 101)),
  },
  {
    name: 'an open file arrives without its bytes',
    promise: 'files-arrive',
    program: `${UNIX}\nsend_fd(fd: fd1, file: fd2, len: 1)\nfd3 = recv_fd(fd: fd2, len: 1)`,
    says: told(
      ({ out, ret }) => out.length === 4 && ret === 1,
      (result) => ({ ...result, ret: 0, out: [Buffer.alloc(0), ...result.out.slice(1)] }),
    ),
  },
  {
    name: 'a connected socket listens',
    promise: 'state-allows',
    program: `${UNIX}\nlisten(fd: fd1)`,
    does: instead('listen', nothing),
    says: told(
      ({ ret }) => ret === EBADF,
      (result) => ({ ...result, ret: 0 }),
    ),
  },
  {
    name: 'a header without a length is sent',
    promise: 'header-is-valid',
    program: 'send_raw(len: 40, ihl: 0, protocol: experiment)',
    says: told(
      ({ ret }) => ret === -22,
      (result) => ({ ...result, ret: 40 }),
    ),
  },
  {
    name: 'the error of connect is told twice',
    promise: 'error-once',
    program: [
      ...['fd1 = socket(family: inet, type: stream)', 'bind(fd: fd1)', 'fd2 = socket(family: inet, type: stream)'],
      ...['connect(fd: fd2, to: fd1)', 'so_error(fd: fd2)'],
    ].join('\n'),
    says: told(isAnswer, (result) => written(result, 0, 0, 111)),
  },
  {
    name: 'one member of a group gets no copy of a datagram',
    promise: 'datagram-arrives',
    program: 'fd1 = group_member()\nfd2 = group_member()\ngroup_send(fd: fd1, len: 123)\nrecv(fd: fd1, len: 200)',
    says: (result) => ({
      ...result,
      results: result.results.map((each) => (each.out.length === 1 && each.ret === 123 ? { ...each, ret: -11 } : each)),
    }),
  },
  {
    name: 'the time of an acknowledgement is never told',
    promise: 'stamped-once',
    program: [
      ...['fd1 = connected(kind: tcp)', 'fd2 = pair_end(fd: fd1)'],
      ...['setsockopt(fd: fd1, option: timestamping, value: 2704)', 'send(fd: fd1, len: 100)'],
    ].join('\n'),
    says: (result) => ({ ...result, results: result.results.filter(({ out, ret }) => out.length !== 2 || ret !== 0) }),
  },
  {
    name: 'a buffer is larger than its bound',
    promise: 'size-in-bounds',
    program: 'fd1 = vsock_connected(kind: vsock)\nvm_buffers(fd: fd1)',
    says: told(
      ({ out }) => out.length === 1 && out[0].length === 8,
      (result) => written(result, 0, 4, 1),
    ),
  },
  {
    name: 'the accepted end refuses an option',
    promise: 'options-alike',
    program: [
      ...['fd1 = vsock_connected(kind: vsock)', 'fd2 = pair_end(fd: fd1)'],
      ...['setsockopt(fd: fd1, option: zerocopy, value: 1)', 'setsockopt(fd: fd2, option: zerocopy, value: 1)'],
    ].join('\n'),
    does: (program) => {
      const isOption = (step: (typeof program.steps)[number]): boolean =>
        step.op === 'syscall' && step.name === 'setsockopt';
      const last = program.steps.findLastIndex(isOption);
      const steps = program.steps.map((step, at) => (at === last ? nothing() : step));
      return { ...program, steps };
    },
    says: told(
      ({ ret }) => ret === EBADF,
      (result) => ({ ...result, ret: -95 }),
    ),
  },
];
