import { OutsideFd } from '../../../model/structs/outside';
import { nameResult } from '../../pick';
import { cat, u32, zeros } from '../abi/bytes';
import { cmsg } from '../abi/msg';
import { sockaddrIp } from '../abi/sockaddr';
import { defineOutside } from '../define_outside';
import { fdNumber, fdOf, pickFd } from '../fd';
import { fillStep } from '../fill';
import { MSG } from '../message_flags';
import { messageHeader } from '../msghdr';
import { ADDRESS_BYTES, FAMILY_NUMBERS, TYPE_NUMBERS } from './address';

/* Multicast with several readers on the loopback device: each gets a clone of the packet (__udp4_lib_mcast_deliver). */

const GROUPS = 2;
const FIRST_PORT = 9300;
/** Groups of administrative scope (RFC 2365). The loopback device keeps them on the machine. */
const addressOfGroup = (group: number): Buffer => sockaddrIp(`239.1.1.${group + 1}`, FIRST_PORT + group);

const SOL_SOCKET = 1;
const SO_REUSEADDR = 2;
const SOL_IP = 0;
const MCAST_JOIN_GROUP = 42;
/** The loopback device is the first of each network namespace. */
const LO_INDEX = 1;
/** struct group_req (include/uapi/linux/in.h): the address is aligned to 8 bytes. */
const groupRequest = (address: Buffer): Buffer =>
  cat(u32(LO_INDEX), zeros(4), address, zeros(ADDRESS_BYTES - address.length));

export const GROUP_MEMBER = defineOutside({
  name: 'group_member',
  number: 240,
  args: [{ name: 'group', type: 'int', min: 0, max: GROUPS - 1, default: 0 }],
  result: 'fd',
  promised: {
    text: 'The socket receives each datagram that is sent to the group, as all its members do.',
    source: 'MCAST_JOIN_GROUP of RFC 3678, SO_REUSEADDR of socket(7)',
  },
  syscall: null,
  errors: [],
  // ENOBUFS: net.ipv4.igmp_max_memberships counts for each socket, and each joins one group.
  elsewhere: ['ENOBUFS'],
  weight: 2,
  usuallyNext: ['group_member', 'group_send', 'group_send'],
  draw(_world, draw, args) {
    args.group = draw.chance(1, 4) ? draw.below(GROUPS) : 0;
    return true;
  },
  run(world, { group }, result) {
    const fd = new OutsideFd(result, 'socket', 'inet', 'dgram');
    fd.group = group;
    nameResult(world, result, 'fd', fd);
  },
  steps(_world, { group }, result, memory) {
    const address = addressOfGroup(group);
    const request = groupRequest(address);
    const one = memory.take(4);
    const at = memory.take(address.length);
    const requestAt = memory.take(request.length);
    const fd = fdNumber(result);
    return [
      { op: 'poke', at: one, bytes: u32(1) },
      { op: 'poke', at, bytes: address },
      { op: 'poke', at: requestAt, bytes: request },
      { op: 'syscall', name: 'socket', args: [FAMILY_NUMBERS.inet, TYPE_NUMBERS.dgram, 0], fd },
      { op: 'syscall', name: 'setsockopt', args: [fd, SOL_SOCKET, SO_REUSEADDR, one, 4] },
      { op: 'syscall', name: 'bind', args: [fd, at, address.length] },
      {
        op: 'syscall',
        name: 'setsockopt',
        args: [fd, SOL_IP, MCAST_JOIN_GROUP, requestAt, request.length],
        isMain: true,
      },
    ];
  },
});

const LEN_MAX = 65_536;
const IP_PKTINFO = 8;
/** struct in_pktinfo: the device, and no source address. */
const pktinfo = cmsg(SOL_IP, IP_PKTINFO, cat(u32(LO_INDEX), zeros(8)));

export const GROUP_SEND = defineOutside({
  name: 'group_send',
  number: 241,
  args: [
    { name: 'fd', type: 'fd' },
    { name: 'group', type: 'int', min: 0, max: GROUPS - 1, default: 0 },
    { name: 'len', type: 'int', min: 0, max: LEN_MAX },
  ],
  promised: {
    text: 'Each member of the group gets the datagram, whole and unchanged, whatever another member does with its own.',
    source: 'ip(7), udp(7), RFC 1112',
  },
  syscall: 'sendmsg',
  errors: ['EBADF', 'ENOTSOCK', 'EMSGSIZE'],
  // Of a socket that was shut down or whose buffer is full, one of another protocol, and a cork of another size.
  elsewhere: [
    ...(['EINVAL', 'EAGAIN', 'EPIPE', 'ECONNREFUSED', 'EAFNOSUPPORT', 'EOPNOTSUPP', 'ENOTCONN', 'EISCONN'] as const),
    ...(['EPROTOTYPE', 'ENETUNREACH', 'EHOSTUNREACH', 'EACCES', 'EPERM', 'EADDRNOTAVAIL'] as const),
  ],
  weight: 2,
  usuallyNext: ['recv', 'recv', 'group_send'],
  draw(world, draw, args) {
    args.fd = pickFd(
      world,
      draw,
      ({ what, type, family }) => what === 'socket' && type === 'dgram' && family === 'inet',
    );
    if (args.fd < 0) return false;
    args.group = fdOf(world, args.fd).group ?? (draw.chance(1, 4) ? draw.below(GROUPS) : 0);
    args.len = draw.chance(1, 4) ? draw.size(0, LEN_MAX) : draw.size(0, 3000);
    return true;
  },
  run(world, { group }) {
    for (const { id } of world.namesOf('fd')) {
      const fd = fdOf(world, id);
      if (fd.group === group) fd.queued++;
    }
  },
  steps(_world, { fd, group, len }, _result, memory) {
    const fill = fillStep(memory, len);
    const address = addressOfGroup(group);
    const name = { at: memory.take(address.length), bytes: address.length };
    const control = { at: memory.take(pktinfo.length), bytes: pktinfo.length };
    const header = messageHeader(memory, { data: [fill], control, name });
    return [
      fill,
      { op: 'poke', at: name.at, bytes: address },
      { op: 'poke', at: control.at, bytes: pktinfo },
      header.step,
      { op: 'syscall', name: 'sendmsg', args: [fdNumber(fd), header.at, MSG.dontwait | MSG.nosignal] },
    ];
  },
});
