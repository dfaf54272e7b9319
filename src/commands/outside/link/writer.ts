import type { OutsideLink } from '../../../model/structs/outside';
import { cat, u32 } from '../abi/bytes';
import { iovecs } from '../abi/msg';
import { sockaddrLl } from '../abi/sockaddr';
import { PACKET_VNET_HDR } from '../abi/uapi/af_packet';
import { ETH_P_IP, ETH_P_IPV6 } from '../abi/uapi/devices';
import { AF_PACKET, SOL_PACKET } from '../abi/uapi/sockets';
import type { CallMemory } from '../call_memory';
import { ownFd } from '../own_fd';
import type { Step } from '../step';
import { hasEthernet, nearOf, tunFd } from './devices';

/* A program writes packets into a tun device by its descriptor, and into other links by a packet socket. */

const PACKET_FD = ownFd('writer');
const SOCK_RAW = 3;
const ETHERTYPES = { 4: ETH_P_IP, 6: ETH_P_IPV6 } as const;

export const isTun = (kind: OutsideLink['kind']): boolean => kind === 'tun' || kind === 'tap';

/** A packet socket takes the virtio header, and with it the length of the first piece: PACKET_VNET_HDR. */
export const hasHeader = (link: OutsideLink): boolean => link.hasHeader || !isTun(link.kind);

/** Steps before the first packet. @param version - of IP, of all packets that follow */
export function openWriterSteps(memory: CallMemory, link: OutsideLink, version: 4 | 6): Step[] {
  if (isTun(link.kind)) return [];
  // Without a header of Ethernet the kernel asks the device for the protocol, and GRE knows none: packet_snd.
  const protocol = hasEthernet(link) ? 0 : ETHERTYPES[version];
  const address = sockaddrLl(protocol, nearOf(link).ifindex);
  const at = { address: memory.take(address.length), one: memory.take(4) };
  return [
    { op: 'poke', at: at.address, bytes: address },
    { op: 'poke', at: at.one, bytes: u32(1) },
    { op: 'syscall', name: 'socket', args: [AF_PACKET, SOCK_RAW, 0], fd: PACKET_FD },
    { op: 'syscall', name: 'setsockopt', args: [PACKET_FD, SOL_PACKET, PACKET_VNET_HDR, at.one, 4] },
    { op: 'syscall', name: 'bind', args: [PACKET_FD, at.address, address.length] },
  ];
}

/** Steps that write one packet, in pieces; the first is a virtio header where hasHeader() says so. */
export function writeSteps(memory: CallMemory, link: OutsideLink, parts: readonly Buffer[]): Step[] {
  const all = cat(...parts);
  const at = memory.take(all.length);
  let place = at;
  const vector = iovecs(
    parts.map((part) => {
      const piece = { at: place, bytes: part.length };
      place += part.length;
      return piece;
    }),
  );
  const vectorAt = memory.take(vector.length);
  return [
    { op: 'poke', at, bytes: all },
    { op: 'poke', at: vectorAt, bytes: vector },
    { op: 'syscall', name: 'writev', args: [isTun(link.kind) ? tunFd(link) : PACKET_FD, vectorAt, parts.length] },
  ];
}

/** Steps behind the last packet. */
export const closeWriterSteps = (link: OutsideLink): Step[] =>
  isTun(link.kind) ? [] : [{ op: 'syscall', name: 'close', args: [PACKET_FD] }];
