import { foldedSum, get16, htons, put16 } from '../headers/csum';
import { EINVAL } from '../../lib/errno';
import { gsoMakeChecksum } from '../core/gso/gso_checksum';
import { NETIF_F_GSO_ROBUST, NETIF_F_HW_CSUM, skbGsoOk } from '../core/gso/gso';
import { chargeSegments, type GsoSegments } from '../core/gso/gso_charge';
import { skbPull, skbPush } from '../core/skbuff/pull_trim/skb_linear';
import { skbSegment } from '../core/skbuff/segment/skb_segment';
import { DESTRUCTOR_NONE, DESTRUCTOR_SOCK_WFREE, type SkBuff } from '../../structs/sk_buff';
import type { World } from '../../world/world';
import { UDP_CHECK, UDP_HLEN, UDP_LEN } from '../headers/net_headers';

const CSUM_MANGLED_0 = 0xffff;

/**
 * skb_mac_gso_segment() around __udp_gso_segment() (net/ipv4/udp_offload.c, 6.1 and 6.12) of a CHECKSUM_PARTIAL skb,
 * not of SKB_GSO_FRAGLIST, whose UDP header is `headers` bytes behind data. Afterwards data is at the same place again.
 */
export function udpGsoSegment(world: World, skb: SkBuff, headers: number, features: number): GsoSegments {
  skbPull(world, skb, headers);
  let mss = skb.data.gsoSize;
  if (skb.len <= UDP_HLEN + mss) return refuse(world, skb, headers, 'too_small');
  if (skbGsoOk(skb, features | NETIF_F_GSO_ROBUST)) {
    // "Packet is from an untrusted source, reset gso_segs."
    skb.data.gsoSegs = Math.ceil((skb.len - UDP_HLEN) / mss);
    return refuse(world, skb, headers, 'device_segments');
  }
  skbPull(world, skb, UDP_HLEN);
  // "clear destructor to avoid skb_segment assigning it to tail"
  const { sk } = skb;
  const copyDestructor = skb.destructor === DESTRUCTOR_SOCK_WFREE;
  if (copyDestructor) {
    skb.destructor = DESTRUCTOR_NONE;
    skb.sk = null;
  }
  // Pushes the headers again.
  const segments = skbSegment(world, skb, headers + UDP_HLEN, features, true);
  if (copyDestructor) {
    skb.destructor = DESTRUCTOR_SOCK_WFREE;
    skb.sk = sk;
  }
  if (segments.first === null) return { segments, refused: null };
  if (segments.partialSegs > 0 && world.rules.udpPartialStatesWhole) mss *= segments.partialSegs;
  writeHeaders(world, segments.first, headers, mss, (features & NETIF_F_HW_CSUM) === 0);
  if (copyDestructor) chargeSegments(world, skb, segments.first, DESTRUCTOR_SOCK_WFREE);
  return { segments, refused: null };
}

function refuse(world: World, skb: SkBuff, pulled: number, refused: GsoSegments['refused']): GsoSegments {
  skbPush(world, skb, pulled);
  return {
    segments: {
      ...{ first: null, partialSegs: 0, sg: false, untrusted: false, clones: 0, linearized: 0 },
      err: refused === 'device_segments' ? 0 : -EINVAL,
    },
    refused,
  };
}

/** csum16_add(csum16_sub(check, len), newlen) */
function adjusted(check: number, len: number, newlen: number): number {
  return foldedSum(foldedSum(check, ~len & 0xffff), newlen);
}

function writeHeaders(world: World, first: SkBuff, headers: number, mss: number, sums: boolean): void {
  let uh = first.data.head + first.dataOffset + headers;
  const check = adjusted(get16(world, uh + UDP_CHECK), get16(world, uh + UDP_LEN), htons(UDP_HLEN + mss));
  for (let seg: SkBuff | null = first; seg !== null; seg = seg.next) {
    uh = seg.data.head + seg.dataOffset + headers;
    const last = seg.next === null;
    const whole = last && (world.rules.udpPartialStatesWhole || seg.data.gsoSize === 0);
    const newlen = htons(whole ? seg.len - headers : UDP_HLEN + mss);
    // The header of every segment is a copy of the skb's, so the last one starts from the old checksum, too.
    const newcheck = last ? adjusted(get16(world, uh + UDP_CHECK), get16(world, uh + UDP_LEN), newlen) : check;
    put16(world, uh + UDP_LEN, newlen);
    put16(world, uh + UDP_CHECK, newcheck);
    if (sums) put16(world, uh + UDP_CHECK, gsoMakeChecksum(world, seg, headers) || CSUM_MANGLED_0);
  }
}
