import { networkFlush } from '../core/gro/gro_network_flush';
import type { Napi } from '../../structs/napi';
import { groCb, skbGroLen, skbGroOffset } from '../../structs/napi_gro_cb';
import { UDP_CHECK, UDP_HLEN, UDP_LEN, read16, read32 } from '../headers/net_headers';
import { skbGroHeader } from '../core/gro/skb_gro_header';
import { skbGroReceive, skbGroReceiveList } from '../core/gro/skb_gro_receive';
import type { SkBuff } from '../../structs/sk_buff';
import type { World } from '../../world/world';
import { pskbMayPull } from '../core/skbuff/pull_trim/__pskb_pull_tail';

const UDP_GRO_CNT_MAX = 64;

/**
 * udp4_gro_receive() and udp_gro_receive(), for a packet that no socket wants and no tunnel decapsulates. Returns the
 * held packet to complete.
 */
export function udp4GroReceive(world: World, napi: Napi, head: readonly SkBuff[], skb: SkBuff): SkBuff | null {
  const cb = groCb(skb);
  const off = skbGroOffset(skb);
  const uh = skbGroHeader(world, skb, off + UDP_HLEN, off);
  if (uh < 0) {
    cb.flush = true;
    return null;
  }
  cb.isFlist = napi.groFraglist;
  if (napi.groUdpFwd || cb.isFlist) return udpGroReceiveSegment(world, napi, head, skb, uh);
  cb.flush = true;
  return null;
}

/** udp_gro_receive_segment(). */
function udpGroReceiveSegment(
  world: World,
  napi: Napi,
  head: readonly SkBuff[],
  skb: SkBuff,
  uh: number,
): SkBuff | null {
  const cb = groCb(skb);
  const ulen = read16(world, uh + UDP_LEN);
  // "requires non zero csum, for symmetry with GSO"; padded or malicious packets.
  if (read16(world, uh + UDP_CHECK) === 0 || ulen <= UDP_HLEN || ulen !== skbGroLen(skb)) {
    cb.flush = true;
    return null;
  }
  cb.dataOffset += UDP_HLEN;
  for (const p of head) {
    if (!groCb(p).sameFlow) continue;
    const uh2 = p.data.head + groCb(p).transportHeader;
    if (read32(world, uh) !== read32(world, uh2)) {
      groCb(p).sameFlow = false;
      continue;
    }
    if (cb.isFlist !== groCb(p).isFlist) {
      cb.flush = true;
      return p;
    }
    return joinFlow(world, napi, p, skb, uh, uh2, ulen);
  }
  return null;
}

function joinFlow(
  world: World,
  napi: Napi,
  p: SkBuff,
  skb: SkBuff,
  uh: number,
  uh2: number,
  ulen: number,
): SkBuff | null {
  const cb = groCb(p);
  const first = read16(world, uh2 + UDP_LEN);
  const heldFlush = !world.rules.groFlushByPair && cb.flush;
  const flush = networkFlush(world, p, uh, uh2) || heldFlush;
  let failed: boolean;
  if (ulen > first || flush) failed = true;
  else if (groCb(skb).isFlist) {
    if (!pskbMayPull(world, skb, skbGroOffset(skb))) {
      groCb(skb).flush = true;
      return null;
    }
    failed = skbGroReceiveList(world, napi, p, skb);
  } else failed = skbGroReceive(world, napi, p, skb);
  return failed || ulen !== first || cb.count >= UDP_GRO_CNT_MAX ? p : null;
}
