import type { Napi } from '../../structs/napi';
import { groCb, skbGroLen, skbGroOffset } from '../../structs/napi_gro_cb';
import {
  TCP_ACK_SEQ,
  TCP_FLAG_CWR,
  TCP_FLAG_FIN,
  TCP_FLAG_PSH,
  TCP_FLAG_RST,
  TCP_FLAG_SYN,
  TCP_FLAG_URG,
  TCP_DOFF,
  TCP_FLAG_WORD,
  TCP_HLEN,
  TCP_SEQ,
  read32,
  read8,
  write32,
} from '../headers/net_headers';
import { networkFlush } from '../core/gro/gro_network_flush';
import { skbGroHeader, skbGroHeaderSlow, skbGroMayPull } from '../core/gro/skb_gro_header';
import { skbGroReceive, skbGroReceiveList } from '../core/gro/skb_gro_receive';
import type { SkBuff } from '../../structs/sk_buff';
import type { World } from '../../world/world';

/** The maximum number of packets in one list of a fraglist flow. */
const FLIST_MAX = 64;

/** tcp4_gro_receive(): returns the held packet that must be completed now. The checksum was verified by hardware. */
export function tcp4GroReceive(world: World, napi: Napi, head: readonly SkBuff[], skb: SkBuff): SkBuff | null {
  const cb = groCb(skb);
  const th = tcpGroPullHeader(world, skb);
  if (th < 0) {
    cb.flush = true;
    return null;
  }
  if (world.rules.groTcpFraglist && napi.groFraglist) checkFraglist(world, head, skb, th);
  return tcpGroReceive(world, napi, head, skb, th);
}

/** tcp_gro_pull_header(): returns the address of the TCP header, or -1 if the header is not whole. */
function tcpGroPullHeader(world: World, skb: SkBuff): number {
  const off = skbGroOffset(skb);
  let th = skbGroHeader(world, skb, off + TCP_HLEN, off);
  if (th < 0) return -1;
  const thlen = tcpHeaderLength(world, th);
  if (thlen < TCP_HLEN) return -1;
  const hlen = off + thlen;
  if (!skbGroMayPull(skb, hlen)) {
    th = skbGroHeaderSlow(world, skb, hlen, off);
    if (th < 0) return -1;
  }
  groCb(skb).dataOffset += thlen;
  return th;
}

function tcpHeaderLength(world: World, th: number): number {
  return (read8(world, th + TCP_DOFF) >>> 4) * 4;
}

/** tcp_gro_lookup(): returns the first held packet with the same ports. */
function tcpGroLookup(world: World, head: readonly SkBuff[], th: number): SkBuff | null {
  for (const p of head) {
    const cb = groCb(p);
    if (!cb.sameFlow) continue;
    if (read32(world, th) !== read32(world, p.data.head + cb.transportHeader)) {
      cb.sameFlow = false;
      continue;
    }
    return p;
  }
  return null;
}

/** tcp4_check_fraglist_gro() (6.12): there is no listening socket here, so packets are chained as they are. */
function checkFraglist(world: World, head: readonly SkBuff[], skb: SkBuff, th: number): void {
  const p = tcpGroLookup(world, head, th);
  const gso = world.rules.groTcpListSkipsGso && skb.data.gsoSize !== 0;
  const cb = groCb(skb);
  if (p === null) {
    cb.isFlist = !gso;
    return;
  }
  if (!gso || !groCb(p).isFlist) {
    cb.isFlist = groCb(p).isFlist;
    return;
  }
  if (groCb(p).count === 1) groCb(p).isFlist = false;
  cb.isFlist = false;
}

/** tcp_gro_receive(). */
function tcpGroReceive(world: World, napi: Napi, head: readonly SkBuff[], skb: SkBuff, th: number): SkBuff | null {
  const cb = groCb(skb);
  const len = skbGroLen(skb);
  const flags = read32(world, th + TCP_FLAG_WORD);
  const p = tcpGroLookup(world, head, th);
  let mss = 1;
  if (p !== null) {
    mss = p.data.gsoSize;
    const th2 = p.data.head + groCb(p).transportHeader;
    if (!tryMerge(world, napi, p, skb, th, th2, len)) mss = 1;
    else if (!groCb(p).isFlist)
      write32(world, th2 + TCP_FLAG_WORD, read32(world, th2 + TCP_FLAG_WORD) | (flags & (TCP_FLAG_FIN | TCP_FLAG_PSH)));
  }
  // A segment that is shorter than the others is the last one.
  const gsoSize = skb.data.gsoSize;
  let flush = gsoSize !== 0 ? len !== cb.count * gsoSize : len < mss;
  flush ||= (flags & (TCP_FLAG_URG | TCP_FLAG_PSH | TCP_FLAG_RST | TCP_FLAG_SYN | TCP_FLAG_FIN)) !== 0;
  if (flush) cb.flush = true;
  return p !== null && (!cb.sameFlow || flush) ? p : null;
}

function tryMerge(world: World, napi: Napi, p: SkBuff, skb: SkBuff, th: number, th2: number, len: number): boolean {
  if (!continues(world, p, skb, th, th2, len)) return false;
  if (!groCb(p).isFlist) return !skbGroReceive(world, napi, p, skb);
  if (read32(world, th + TCP_FLAG_WORD) !== read32(world, th2 + TCP_FLAG_WORD)) return false;
  if (groCb(p).count >= FLIST_MAX || !groCb(skb).isFlist) return false;
  return !skbGroReceiveList(world, napi, p, skb);
}

/** Returns whether skb is the next segment of p's flow. */
function continues(world: World, p: SkBuff, skb: SkBuff, th: number, th2: number, len: number): boolean {
  const cb2 = groCb(p);
  const flags = read32(world, th + TCP_FLAG_WORD);
  let flush = !world.rules.groFlushByPair && cb2.flush;
  const { groMarksAccEcn, groMergesCwr } = world.rules;
  flush ||= !groMergesCwr && (flags & TCP_FLAG_CWR) !== 0;
  const mustMatch = ~((groMarksAccEcn ? 0 : TCP_FLAG_CWR) | TCP_FLAG_FIN | TCP_FLAG_PSH);
  flush ||= ((flags ^ read32(world, th2 + TCP_FLAG_WORD)) & mustMatch) !== 0;
  flush ||= read32(world, th + TCP_ACK_SEQ) !== read32(world, th2 + TCP_ACK_SEQ);
  const thlen = tcpHeaderLength(world, th);
  for (let i = TCP_HLEN; i < thlen; i += 4) flush ||= read32(world, th + i) !== read32(world, th2 + i);
  // networkFlush() must run in any case, because it notes the IP IDs.
  if (networkFlush(world, p, th, th2)) flush = true;
  const mss = p.data.gsoSize;
  // An empty segment, or one that is longer than the first, ends the merge.
  if (skb.data.gsoSize !== 0) flush ||= mss !== skb.data.gsoSize;
  else flush ||= len === 0 || len > mss;
  const next = (read32(world, th2 + TCP_SEQ) + skbGroLen(p)) >>> 0;
  return !flush && next === read32(world, th + TCP_SEQ);
}
