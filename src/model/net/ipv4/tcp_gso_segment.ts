import { foldedSum, get16, htonl, put16 } from '../headers/csum';
import { EINVAL } from '../../lib/errno';
import { gsoMakeChecksum } from '../core/gso/gso_checksum';
import { NETIF_F_GSO_ROBUST, NETIF_F_HW_CSUM, SKB_GSO_TCP_ACCECN, skbGsoOk } from '../core/gso/gso';
import { chargeSegments, type GsoSegments } from '../core/gso/gso_charge';
import { skbPull, skbPush } from '../core/skbuff/pull_trim/skb_linear';
import { skbSegment } from '../core/skbuff/segment/skb_segment';
import { DESTRUCTOR_TCP_WFREE, type SkBuff } from '../../structs/sk_buff';
import type { World } from '../../world/world';
import { TCPHDR_CWR, TCPHDR_FIN_PSH, TCP_CHECK, TCP_DOFF, TCP_FLAGS, TCP_HLEN, TCP_SEQ } from '../headers/net_headers';

/** th->doff * 4 of the TCP header `headers` bytes behind data. */
export function tcpHeaderLength(world: World, skb: SkBuff, headers: number): number {
  return (world.memory.bytes[skb.data.head + skb.dataOffset + headers + TCP_DOFF] >>> 4) * 4;
}

/**
 * skb_mac_gso_segment() around tcp_gso_segment() (net/ipv4/tcp_offload.c, 6.1 and 6.12) of a CHECKSUM_PARTIAL skb whose
 * TCP header is `headers` bytes behind data. Afterwards data is at the same place again. The whole TCP header is
 * linear.
 */
export function tcpGsoSegment(world: World, skb: SkBuff, headers: number, features: number): GsoSegments {
  skbPull(world, skb, headers);
  const thlen = tcpHeaderLength(world, skb, 0);
  if (thlen < TCP_HLEN) return refuse(world, skb, headers, 'short_header');
  const oldlen = ~skb.len;
  skbPull(world, skb, thlen);
  const doffset = headers + thlen;
  let mss = skb.data.gsoSize;
  if (skb.len <= mss) return refuse(world, skb, doffset, 'too_small');
  if (skbGsoOk(skb, features | NETIF_F_GSO_ROBUST)) {
    // "Packet is from an untrusted source, reset gso_segs."
    skb.data.gsoSegs = Math.ceil(skb.len / mss);
    return refuse(world, skb, doffset, 'device_segments');
  }
  const copyDestructor = skb.destructor === DESTRUCTOR_TCP_WFREE;
  // Pushes doffset again.
  const segments = skbSegment(world, skb, doffset, features, true);
  if (segments.first === null) return { segments, refused: null };
  if (segments.partialSegs > 0) mss *= segments.partialSegs;
  const keepsCwr = (skb.data.gsoType & SKB_GSO_TCP_ACCECN) !== 0;
  const sums = (features & NETIF_F_HW_CSUM) === 0;
  writeHeaders(world, segments.first, { headers, thlen, oldlen, mss, sums, keepsCwr });
  if (copyDestructor) chargeSegments(world, skb, segments.first, DESTRUCTOR_TCP_WFREE);
  return { segments, refused: null };
}

function refuse(world: World, skb: SkBuff, pulled: number, refused: GsoSegments['refused']): GsoSegments {
  skbPush(world, skb, pulled);
  return { segments: { ...NO_SEGMENTS, err: refused === 'device_segments' ? 0 : -EINVAL }, refused };
}

const NO_SEGMENTS = {
  ...{ first: null, err: 0, partialSegs: 0, sg: false, untrusted: false, clones: 0, linearized: 0 },
};

interface TcpHeaders {
  readonly headers: number;
  readonly thlen: number;
  readonly oldlen: number;
  readonly mss: number;
  /** The stack computes checksums itself. */
  readonly sums: boolean;
  /** "ecn_cwr_mask": all segments of Accurate ECN have the CWR of the packet. */
  readonly keepsCwr: boolean;
}

function writeHeaders(world: World, first: SkBuff, how: TcpHeaders): void {
  const { bytes, view } = world.memory;
  let th = first.data.head + first.dataOffset + how.headers;
  let seq = view.getUint32(th + TCP_SEQ, false);
  const newcheck = foldedSum(get16(world, th + TCP_CHECK), htonl(how.oldlen + how.thlen + how.mss));
  let skb = first;
  while (skb.next !== null) {
    bytes[th + TCP_FLAGS] &= ~TCPHDR_FIN_PSH;
    put16(world, th + TCP_CHECK, newcheck);
    if (how.sums) put16(world, th + TCP_CHECK, gsoMakeChecksum(world, skb, how.headers));
    seq = (seq + how.mss) >>> 0;
    skb = skb.next;
    th = skb.data.head + skb.dataOffset + how.headers;
    view.setUint32(th + TCP_SEQ, seq, false);
    if (!how.keepsCwr) bytes[th + TCP_FLAGS] &= ~TCPHDR_CWR;
  }
  const delta = htonl(how.oldlen + (skb.len - how.headers));
  put16(world, th + TCP_CHECK, foldedSum(get16(world, th + TCP_CHECK), delta));
  if (how.sums) put16(world, th + TCP_CHECK, gsoMakeChecksum(world, skb, how.headers));
}
