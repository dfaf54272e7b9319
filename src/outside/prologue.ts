import { ownFd } from '../commands/outside/own_fd';
import { ARENA, ARENA_BYTES, type Step } from '../commands/outside/step';

const SIOCSIFFLAGS = 0x8914;
const IFF_UP_RUNNING = 0x41;
const IFREQ_BYTES = 40;
const IFREQ_FLAGS_AT = 16;
const SOCKET = ownFd('prologue');

/** A new network namespace has a loopback device, which is down. netdevice(7). */
export const LO_UP_STEPS: readonly Step[] = loUp();

function loUp(): Step[] {
  const at = ARENA + ARENA_BYTES - 4096;
  const request = Buffer.alloc(IFREQ_BYTES);
  request.write('lo');
  request.writeUInt16LE(IFF_UP_RUNNING, IFREQ_FLAGS_AT);
  return [
    { op: 'poke', at, bytes: request },
    { op: 'syscall', name: 'socket', args: [2, 2, 0], fd: SOCKET },
    { op: 'syscall', name: 'ioctl', args: [SOCKET, SIOCSIFFLAGS, at] },
    { op: 'syscall', name: 'close', args: [SOCKET] },
  ];
}
