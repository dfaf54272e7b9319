import { BPF_COMMANDS } from '../../src/commands/outside/bpf/bpf_steps';
import type { StepResult, SyscallStep } from '../../src/commands/outside/step';
import { flipped, instead, nothing, told, type OutsideFault } from './outside_fault';

const TCP = ['fd1 = connected(kind: tcp)', 'fd2 = pair_end(fd: fd1)'].join('\n');
const TARGET = ['fd4 = connected(kind: tcp)', 'fd5 = pair_end(fd: fd4)'].join('\n');
const EBADF = -9;

const attaches = ({ args: [command] }: SyscallStep): boolean => command === BPF_COMMANDS.progAttach;
const isMessage = ({ out, ret }: StepResult): boolean => out.length === 4 && ret > 0;

/** The program is not attached, and the executor says that it is. */
const WITHOUT_PROGRAM = {
  level: 'root',
  does: instead('bpf', nothing, attaches),
  says: told(
    ({ ret }) => ret === EBADF,
    (result) => ({ ...result, ret: 0 }),
  ),
} as const;

/** Faults of programs that see what a socket sends: BPF_PROG_TYPE_SK_MSG. */
export const MSG_FAULTS: readonly OutsideFault[] = [
  {
    ...WITHOUT_PROGRAM,
    name: 'bytes arrive that a program takes out',
    promise: 'stream-in-order',
    program: `${TCP}\nfd3 = sk_msg(fd: fd1, edit: pop, bytes: 100)\nsend(fd: fd1, len: 5000)\nrecv(fd: fd2, len: 5000)`,
  },
  {
    ...WITHOUT_PROGRAM,
    name: 'a program puts no bytes in',
    promise: 'stream-in-order',
    program: `${TCP}\nfd3 = sk_msg(fd: fd1, edit: push, bytes: 4)\nsend(fd: fd1, len: 5000)\nrecv(fd: fd2, len: 6000)`,
  },
  {
    ...WITHOUT_PROGRAM,
    name: 'bytes arrive that a program takes out and drops',
    promise: 'filter-holds',
    program: `${TCP}\nfd3 = sk_msg(fd: fd1, edit: pop, bytes: 9, end: drop)\nsend(fd: fd1, len: 5000)`,
  },
  {
    ...WITHOUT_PROGRAM,
    name: 'bytes arrive that a program holds back and drops',
    promise: 'stream-in-order',
    program: [
      ...[TCP, 'fd3 = sk_msg(fd: fd1, edit: cork, bytes: 9000, end: drop)', 'send(fd: fd1, len: 5000)'],
      'recv(fd: fd2, len: 5000)',
    ].join('\n'),
  },
  {
    name: 'a byte behind those that a program puts in has changed',
    promise: 'stream-in-order',
    level: 'root',
    program: [
      ...[TCP, TARGET, 'fd3 = sk_msg(fd: fd1, to: fd5, edit: push, bytes: 4096, end: redirect_in)'],
      ...['send(fd: fd1, len: 5000)', 'recv(fd: fd5, len: 9000)'],
    ].join('\n'),
    says: told(isMessage, (result) => flipped(result, 0, 4096)),
  },
];
