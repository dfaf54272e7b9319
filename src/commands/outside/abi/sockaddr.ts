import { ipBytes, type IpText, ipVersion, macBytes, type MacText } from './address';
import { be16, be32, cat, field, type Int, nameField, u16, u32, u8, zeros } from './bytes';
import { AF_ALG, AF_INET, AF_INET6, AF_NETLINK, AF_PACKET, AF_TIPC, AF_UNIX, AF_VSOCK, AF_XDP } from './uapi/sockets';
import { TIPC_SERVICE_ADDR, TIPC_SERVICE_RANGE, TIPC_SOCKET_ADDR } from './uapi/tipc';

/** struct sockaddr_in, 16 bytes: ip(7). RDS has it too. */
const sockaddrIn = (ip: IpText, port: number): Buffer => cat(u16(AF_INET), be16(port), ipBytes(ip), zeros(8));

/**
 * struct sockaddr_in6, 28 bytes: ipv6(7).
 * @param ip - an IPv6 address
 * @param port - 0 to 65535
 * @param scopeId - index of the interface of a link-local address, or 0
 * @param flowinfo - flow label, of 20 bits
 */
export const sockaddrIn6 = (ip: IpText, port: number, scopeId = 0, flowinfo = 0): Buffer =>
  cat(u16(AF_INET6), be16(port), be32(flowinfo), ipBytes(ip), u32(scopeId));

/**
 * struct sockaddr_in or sockaddr_in6, as the address is: ip(7), ipv6(7).
 * @param ip - 10.0.0.1 or fd00::1
 * @param port - 0 to 65535; the protocol of a raw socket
 */
export const sockaddrIp = (ip: IpText, port: number): Buffer =>
  ipVersion(ip) === 4 ? sockaddrIn(ip, port) : sockaddrIn6(ip, port);

/** struct sockaddr of AF_UNSPEC, 16 bytes: connect(2) dissolves an association with it. */
export const sockaddrUnspec = (): Buffer => zeros(16);

/** struct sockaddr_un of a file: unix(7). The path is at most 107 bytes. */
export const sockaddrUnix = (path: string): Buffer => cat(u16(AF_UNIX), nameField(path, 108));

/** struct sockaddr_un of an abstract name, which is as long as the name: unix(7). At most 107 bytes. */
export const sockaddrUnixAbstract = (name: string): Buffer =>
  cat(u16(AF_UNIX), u8(0), Buffer.from(name).subarray(0, 107));

/**
 * struct sockaddr_ll, 20 bytes: packet(7).
 * @param protocol - ETH_P_*, in the order of the host
 * @param ifindex - index of an interface, 0 for all
 * @param mac - receiver of a packet of a SOCK_DGRAM socket
 * @param hatype - ARPHRD_*; the kernel fills it in on receive
 */
export const sockaddrLl = (protocol: number, ifindex: number, mac?: MacText, hatype = 0): Buffer =>
  cat(u16(AF_PACKET), be16(protocol), u32(ifindex), u16(hatype), u8(0), u8(mac ? 6 : 0), field(macOr0(mac), 8));

const macOr0 = (mac: MacText | undefined): Buffer => (mac ? macBytes(mac) : zeros(6));

/**
 * struct sockaddr_nl, 12 bytes: netlink(7).
 * @param portId - 0: the kernel
 * @param groups - bits of multicast groups
 */
export const sockaddrNl = (portId = 0, groups = 0): Buffer => cat(u16(AF_NETLINK), u16(0), u32(portId), u32(groups));

/**
 * struct sockaddr_vm, 16 bytes: vsock(7), include/uapi/linux/vm_sockets.h.
 * @param cid - VMADDR_CID_LOCAL is 1, VMADDR_CID_ANY -1
 * @param port - 32 bits; VMADDR_PORT_ANY is -1
 */
export const sockaddrVm = (cid: number, port: number, flags = 0): Buffer =>
  cat(u16(AF_VSOCK), u16(0), u32(port), u32(cid), u8(flags), zeros(3));

/**
 * struct sockaddr_alg, 88 bytes: include/uapi/linux/if_alg.h.
 * @param type - hash, skcipher, aead, rng
 * @param name - of the algorithm, as gcm(aes)
 */
export const sockaddrAlg = (type: string, name: string): Buffer =>
  cat(u16(AF_ALG), nameField(type, 14), u32(0), u32(0), nameField(name, 64));

/**
 * struct sockaddr_xdp, 16 bytes: include/uapi/linux/if_xdp.h.
 * @param flags - XDP_SHARED_UMEM, XDP_COPY, XDP_ZEROCOPY, XDP_USE_NEED_WAKEUP, XDP_USE_SG
 * @param sharedFd - descriptor of the socket whose umem is shared
 */
export const sockaddrXdp = (ifindex: number, queue: number, flags: number, sharedFd = 0): Buffer =>
  cat(u16(AF_XDP), u16(flags), u32(ifindex), u32(queue), u32(sharedFd));

/** Reach of a TIPC name: include/uapi/linux/tipc.h. */
export type TipcScope = 'cluster' | 'node';
const scopeOf = (scope: TipcScope): Buffer => u8(scope === 'node' ? 3 : 2);

/** struct sockaddr_tipc of a range of services, 16 bytes, for bind(2). Types below 64 are the kernel's own. */
export const sockaddrTipcRange = (type: Int, lower: Int, upper: Int, scope: TipcScope = 'node'): Buffer =>
  cat(u16(AF_TIPC), u8(TIPC_SERVICE_RANGE), scopeOf(scope), u32(type), u32(lower), u32(upper));

/** struct sockaddr_tipc of one service, for connect(2) and sendto(2). Node 0 looks everywhere. */
export const sockaddrTipcService = (type: Int, instance: Int, node: Int = 0, scope: TipcScope = 'node'): Buffer =>
  cat(u16(AF_TIPC), u8(TIPC_SERVICE_ADDR), scopeOf(scope), u32(type), u32(instance), u32(node));

/** struct sockaddr_tipc of one socket, by the reference that getsockname(2) gives. */
export const sockaddrTipcSocket = (ref: Int, node: Int): Buffer =>
  cat(u16(AF_TIPC), u8(TIPC_SOCKET_ADDR), u8(0), u32(ref), u32(node), u32(0));
