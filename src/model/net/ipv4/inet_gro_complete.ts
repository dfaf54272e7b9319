import {
  SKB_GSO_FRAGLIST,
  SKB_GSO_TCPV4,
  SKB_GSO_TCP_ACCECN,
  SKB_GSO_TCP_ECN,
  SKB_GSO_TCP_FIXEDID,
  SKB_GSO_UDP_L4,
} from '../core/gso/gso';
import { groCb } from '../../structs/napi_gro_cb';
import {
  IPPROTO_TCP,
  IPPROTO_UDP,
  IP_CHECK,
  IP_HLEN,
  IP_TOT_LEN,
  TCP_CHECK,
  TCP_FLAG_CWR,
  TCP_FLAG_WORD,
  UDP_CHECK,
  UDP_LEN,
  csum16Add,
  pseudoSum,
  read16,
  read32,
  write16,
} from '../headers/net_headers';
import type { SkBuff } from '../../structs/sk_buff';
import type { World } from '../../world/world';

/** inet_gro_complete(): gives the merged packet headers that describe all of it. */
export function inetGroComplete(world: World, skb: SkBuff): void {
  const iph = skb.data.head + skb.dataOffset;
  const old = read16(world, iph + IP_TOT_LEN);
  // iph_set_totlen() (6.12): 0 when 16 bits are too few.
  const total = skb.len > 0xffff ? 0 : skb.len;
  // csum_replace2().
  const without = csum16Add(~read16(world, iph + IP_CHECK) & 0xffff, ~old & 0xffff);
  write16(world, iph + IP_CHECK, ~csum16Add(without, total) & 0xffff);
  write16(world, iph + IP_TOT_LEN, total);
  if (groCb(skb).proto === IPPROTO_TCP) tcp4GroComplete(world, skb, iph);
  else udp4GroComplete(world, skb, iph);
}

/** tcp4_gro_complete() and tcp_gro_complete(). */
function tcp4GroComplete(world: World, skb: SkBuff, iph: number): void {
  const cb = groCb(skb);
  const data = skb.data;
  const th = data.head + cb.transportHeader;
  data.gsoSegs = cb.count;
  if (cb.isFlist) {
    data.gsoType |= SKB_GSO_FRAGLIST | SKB_GSO_TCPV4;
    return;
  }
  write16(world, th + TCP_CHECK, pseudoSum(world, iph, skb.len - IP_HLEN, IPPROTO_TCP));
  data.gsoType |= SKB_GSO_TCPV4;
  if (world.rules.groFlushByPair ? cb.ipFixedid : cb.isAtomic) data.gsoType |= SKB_GSO_TCP_FIXEDID;
  if ((read32(world, th + TCP_FLAG_WORD) & TCP_FLAG_CWR) !== 0)
    data.gsoType |= world.rules.groMarksAccEcn ? SKB_GSO_TCP_ACCECN : SKB_GSO_TCP_ECN;
}

/** udp4_gro_complete() and udp_gro_complete_segment(). */
function udp4GroComplete(world: World, skb: SkBuff, iph: number): void {
  const data = skb.data;
  const uh = iph + IP_HLEN;
  const length = skb.len - IP_HLEN;
  data.gsoSegs = groCb(skb).count;
  data.gsoType |= SKB_GSO_UDP_L4;
  if (groCb(skb).isFlist) data.gsoType |= SKB_GSO_FRAGLIST;
  else if (read16(world, uh + UDP_CHECK) !== 0)
    write16(world, uh + UDP_CHECK, pseudoSum(world, iph, length, IPPROTO_UDP));
  write16(world, uh + UDP_LEN, length & 0xffff);
}
