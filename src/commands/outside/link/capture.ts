import { OutsideFd } from '../../../model/structs/outside';
import { nameResult } from '../../pick';
import { u32 } from '../abi/bytes';
import { sockaddrLl } from '../abi/sockaddr';
import { ETH_P_ALL } from '../abi/uapi/devices';
import { PACKET_AUXDATA } from '../abi/uapi/af_packet';
import { AF_PACKET, SOL_PACKET } from '../abi/uapi/sockets';
import { defineOutside } from '../define_outside';
import { fdNumber } from '../fd';
import { farOf, linkOf } from './devices';

const SOCK_RAW = 3;

export const CAPTURE = defineOutside({
  name: 'capture',
  number: 70,
  args: [{ name: 'link', type: 'link' }],
  result: 'fd',
  promised: {
    text: 'The socket receives each packet that comes out of the link.',
    source: 'packet(7)',
  },
  syscall: 'bind',
  errors: ['ENODEV'],
  // Documented, and no program here reaches it.
  elsewhere: ['EBADF', 'ENETDOWN', 'EPERM'],
  weight: 4,
  usuallyNext: ['burst', 'burst', 'forward'],
  draw(world, draw, args) {
    args.link = draw.handle(world, 'link');
    return args.link >= 0;
  },
  run(world, { link }, result) {
    const fd = new OutsideFd(result, 'socket', 'packet', 'dgram');
    fd.captures = linkOf(world, link);
    nameResult(world, result, 'fd', fd);
  },
  steps(world, { link }, result, memory) {
    const address = sockaddrLl(ETH_P_ALL, farOf(linkOf(world, link)).ifindex);
    const at = memory.take(address.length);
    const one = memory.take(4);
    return [
      { op: 'poke', at, bytes: address },
      { op: 'poke', at: one, bytes: u32(1) },
      { op: 'syscall', name: 'socket', args: [AF_PACKET, SOCK_RAW, 0], fd: fdNumber(result) },
      // A VLAN tag comes beside the bytes of a frame, not in them.
      { op: 'syscall', name: 'setsockopt', args: [fdNumber(result), SOL_PACKET, PACKET_AUXDATA, one, 4] },
      { op: 'syscall', name: 'bind', args: [fdNumber(result), at, address.length] },
    ];
  },
});
