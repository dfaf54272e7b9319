import { numbered } from '../../abi/netlink/message';
import { AF_NETLINK } from '../../abi/uapi/sockets';
import type { CallMemory } from '../../call_memory';
import { MSG } from '../../message_flags';
import { ownFd } from '../../own_fd';
import type { Step } from '../../step';

export const NETLINK_FD = ownFd('netlink');
const SOCK_RAW = 3;
const NETLINK_ROUTE = 0;
const ACK_BYTES = 1024;
const ACKS_MAX = 32;

/**
 * Steps that send messages of rtnetlink, and read the answers: rtnetlink(7). The system call of the messages is sendto;
 * the answers are those of recvfrom.
 */
export const rtnetlinkSteps = (memory: CallMemory, messages: readonly Buffer[]): Step[] =>
  netlinkSteps(memory, NETLINK_ROUTE, messages);

/** The same with another protocol of netlink(7). */
export function netlinkSteps(memory: CallMemory, protocol: number, messages: readonly Buffer[]): Step[] {
  const bytes = numbered(messages);
  const at = memory.take(bytes.length);
  return [
    { op: 'poke', at, bytes },
    { op: 'syscall', name: 'socket', args: [AF_NETLINK, SOCK_RAW, protocol], fd: NETLINK_FD },
    { op: 'syscall', name: 'sendto', args: [NETLINK_FD, at, bytes.length, 0, 0, 0] },
    ...ackSteps(memory, messages.length),
    { op: 'syscall', name: 'close', args: [NETLINK_FD] },
  ];
}

/** Steps that read the answers to messages. */
export function ackSteps(memory: CallMemory, messages: number): Step[] {
  const answer = memory.take(ACK_BYTES);
  return [
    {
      op: 'repeat',
      times: Math.min(ACKS_MAX, messages),
      until: 'error',
      steps: [
        {
          op: 'syscall',
          name: 'recvfrom',
          args: [NETLINK_FD, answer, ACK_BYTES, MSG.dontwait, 0, 0],
          out: [{ at: answer, bytes: 64, upToReturn: true }],
        },
      ],
    },
  ];
}
