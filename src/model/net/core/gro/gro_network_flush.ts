import { groCb } from '../../../structs/napi_gro_cb';
import { IP_DF, IP_FRAG_OFF, IP_HLEN, IP_ID, IP_TOS, IP_TTL, read16, read8 } from '../../headers/net_headers';
import type { SkBuff } from '../../../structs/sk_buff';
import type { World } from '../../../world/world';

/**
 * Returns whether the IP headers in front of two transport headers keep the packets apart.
 * 6.12: gro_receive_network_flush(), which compares the packet with the one held packet of its flow.
 * 6.1: flush_id as inet_gro_receive noted it, and the decision of tcp_gro_receive and
 * udp_gro_receive_segment about IDs that do not increase.
 */
export function networkFlush(world: World, p: SkBuff, th: number, th2: number): boolean {
  const cb = groCb(p);
  if (world.rules.groFlushByPair) return inetGroFlush(world, p, th - IP_HLEN, th2 - IP_HLEN);
  if (cb.flushId !== 1 || cb.count !== 1 || !cb.isAtomic) return cb.flushId !== 0;
  cb.isAtomic = false;
  return false;
}

/** inet_gro_flush() (6.12, 7.3) of packets without an outer IP header. */
function inetGroFlush(world: World, p: SkBuff, iph: number, iph2: number): boolean {
  const cb = groCb(p);
  const df = read16(world, iph + IP_FRAG_OFF) & IP_DF;
  if (ipFieldsDiffer(world, iph, iph2)) return true;
  const distance = (read16(world, iph + IP_ID) - read16(world, iph2 + IP_ID)) & 0xffff;
  if (cb.count === 1 && (df !== 0 || !world.rules.groFixedIdNeedsDf) && distance === 0) cb.ipFixedid = true;
  return distance !== (cb.ipFixedid ? 0 : cb.count);
}

/** "All fields must match except length and checksum." */
export function ipFieldsDiffer(world: World, iph: number, iph2: number): boolean {
  return (
    read8(world, iph + IP_TTL) !== read8(world, iph2 + IP_TTL) ||
    read8(world, iph + IP_TOS) !== read8(world, iph2 + IP_TOS) ||
    ((read16(world, iph + IP_FRAG_OFF) ^ read16(world, iph2 + IP_FRAG_OFF)) & IP_DF) !== 0
  );
}

/** Returns the flush_id that inet_gro_receive of 6.1 notes about the IDs of skb (iph) and p (iph2). */
export function flushIdOf(world: World, p: SkBuff, iph: number, iph2: number): number {
  const cb = groCb(p);
  const distance = (read16(world, iph + IP_ID) - read16(world, iph2 + IP_ID)) & 0xffff;
  // With DF in all packets any distance is kept for networkFlush; with increasing IDs only a match counts.
  if (cb.isAtomic && (read16(world, iph + IP_FRAG_OFF) & IP_DF) !== 0) return distance;
  return distance === cb.count ? 0 : 0xffff;
}
