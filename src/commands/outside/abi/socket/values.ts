import { ipBytes, type IpText } from '../address';
import { cat, type Int, u32, u64, zeros } from '../bytes';
import type { Piece } from '../msg';

/** The value of most options of setsockopt(2). */
export const int = (value: Int): Buffer => u32(value);

/** struct linger, 8 bytes: socket(7). With 0 seconds close(2) resets the connection. */
export const linger = (on: boolean, seconds: number): Buffer => cat(u32(on ? 1 : 0), u32(seconds));

/** struct ip_mreqn, 12 bytes: IP_ADD_MEMBERSHIP and IP_MULTICAST_IF of ip(7). */
export const ipMreqn = (group: IpText, ifindex: number): Buffer => cat(ipBytes(group), zeros(4), u32(ifindex));

/** struct ipv6_mreq, 20 bytes: IPV6_ADD_MEMBERSHIP of ipv6(7). */
export const ipv6Mreq = (group: IpText, ifindex: number): Buffer => cat(ipBytes(group), u32(ifindex));

/** struct sock_txtime, 8 bytes: SO_TXTIME. include/uapi/linux/net_tstamp.h. */
export const sockTxtime = (clock: 'monotonic' | 'tai', reportErrors = false): Buffer =>
  // CLOCK_MONOTONIC is 1, CLOCK_TAI 11; SOF_TXTIME_REPORT_ERRORS is 2.
  cat(u32(clock === 'monotonic' ? 1 : 11), u32(reportErrors ? 2 : 0));

/** struct tcp_repair_opt, 8 bytes each: TCP_REPAIR_OPTIONS. include/uapi/linux/tcp.h. */
export const tcpRepairOpts = (options: readonly { readonly code: number; readonly value: number }[]): Buffer =>
  cat(...options.flatMap(({ code, value }) => [u32(code), u32(value)]));

/** struct tcp_repair_window, 20 bytes: TCP_REPAIR_WINDOW. */
export const tcpRepairWindow = (sndWl1: Int, sndWnd: Int, maxWindow: Int, rcvWnd: Int, rcvWup: Int): Buffer =>
  cat(u32(sndWl1), u32(sndWnd), u32(maxWindow), u32(rcvWnd), u32(rcvWup));

/** A request for TCP_ZEROCOPY_RECEIVE. */
export interface ZerocopyReceive {
  /** Address of a mapping of the socket, at a page. */
  readonly at: Int;
  readonly bytes: number;
  /** Memory for small data that are copied. */
  readonly copy?: Piece;
  /** The mapping holds nothing, so that nothing need be cleared: TCP_RECEIVE_ZEROCOPY_FLAG_TLB_CLEAN_HINT. */
  readonly isClean?: boolean;
}

/** struct tcp_zerocopy_receive, 64 bytes: the option's value, read and written. include/uapi/linux/tcp.h. */
export const tcpZerocopyReceive = ({ at, bytes, copy, isClean }: ZerocopyReceive): Buffer =>
  cat(u64(at), u32(bytes), zeros(12), u64(copy?.at ?? 0), u32(copy?.bytes ?? 0), u32(isClean ? 1 : 0), zeros(24));

/** The kernel's answer. */
export interface ZerocopyReceived {
  /** Bytes that were mapped. */
  readonly mapped: number;
  /** Bytes that must be read before more can be mapped. */
  readonly skip: number;
  /** Bytes in the receive queue. */
  readonly queued: number;
  /** 0, or minus errno of the socket. */
  readonly error: number;
  /** Bytes that were copied, or minus errno. */
  readonly copied: number;
}

/** Reads struct tcp_zerocopy_receive. */
export const parseZerocopyReceive = (bytes: Buffer): ZerocopyReceived => ({
  ...{ mapped: bytes.readUInt32LE(8), skip: bytes.readUInt32LE(12), queued: bytes.readUInt32LE(16) },
  ...{ error: bytes.readInt32LE(20), copied: bytes.readInt32LE(32) },
});

/** struct kcm_attach, 8 bytes: a TCP socket, and a program of streamParser's kind with type socket_filter. */
export const kcmAttach = (fd: number, programFd: number): Buffer => cat(u32(fd), u32(programFd));

/** Counters of SO_MEMINFO: include/uapi/linux/sock_diag.h, SK_MEMINFO_*. None is ever negative. */
export interface SocketMemory {
  readonly rmemAlloc: number;
  readonly rcvbuf: number;
  readonly wmemAlloc: number;
  readonly sndbuf: number;
  readonly fwdAlloc: number;
  readonly wmemQueued: number;
  readonly optmem: number;
  readonly backlog: number;
  readonly drops: number;
}

/** Reads the value of SO_MEMINFO, 36 bytes. */
export function parseMeminfo(bytes: Buffer): SocketMemory {
  const at = (index: number): number => bytes.readInt32LE(index * 4);
  return {
    ...{ rmemAlloc: at(0), rcvbuf: at(1), wmemAlloc: at(2), sndbuf: at(3), fwdAlloc: at(4), wmemQueued: at(5) },
    ...{ optmem: at(6), backlog: at(7), drops: at(8) },
  };
}
