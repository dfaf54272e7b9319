import { ipBytes, type IpText } from '../../address';
import { be16, be32, be64, cat, type Int, u8, zeros } from '../../bytes';
import {
  IOAM6_IPTUNNEL_DST,
  IOAM6_IPTUNNEL_FREQ_K,
  IOAM6_IPTUNNEL_FREQ_N,
  IOAM6_IPTUNNEL_MODE,
  IOAM6_IPTUNNEL_MODE_AUTO,
  IOAM6_IPTUNNEL_MODE_ENCAP,
  IOAM6_IPTUNNEL_MODE_INLINE,
  IOAM6_IPTUNNEL_TRACE,
  LWT_BPF_IN,
  LWT_BPF_OUT,
  LWT_BPF_PROG_FD,
  LWT_BPF_PROG_NAME,
  LWT_BPF_XMIT,
  LWT_BPF_XMIT_HEADROOM,
  LWT_XFRM_IF_ID,
  LWT_XFRM_LINK,
  LWTUNNEL_ENCAP_BPF,
  LWTUNNEL_ENCAP_IOAM6,
  LWTUNNEL_ENCAP_IP,
  LWTUNNEL_ENCAP_IP6,
  LWTUNNEL_ENCAP_MPLS,
  LWTUNNEL_ENCAP_XFRM,
  LWTUNNEL_IP6_DST,
  LWTUNNEL_IP6_FLAGS,
  LWTUNNEL_IP6_HOPLIMIT,
  LWTUNNEL_IP6_ID,
  LWTUNNEL_IP6_SRC,
  LWTUNNEL_IP6_TC,
  LWTUNNEL_IP_DST,
  LWTUNNEL_IP_FLAGS,
  LWTUNNEL_IP_ID,
  LWTUNNEL_IP_SRC,
  LWTUNNEL_IP_TOS,
  LWTUNNEL_IP_TTL,
  MPLS_IPTUNNEL_DST,
  MPLS_IPTUNNEL_TTL,
} from '../../uapi/encaps';
import { TUNNEL_CSUM, TUNNEL_KEY } from '../../uapi/links';
import { attr, attr16, attr32, attr8, type Attributes, attrText, maybe, nest } from '../attribute';
import { type MplsLabel, mplsStack } from './mpls';

/** A lightweight tunnel of a route: include/uapi/linux/lwtunnel.h. */
export interface Encap {
  readonly type: number;
  readonly data: Attributes;
}

/** MPLS labels in front of the packet: include/uapi/linux/mpls_iptunnel.h. A TTL of 0 is the packet's own. */
export const mplsEncap = (labels: readonly MplsLabel[], ttl = 0): Encap => ({
  type: LWTUNNEL_ENCAP_MPLS,
  data: cat(attr(MPLS_IPTUNNEL_DST, mplsStack(labels)), attr8(MPLS_IPTUNNEL_TTL, ttl)),
});

/** Metadata for an external tunnel. */
export interface IpEncapSettings {
  /** Key or VNI. */
  readonly id: Int;
  readonly to: IpText;
  readonly from?: IpText;
  /** 0 is the device's. */
  readonly ttl?: number;
  readonly tos?: number;
  /** The outer header gets a checksum. */
  readonly csum?: boolean;
}

/** Metadata of IPv4 for the external tunnel that the route leaves by. */
export const ipEncap = ({ id, to, from, ttl = 0, tos = 0, csum }: IpEncapSettings): Encap => ({
  type: LWTUNNEL_ENCAP_IP,
  data: cat(
    ...[attr(LWTUNNEL_IP_ID, be64(id)), attr(LWTUNNEL_IP_DST, ipBytes(to))],
    maybe(from, (ip) => attr(LWTUNNEL_IP_SRC, ipBytes(ip))),
    ...[attr8(LWTUNNEL_IP_TTL, ttl), attr8(LWTUNNEL_IP_TOS, tos)],
    attr16(LWTUNNEL_IP_FLAGS, csum ? TUNNEL_KEY | TUNNEL_CSUM : TUNNEL_KEY),
  ),
});

