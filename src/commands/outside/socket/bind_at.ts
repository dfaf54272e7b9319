import { sockaddrIp } from '../abi/sockaddr';
import { defineOutside } from '../define_outside';
import { fdNumber, fdOf, pickFd } from '../fd';

/** Few ports and many addresses, so that sockets meet. */
const FIRST_PORT = 9100;
const PORTS = 2;
const HOSTS = 20;

export const BIND_AT = defineOutside({
  name: 'bind_at',
  number: 27,
  args: [
    { name: 'fd', type: 'fd' },
    { name: 'host', type: 'int', min: 0, max: HOSTS },
    { name: 'port', type: 'int', min: 0, max: PORTS - 1 },
  ],
  promised: { text: 'An address of the machine has one owner; host 0 is all addresses.', source: 'bind(2), ip(7)' },
  syscall: 'bind',
  errors: ['EBADF', 'ENOTSOCK', 'EADDRINUSE', 'EINVAL', 'EADDRNOTAVAIL', 'EAFNOSUPPORT'],
  weight: 2,
  usuallyNext: ['socket', 'socket', 'bind_at'],
  draw(world, draw, args) {
    args.fd = pickFd(world, draw, (fd) => fd.what === 'socket' && !fd.bound && !fd.isHeld && fd.family !== 'unix');
    args.host = draw.chance(1, 6) ? 0 : 1 + draw.below(HOSTS);
    args.port = draw.below(8) === 0 ? 1 : 0;
    return args.fd >= 0;
  },
  run(world, { fd }) {
    fdOf(world, fd).isHeld = true;
  },
  steps(world, { fd, host, port }, _result, memory) {
    const isIpv6 = fdOf(world, fd).family === 'inet6';
    const name = isIpv6 ? ['::', '::1'][Math.min(1, host)] : host === 0 ? '0.0.0.0' : `127.0.0.${host}`;
    const bytes = sockaddrIp(name, FIRST_PORT + port);
    const at = memory.take(bytes.length);
    return [
      { op: 'poke', at, bytes },
      { op: 'syscall', name: 'bind', args: [fdNumber(fd), at, bytes.length] },
    ];
  },
});
