import { iovecs } from '../../abi/msg';
import { getFamily } from '../../abi/netlink/genl/message';
import { NLMSGHDR_BYTES, numbered } from '../../abi/netlink/message';
import { AF_NETLINK } from '../../abi/uapi/sockets';
import type { CallMemory } from '../../call_memory';
import type { Step } from '../../step';
import { ackSteps, NETLINK_FD } from './netlink_steps';

/** Messages of generic netlink have higher numbers than those of rtnetlink, as a call may send both. */
export const GENL_BEFORE = 100;
const NETLINK_GENERIC = 16;
const SOCK_RAW = 3;
const ANSWER_BYTES = 8192;
/** Position of the type in struct nlmsghdr: of generic netlink, the number of the family. */
const TYPE_AT = 4;
const TYPE_BYTES = 2;
const GENLMSGHDR_BYTES = 4;
const NLATTR_BYTES = 4;
/** Netlink answers at once. A kernel without the family has one answer less. */
const LIMIT_MS = 20;

/**
 * Steps that send messages to a family of generic netlink, whose number the kernel chooses. It is read into the place
 * of each message where it must stand. Its answer has the name first, then the number: ctrl_fill_info (6.1 to 7.3).
 */
export function genlSteps(memory: CallMemory, family: string, messages: readonly Buffer[]): Step[] {
  const bytes = numbered(messages, GENL_BEFORE + 1);
  const at = memory.take(bytes.length);
  const places = messages.map((_, i) => at + messages.slice(0, i).reduce((sum, one) => sum + one.length, 0) + TYPE_AT);
  return [
    { op: 'poke', at, bytes },
    { op: 'syscall', name: 'socket', args: [AF_NETLINK, SOCK_RAW, NETLINK_GENERIC], fd: NETLINK_FD },
    ...places.flatMap((place) => familySteps(memory, family, place)),
    { op: 'syscall', name: 'sendto', args: [NETLINK_FD, at, bytes.length, 0, 0, 0] },
    ...ackSteps(memory, messages.length),
    { op: 'syscall', name: 'close', args: [NETLINK_FD] },
  ];
}

/** Asks for the number of a family, and reads it into a place. The acknowledgement comes behind the answer. */
function familySteps(memory: CallMemory, family: string, place: number): Step[] {
  const request = getFamily(family);
  const nameBytes = NLATTR_BYTES + Math.ceil((family.length + 1) / 4) * 4;
  const before = NLMSGHDR_BYTES + GENLMSGHDR_BYTES + nameBytes + NLATTR_BYTES;
  const rest = memory.take(ANSWER_BYTES);
  const pieces = iovecs([
    { at: rest, bytes: before },
    { at: place, bytes: TYPE_BYTES },
    { at: rest + before, bytes: ANSWER_BYTES - before },
  ]);
  const at = { request: memory.take(request.length), pieces: memory.take(pieces.length) };
  return [
    { op: 'poke', at: at.request, bytes: request },
    { op: 'poke', at: at.pieces, bytes: pieces },
    { op: 'syscall', name: 'write', args: [NETLINK_FD, at.request, request.length] },
    { op: 'syscall', name: 'readv', args: [NETLINK_FD, at.pieces, 3], limit_ms: LIMIT_MS },
    { op: 'syscall', name: 'read', args: [NETLINK_FD, rest, ANSWER_BYTES], limit_ms: LIMIT_MS },
  ];
}
