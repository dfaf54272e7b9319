import { type IpText, ipVersion } from '../address';
import { be16, be32, cat, u16, u32, u8, zeros } from '../bytes';
import { attr, attr32, type Attributes, maybe } from '../netlink/attribute';
import { nlmsg } from '../netlink/message';
import { familyOf } from '../netlink/rtnl/family';
import { NLM_F_CREATE, NLM_F_EXCL } from '../uapi/netlink';
import { IPPROTO_ESP } from '../uapi/sockets';
import {
  TCP_ENCAP_ESPINTCP,
  UDP_ENCAP_ESPINUDP,
  XFRM_MSG_DELSA,
  XFRM_MSG_NEWSA,
  XFRM_STATE_ESN,
  XFRMA_ENCAP,
  XFRMA_IF_ID,
  XFRMA_REPLAY_ESN_VAL,
  XFRMA_SRCADDR,
} from '../uapi/xfrm';
import { cryptoAttributes, type EspCrypto } from './crypto';
import { espId, lifetime, modeByte, selectorBytes, xfrmAddress, type XfrmMode } from './structs';

/** A security association of ESP: ip-xfrm(8). */
export interface SecurityAssociation {
  readonly from: IpText;
  readonly to: IpText;
  /** 256 and above. */
  readonly spi: number;
  readonly mode: XfrmMode;
  /** Policies name it. */
  readonly reqid: number;
  readonly crypto: EspCrypto;
  /** ESP in UDP, by these ports: RFC 3948. The receiver's socket has UDP_ENCAP. */
  readonly udp?: { readonly sport: number; readonly dport: number };
  /** ESP in TCP: RFC 8229. */
  readonly tcp?: { readonly sport: number; readonly dport: number };
  /** Packets; 0 turns the check for replays off. Above 32 with extended sequence numbers only. */
  readonly replayWindow: number;
  /** Sequence numbers of 64 bits. */
  readonly esn?: boolean;
  /** Of tunnel: the version of IP inside, if not that of the ends. */
  readonly innerVersion?: 4 | 6;
  readonly ifId?: number;
}

/** Types of struct xfrm_encap_tmpl. */
function encap(type: number, ports: { readonly sport: number; readonly dport: number }): Attributes {
  return attr(XFRMA_ENCAP, cat(u16(type), be16(ports.sport), be16(ports.dport), zeros(2), zeros(16)));
}

/** struct xfrm_replay_state_esn. */
function esnAttribute(window: number): Attributes {
  const words = Math.max(1, Math.ceil(window / 32));
  return attr(XFRMA_REPLAY_ESN_VAL, cat(u32(words), zeros(16), u32(window), zeros(words * 4)));
}

/** struct xfrm_usersa_info, 224 bytes. */
function usersaInfo(sa: SecurityAssociation): Buffer {
  const inner = sa.innerVersion ?? ipVersion(sa.from);
  const any = inner === 4 ? '0.0.0.0' : '::';
  const isEsn = sa.esn === true;
  return cat(
    ...[selectorBytes({ from: any, fromPrefix: 0, to: any, toPrefix: 0 }), espId(sa.to, sa.spi), xfrmAddress(sa.from)],
    ...[lifetime(), zeros(12), u32(0), u32(sa.reqid), u16(familyOf(sa.to)), modeByte(sa.mode)],
    ...[u8(isEsn ? 0 : Math.min(32, sa.replayWindow)), u8(isEsn ? XFRM_STATE_ESN : 0), zeros(7)],
  );
}

/** XFRM_MSG_NEWSA, to a socket of NETLINK_XFRM. */
export const newSa = (sa: SecurityAssociation): Buffer =>
  nlmsg(
    XFRM_MSG_NEWSA,
    NLM_F_CREATE | NLM_F_EXCL,
    usersaInfo(sa),
    cryptoAttributes(sa.crypto),
    maybe(sa.udp, (ports) => encap(UDP_ENCAP_ESPINUDP, ports)),
    maybe(sa.tcp, (ports) => encap(TCP_ENCAP_ESPINTCP, ports)),
    sa.esn ? esnAttribute(sa.replayWindow) : zeros(0),
    maybe(sa.ifId, (id) => attr32(XFRMA_IF_ID, id)),
  );

/** XFRM_MSG_DELSA: struct xfrm_usersa_id, 24 bytes. */
export const delSa = ({ from, to, spi }: Pick<SecurityAssociation, 'from' | 'to' | 'spi'>): Buffer =>
  nlmsg(
    XFRM_MSG_DELSA,
    0,
    cat(xfrmAddress(to), be32(spi), u16(familyOf(to)), u8(IPPROTO_ESP), u8(0)),
    attr(XFRMA_SRCADDR, xfrmAddress(from)),
  );
