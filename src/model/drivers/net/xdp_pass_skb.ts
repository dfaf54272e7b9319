import { bpfXdpAdjustHead, bpfXdpAdjustTail } from '../../net/core/filter/bpf_xdp_adjust';
import { headPageOffset } from '../../net/core/skbuff/alloc/skb_head';
import { skbHeadlen, skbHeadroom } from '../../net/core/skbuff/skbuff_inlines';
import { skbPull, skbPush } from '../../net/core/skbuff/pull_trim/skb_linear';
import { dropXdpBuff, xdpBuffHasFrags, xdpPrepareBuff } from '../../net/core/xdp/xdp_buff';
import type { SkBuff } from '../../structs/sk_buff';
import { XDP_FLAGS_HAS_FRAGS, type XdpBuff } from '../../structs/xdp_buff';
import type { XdpRxqInfo } from '../../structs/xdp_rxq_info';
import type { World } from '../../world/world';

/** The xdp_buff of veth_convert_skb_to_xdp_buff(): it lies in the skb, and shares its frags. */
function buffOf(world: World, rxq: XdpRxqInfo, skb: SkBuff): XdpBuff | null {
  const { data } = skb;
  if (data.page === null) return null;
  const start = headPageOffset(world, data);
  const frameSz = data.end + world.abi.sharedInfoSize;
  const xdp = xdpPrepareBuff(world, rxq, data.page, start, frameSz, skbHeadroom(skb), skbHeadlen(skb), true);
  xdp.bufferEnd = start + data.allocSize;
  if (data.nrFrags === 0) return xdp;
  xdp.flags |= XDP_FLAGS_HAS_FRAGS;
  xdp.sinfo.nrFrags = data.nrFrags;
  xdp.sinfo.xdpFragsSize = skb.dataLen;
  for (let i = 0; i < data.nrFrags; i++) {
    const { page, offset, size } = data.frags[i];
    xdp.sinfo.frags[i] = { page, offset, size, ofPool: false, bufferEnd: offset + size };
  }
  return xdp;
}

/**
 * XDP_PASS of veth_xdp_rcv_skb() and of bpf_prog_run_generic_xdp(): the program cut `head` bytes off the front and
 * `tail` bytes off the end of the skb, and the fields of the skb follow.
 *
 * @param skb - as convertible() made it
 * @param countsFragsAgain - "Remove the old fragment contribution from skb->len before updating data_len" (7.3)
 */
export function xdpPassSkb(
  world: World,
  rxq: XdpRxqInfo,
  skb: SkBuff,
  head: number,
  tail: number,
  countsFragsAgain: boolean,
): void {
  const xdp = buffOf(world, rxq, skb);
  if (xdp === null) return;
  world.touchSkb(skb);
  const { data: origData, dataEnd: origDataEnd } = xdp;
  if (head !== 0) bpfXdpAdjustHead(world, xdp, head);
  if (tail !== 0) bpfXdpAdjustTail(world, xdp, -tail);
  // The descriptors of the frags are the skb's own.
  const { sinfo } = xdp;
  skb.data.nrFrags = sinfo.nrFrags;
  for (let i = 0; i < sinfo.nrFrags; i++) skb.data.frags[i].size = sinfo.frags[i].size;
  const off = origData - xdp.data;
  if (off > 0) skbPush(world, skb, off);
  else if (off < 0) skbPull(world, skb, -off);
  if (countsFragsAgain) skb.len -= skb.dataLen;
  skb.dataLen = xdpBuffHasFrags(xdp) ? sinfo.xdpFragsSize : 0;
  if (countsFragsAgain) skb.len += skb.dataLen;
  const grown = xdp.dataEnd - origDataEnd;
  if (grown !== 0) {
    skb.tail = skb.dataOffset + xdp.dataEnd - xdp.data;
    skb.len += grown;
  }
  dropXdpBuff(world, xdp);
}
