import { sockaddrLl, sockaddrVm } from '../abi/sockaddr';
import type { OutsideFd, OutsideFamily } from '../../../model/structs/outside';

/* The address of a socket follows from the number of its name, so that other calls know it before it is bound. */

/** Values of sa_family (include/linux/socket.h). */
export const FAMILY_NUMBERS: Readonly<Record<OutsideFamily, number>> = {
  ...{ unix: 1, inet: 2, inet6: 10, vsock: 40 },
  ...{ packet: 17, xdp: 44 },
};
/** Values of enum sock_type (include/linux/net.h). */
export const TYPE_NUMBERS = { stream: 1, dgram: 2, seqpacket: 5 } as const;

/** The machine itself: vsock(7). */
const VMADDR_CID_LOCAL = 1;
const FIRST_PORT = 10_000;
/** The second of two sockets that one call binds has this number more. */
export const SECOND_ADDRESS = 10_000;
const LOOPBACK = [127, 0, 0, 1];
/** sizeof(struct sockaddr_storage). */
export const ADDRESS_BYTES = 128;

/** The port of a socket of the internet families. */
export function portOf(id: number): number {
  return FIRST_PORT + id;
}

/** The address that a socket of this family binds to: ip(7), ipv6(7), unix(7) (an abstract name). */
export function addressOf({ family, addressId: id }: Pick<OutsideFd, 'family' | 'addressId'>): Buffer {
  switch (family) {
    case 'inet': {
      const bytes = Buffer.alloc(16);
      bytes.writeUInt16LE(FAMILY_NUMBERS.inet);
      bytes.writeUInt16BE(portOf(id), 2);
      bytes.set(LOOPBACK, 4);
      return bytes;
    }
    case 'inet6': {
      const bytes = Buffer.alloc(28);
      bytes.writeUInt16LE(FAMILY_NUMBERS.inet6);
      bytes.writeUInt16BE(portOf(id), 2);
      bytes[23] = 1;
      return bytes;
    }
    case 'vsock':
      return sockaddrVm(VMADDR_CID_LOCAL, portOf(id));
    // Nobody sends to these.
    case 'packet':
    case 'xdp':
      return sockaddrLl(0, 0);
    case 'unix': {
      const family = Buffer.alloc(2);
      family.writeUInt16LE(FAMILY_NUMBERS.unix);
      return Buffer.concat([family, Buffer.from(`\0skbcheck${id}`, 'latin1')]);
    }
  }
}
