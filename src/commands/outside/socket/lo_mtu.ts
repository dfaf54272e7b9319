import { nameField, u32, cat, zeros } from '../abi/bytes';
import { defineOutside } from '../define_outside';
import { ownFd } from '../own_fd';

const SIOCSIFMTU = 0x8922;
/** IPv6 needs 1280 bytes (RFC 8200 section 5); more than a datagram has is possible on the loopback device. */
const MTUS = [1280, 1281, 1500, 9000, 16_384, 65_535, 65_536, 65_575, 100_000, 200_000];
const MTU_MIN = 1280;
const MTU_MAX = 1 << 20;
const SOCKET = ownFd('mtuSocket');

export const LO_MTU = defineOutside({
  name: 'lo_mtu',
  number: 25,
  args: [{ name: 'mtu', type: 'int', min: MTU_MIN, max: MTU_MAX }],
  promised: { text: 'The loopback device has the MTU.', source: 'SIOCSIFMTU of netdevice(7)' },
  syscall: 'ioctl',
  errors: [],
  weight: 1,
  usuallyNext: ['send', 'send', 'socket', 'setsockopt'],
  draw(_world, draw, args) {
    args.mtu = MTUS[draw.below(MTUS.length)];
    return true;
  },
  run: () => undefined,
  steps(_world, { mtu }, _result, memory) {
    const request = cat(nameField('lo', 16), u32(mtu), zeros(20));
    const at = memory.take(request.length);
    return [
      { op: 'poke', at, bytes: request },
      { op: 'syscall', name: 'socket', args: [2, 2, 0], fd: SOCKET },
      { op: 'syscall', name: 'ioctl', args: [SOCKET, SIOCSIFMTU, at] },
      { op: 'syscall', name: 'close', args: [SOCKET] },
    ];
  },
});