/** Metadata of IPv6 for the external tunnel that the route leaves by. */
export const ip6Encap = ({ id, to, from, ttl = 0, tos = 0, csum }: IpEncapSettings): Encap => ({
  type: LWTUNNEL_ENCAP_IP6,
  data: cat(
    ...[attr(LWTUNNEL_IP6_ID, be64(id)), attr(LWTUNNEL_IP6_DST, ipBytes(to))],
    maybe(from, (ip) => attr(LWTUNNEL_IP6_SRC, ipBytes(ip))),
    ...[attr8(LWTUNNEL_IP6_HOPLIMIT, ttl), attr8(LWTUNNEL_IP6_TC, tos)],
    attr16(LWTUNNEL_IP6_FLAGS, csum ? TUNNEL_KEY | TUNNEL_CSUM : TUNNEL_KEY),
  ),
});

/** Programs of a route, by descriptors: of types lwt_in, lwt_out and lwt_xmit. */
export interface BpfEncapSettings {
  readonly in?: number;
  readonly out?: number;
  readonly xmit?: number;
  /** Bytes that xmit may add, at most 256. */
  readonly headroom?: number;
}

/** BPF programs that see the packets of a route: include/uapi/linux/lwtunnel.h, LWT_BPF_*. */
export function bpfEncap(programs: BpfEncapSettings): Encap {
  const program = (type: number) => (fd: number) =>
    nest(type, attr32(LWT_BPF_PROG_FD, fd), attrText(LWT_BPF_PROG_NAME, 'skbcheck'));
  return {
    type: LWTUNNEL_ENCAP_BPF,
    data: cat(
      maybe(programs.in, program(LWT_BPF_IN)),
      maybe(programs.out, program(LWT_BPF_OUT)),
      maybe(programs.xmit, program(LWT_BPF_XMIT)),
      maybe(programs.headroom, (bytes) => attr32(LWT_BPF_XMIT_HEADROOM, bytes)),
    ),
  };
}

/** Settings of ioam6: ip-route(8). */
export interface Ioam6Settings {
  readonly mode: 'inline' | 'encap' | 'auto';
  /** 16 bits. */
  readonly namespace: number;
  /** 24 bits: which data each node adds; bits 0 to 11 and 22 are allowed, bit 0 is the highest. */
  readonly traceType: number;
  /** Room for data: a multiple of 4, 4 to 244. */
  readonly bytes: number;
  /** Of encap and auto. */
  readonly to?: IpText;
  /** Every k packets of n: 1 to 1,000,000. */
  readonly frequency?: { readonly k: number; readonly n: number };
}

const IOAM6_MODES = {
  inline: IOAM6_IPTUNNEL_MODE_INLINE,
  encap: IOAM6_IPTUNNEL_MODE_ENCAP,
  auto: IOAM6_IPTUNNEL_MODE_AUTO,
};

/** An IOAM pre-allocated trace in each packet of the route: RFC 9197, include/uapi/linux/ioam6_iptunnel.h. */
export const ioam6Encap = ({ mode, namespace, traceType, bytes, to, frequency }: Ioam6Settings): Encap => ({
  type: LWTUNNEL_ENCAP_IOAM6,
  data: cat(
    maybe(frequency, ({ k, n }) => cat(attr32(IOAM6_IPTUNNEL_FREQ_K, k), attr32(IOAM6_IPTUNNEL_FREQ_N, n))),
    attr8(IOAM6_IPTUNNEL_MODE, IOAM6_MODES[mode]),
    maybe(to, (ip) => attr(IOAM6_IPTUNNEL_DST, ipBytes(ip))),
    // struct ioam6_trace_hdr; the kernel computes nodelen.
    attr(IOAM6_IPTUNNEL_TRACE, cat(be16(namespace), u8(0), u8((bytes / 4) & 0x7f), be32(BigInt(traceType) << 8n))),
  ),
});

/** The security association of an identifier: include/uapi/linux/lwtunnel.h, LWT_XFRM_*. */
export const xfrmEncap = (ifId: number, lower = 0): Encap => ({
  type: LWTUNNEL_ENCAP_XFRM,
  data: cat(attr32(LWT_XFRM_IF_ID, ifId), lower ? attr32(LWT_XFRM_LINK, lower) : zeros(0)),
});
