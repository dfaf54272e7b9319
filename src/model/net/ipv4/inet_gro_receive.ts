import { flushIdOf, ipFieldsDiffer } from '../core/gro/gro_network_flush';
import type { Napi } from '../../structs/napi';
import { groCb, skbGroLen, skbGroOffset } from '../../structs/napi_gro_cb';
import {
  IPPROTO_TCP,
  IPPROTO_UDP,
  IP_DADDR,
  IP_DF,
  IP_FRAGMENT,
  IP_FRAG_OFF,
  IP_HLEN,
  IP_PROTOCOL,
  IP_SADDR,
  IP_TOT_LEN,
  csumWords,
  read16,
  read32,
  read8,
} from '../headers/net_headers';
import { skbGroHeader } from '../core/gro/skb_gro_header';
import type { SkBuff } from '../../structs/sk_buff';
import { tcp4GroReceive } from './tcp_gro_receive';
import { udp4GroReceive } from './udp_gro_receive';
import type { World } from '../../world/world';

const IPV4_NO_OPTIONS = 0x45;

/** inet_gro_receive(): returns the held packet that must be completed now. `head` is the bucket, youngest first. */
export function inetGroReceive(world: World, napi: Napi, head: readonly SkBuff[], skb: SkBuff): SkBuff | null {
  const cb = groCb(skb);
  const off = skbGroOffset(skb);
  const iph = skbGroHeader(world, skb, off + IP_HLEN, off);
  if (iph < 0 || !mayMerge(world, iph)) {
    cb.flush = true;
    return null;
  }
  cb.proto = read8(world, iph + IP_PROTOCOL);
  const fragOff = read16(world, iph + IP_FRAG_OFF);
  const flush = read16(world, iph + IP_TOT_LEN) !== (skbGroLen(skb) & 0xffff) || (fragOff & ~IP_DF) !== 0;
  for (const p of head) if (groCb(p).sameFlow) compareFlow(world, p, iph, off, flush);
  cb.isAtomic = (fragOff & IP_DF) !== 0;
  if (flush) cb.flush = true;
  cb.dataOffset += IP_HLEN;
  cb.transportHeader = skb.dataOffset + cb.dataOffset;
  const transport = cb.proto === IPPROTO_TCP ? tcp4GroReceive : udp4GroReceive;
  return transport(world, napi, head, skb);
}

/** The checks that end in `goto out`. The model knows no other protocol with GRO. */
function mayMerge(world: World, iph: number): boolean {
  const protocol = read8(world, iph + IP_PROTOCOL);
  if (protocol !== IPPROTO_TCP && protocol !== IPPROTO_UDP) return false;
  if (read8(world, iph) !== IPV4_NO_OPTIONS) return false;
  if ((read16(world, iph + IP_FRAG_OFF) & IP_FRAGMENT) !== 0) return false;
  return csumWords(world, iph, IP_HLEN) === 0xffff;
}

/** Sets whether p is of the same flow. In 6.1 this function also sets whether p must be flushed. */
function compareFlow(world: World, p: SkBuff, iph: number, off: number, flush: boolean): void {
  const cb = groCb(p);
  const iph2 = p.data.head + p.dataOffset + off;
  if (
    read8(world, iph + IP_PROTOCOL) !== read8(world, iph2 + IP_PROTOCOL) ||
    read32(world, iph + IP_SADDR) !== read32(world, iph2 + IP_SADDR) ||
    read32(world, iph + IP_DADDR) !== read32(world, iph2 + IP_DADDR)
  ) {
    cb.sameFlow = false;
    return;
  }
  if (world.rules.groFlushByPair) return;
  if (ipFieldsDiffer(world, iph, iph2) || flush) cb.flush = true;
  cb.flushId = flushIdOf(world, p, iph, iph2);
}
