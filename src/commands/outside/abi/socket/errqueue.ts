import { parseCmsgs } from '../msg';
import { PACKET_TX_TIMESTAMP } from '../uapi/af_packet';
import { SO_EE_CODE_ZEROCOPY_COPIED, SO_EE_ORIGIN_ZEROCOPY } from '../uapi/errqueue';
import { IP_RECVERR, IPV6_RECVERR, SOL_IP, SOL_IPV6, SOL_PACKET } from '../uapi/sockets';
import { SOL_VSOCK, VSOCK_RECVERR } from '../uapi/vm_sockets';

/** struct sock_extended_err of the error queue: include/uapi/linux/errqueue.h, ip(7). */
export interface ExtendedError {
  readonly errno: number;
  /** SO_EE_ORIGIN_*: 5 is zerocopy. */
  readonly origin: number;
  readonly type: number;
  readonly code: number;
  readonly info: number;
  readonly data: number;
}

/** Sends with MSG_ZEROCOPY that are done: Documentation/networking/msg_zerocopy.rst. */
export interface ZerocopyNotice {
  /** Counts from 0 in each socket; from first to last, both included. */
  readonly first: number;
  readonly last: number;
  /** The data were copied after all. */
  readonly wasCopied: boolean;
}

/** Reads errors of the ancillary data of recvmsg(2) with MSG_ERRQUEUE. */
export const parseExtendedErrors = (control: Buffer): ExtendedError[] =>
  parseCmsgs(control)
    .filter(({ level, type, data }) => isRecverr(level, type) && data.length >= 16)
    .map(({ data }) => ({
      ...{ errno: data.readUInt32LE(0), origin: data[4], type: data[5], code: data[6] },
      ...{ info: data.readUInt32LE(8), data: data.readUInt32LE(12) },
    }));

/** Of vsock and packet sockets the level and type are their own. */
const isRecverr = (level: number, type: number): boolean =>
  (level === SOL_IP && type === IP_RECVERR) ||
  (level === SOL_IPV6 && type === IPV6_RECVERR) ||
  (level === SOL_PACKET && type === PACKET_TX_TIMESTAMP) ||
  (level === SOL_VSOCK && type === VSOCK_RECVERR);

/** Reads notices of MSG_ZEROCOPY. */
export const parseZerocopyNotices = (control: Buffer): ZerocopyNotice[] =>
  parseExtendedErrors(control)
    .filter(({ origin, errno }) => origin === SO_EE_ORIGIN_ZEROCOPY && errno === 0)
    .map(({ info, data, code }) => ({ first: info, last: data, wasCopied: (code & SO_EE_CODE_ZEROCOPY_COPIED) !== 0 }));
