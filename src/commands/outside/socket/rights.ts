import { OutsideFd } from '../../../model/structs/outside';
import { nameResult } from '../../pick';
import { cmsgRights } from '../abi/msg';
import { defineOutside } from '../define_outside';
import { fdNumber, fdOf, pickFd } from '../fd';
import { fillStep } from '../fill';
import { MSG } from '../message_flags';
import { messageHeader } from '../msghdr';
import type { Step } from '../step';
import { ADDRESS_BYTES } from './address';

/* Open files that go over sockets of AF_UNIX: SCM_RIGHTS of unix(7). */

const SEND_MAX = 9000;
const RECV_MAX = 131_072;
const CONTROL_BYTES = 256;
/** Descriptors stand behind a struct cmsghdr. */
const RIGHTS_AT = 16;
/** A file goes over twice, so that the executor can move both descriptors; the second has this number more. */
const SECOND = 400;

export const SEND_FD = defineOutside({
  name: 'send_fd',
  number: 23,
  args: [
    { name: 'fd', type: 'fd' },
    { name: 'file', type: 'fd' },
    { name: 'len', type: 'int', min: 0, max: SEND_MAX },
  ],
  promised: {
    text: 'The open file goes with the bytes; it stays open while it is on its way.',
    source: 'SCM_RIGHTS of unix(7)',
  },
  syscall: 'sendmsg',
  errors: [
    ...(['EBADF', 'ENOTSOCK', 'EAGAIN', 'EPIPE', 'ECONNRESET', 'ECONNREFUSED', 'ENOTCONN', 'EDESTADDRREQ'] as const),
    ...(['EMSGSIZE', 'EPERM'] as const),
  ],
  // Documented, and no program here reaches it.
  elsewhere: ['EINVAL', 'EOPNOTSUPP', 'EPROTOTYPE'],
  weight: 4,
  usuallyNext: ['recv_fd', 'recv_fd', 'recv', 'close', 'send'],
  draw(world, draw, args) {
    args.fd = pickFd(world, draw, (fd) => fd.what === 'socket' && fd.family === 'unix' && fd.peer !== null);
    args.file = draw.handle(world, 'fd');
    args.len = draw.chance(1, 3) ? 1 : draw.size(0, SEND_MAX);
    return args.fd >= 0 && args.file >= 0;
  },
  run(world, args) {
    fdOf(world, args.fd).peer?.rights.push(fdOf(world, args.file));
  },
  steps(_world, { fd, file, len }, _result, memory) {
    const fill = fillStep(memory, len);
    const rights = cmsgRights([fdNumber(file), fdNumber(file)]);
    const control = { at: memory.take(rights.length), bytes: rights.length };
    const header = messageHeader(memory, { data: [fill], control });
    return [
      fill,
      { op: 'poke', at: control.at, bytes: rights },
      header.step,
      { op: 'syscall', name: 'sendmsg', args: [fdNumber(fd), header.at, MSG.dontwait | MSG.nosignal] },
    ];
  },
});

export const RECV_FD = defineOutside({
  name: 'recv_fd',
  number: 24,
  args: [
    { name: 'fd', type: 'fd' },
    { name: 'len', type: 'int', min: 1, max: RECV_MAX },
  ],
  result: 'fd',
  promised: {
    text: 'The descriptor is one of the file that was sent: it works as the one that was sent does.',
    source: 'SCM_RIGHTS of unix(7)',
  },
  syscall: 'recvmsg',
  // EBADF also says that the message brought no descriptors: the executor has none to move.
  errors: ['EBADF', 'ENOTSOCK', 'EAGAIN', 'ECONNREFUSED', 'ENOTCONN', 'EINVAL', 'ECONNRESET'],
  // Documented, and no program here reaches it.
  elsewhere: ['EOPNOTSUPP', 'EPIPE'],
  weight: 4,
  usuallyNext: ['send', 'recv', 'close', 'send_fd'],
  draw(world, draw, args) {
    args.fd = pickFd(world, draw, ({ rights }) => rights.length > 0);
    args.len = draw.chance(1, 4) ? draw.size(1, RECV_MAX) : draw.size(1, SEND_MAX);
    return args.fd >= 0;
  },
  run(world, args, result) {
    const file = fdOf(world, args.fd).rights.shift();
    const fd = new OutsideFd(result, file?.what ?? 'socket', file?.family, file?.type, file?.writes);
    fd.peer = file?.peer ?? null;
    nameResult(world, result, 'fd', fd);
  },
  steps(_world, { fd, len }, result, memory) {
    const data = { at: memory.take(len), bytes: len };
    const name = { at: memory.take(ADDRESS_BYTES), bytes: ADDRESS_BYTES };
    const control = { at: memory.take(CONTROL_BYTES), bytes: CONTROL_BYTES };
    const header = messageHeader(memory, { name, data: [data], control });
    const number = fdNumber(result);
    const steps: Step[] = [
      header.step,
      { op: 'poke', at: control.at, bytes: Buffer.alloc(RIGHTS_AT + 8, 0xff) },
      {
        op: 'syscall',
        name: 'recvmsg',
        args: [fdNumber(fd), header.at, MSG.dontwait],
        pair: { at: control.at + RIGHTS_AT, fds: [number, number + SECOND] },
        out: [{ ...data, upToReturn: true }, header.out, name, control],
      },
      { op: 'syscall', name: 'close', args: [number + SECOND] },
    ];
    return steps;
  },
});
