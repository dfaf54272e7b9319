import { EACCES, EINVAL, ENOTSUPP, EOPNOTSUPP } from '../../../lib/errno';
import { __xdpReturn } from '../xdp/xdp_return';
import { xdpBuffHasFrags, xdpDataHardEnd, xdpDataMetaUnsupported, xdpGetBuffLen, xdpGetMetalen } from '../xdp/xdp_buff';
import { holdsFor } from '../../../structs/xdp_mem_info';
import { xpFree } from '../../xdp/xsk_buff_pool';
import type { World } from '../../../world/world';
import {
  XDP_FLAGS_FRAGS_PF_MEMALLOC,
  XDP_FLAGS_HAS_FRAGS,
  XDP_FRAME_SIZE,
  type XdpBuff,
} from '../../../structs/xdp_buff';
import { ETH_HLEN } from '../../../structs/if_ether';

const METALEN_STEP = 4;

/** bpf_xdp_adjust_head(). The metadata moves with the head. */
export function bpfXdpAdjustHead(world: World, xdp: XdpBuff, offset: number): number {
  const frameEnd = xdp.dataHardStart + XDP_FRAME_SIZE;
  const metalen = xdpGetMetalen(xdp);
  const data = xdp.data + offset;
  if (data < frameEnd + metalen || data > xdp.dataEnd - ETH_HLEN) return -EINVAL;
  const address = xdp.page.address;
  if (metalen > 0) world.memory.copy(address + xdp.dataMeta + offset, address + xdp.dataMeta, metalen);
  xdp.dataMeta += offset;
  xdp.data = data;
  return 0;
}

/** bpf_xdp_adjust_meta(). */
export function bpfXdpAdjustMeta(world: World, xdp: XdpBuff, offset: number): number {
  const meta = xdp.dataMeta + offset;
  if (xdpDataMetaUnsupported(xdp)) return -ENOTSUPP;
  if (meta < xdp.dataHardStart + XDP_FRAME_SIZE || meta > xdp.data) return -EINVAL;
  const metalen = xdp.data - meta;
  // xdp_metalen_invalid()
  if (metalen % METALEN_STEP !== 0 || metalen > world.rules.xdpMetalenMax) return -EACCES;
  xdp.dataMeta = meta;
  return 0;
}

/**
 * bpf_xdp_adjust_tail(), which clears the bytes that a tail gains.
 * The callers here overwrite them, so the model does not.
 */
export function bpfXdpAdjustTail(world: World, xdp: XdpBuff, offset: number): number {
  if (xdpBuffHasFrags(xdp))
    return offset < 0 ? fragsShrinkTail(world, xdp, -offset) : fragsIncreaseTail(world, xdp, offset);
  const dataEnd = xdp.dataEnd + offset;
  if (dataEnd > xdpDataHardEnd(world, xdp)) return -EINVAL;
  if (dataEnd < xdp.data + ETH_HLEN) return -EINVAL;
  xdp.dataEnd = dataEnd;
  return 0;
}

/** bpf_xdp_frags_increase_tail(): the last frag grows, within its own buffer only. */
function fragsIncreaseTail(world: World, xdp: XdpBuff, offset: number): number {
  const sinfo = xdp.sinfo;
  const frag = sinfo.frags[sinfo.nrFrags - 1];
  const fragSize = xdp.rxq.fragSize;
  if (fragSize === 0 || fragSize > xdp.frameSz) return -EOPNOTSUPP;
  const { adjustTailFindsShareOfPage, adjustTailChecksFragRoom } = world.rules;
  const tailroom = fragSize - frag.size - (adjustTailFindsShareOfPage ? frag.offset % fragSize : frag.offset);
  // Until 88b6b7f7b216 the room is an unsigned int: no offset is beyond a negative one.
  const isBeyond = offset > tailroom && (adjustTailFindsShareOfPage || tailroom >= 0);
  if (isBeyond && holdsFor(adjustTailChecksFragRoom, xdp.rxq.mem)) return -EINVAL;
  world.touchPage(frag.page);
  frag.size += offset;
  sinfo.xdpFragsSize += offset;
  return 0;
}

/**
 * bpf_xdp_frags_shrink_tail(): returns frags that become empty to their memory model at once,
 * but never to the pool's cache.
 */
function fragsShrinkTail(world: World, xdp: XdpBuff, shrink: number): number {
  const sinfo = xdp.sinfo;
  let offset = shrink;
  let fragsFree = 0;
  let lenFree = 0;
  if (offset > xdpGetBuffLen(xdp) - ETH_HLEN) return -EINVAL;
  for (let i = sinfo.nrFrags - 1; i >= 0 && offset > 0; i--) {
    const frag = sinfo.frags[i];
    const less = Math.min(offset, frag.size);
    lenFree += less;
    offset -= less;
    // bpf_xdp_shrink_data()
    if (frag.size !== less) {
      frag.size -= less;
      break;
    }
    // bpf_xdp_shrink_data_zc()
    const zc = xdp.chunk !== null && world.rules.adjustTailKnowsZcFrags ? xdp.chunk.pool.xskbList.pop() : undefined;
    if (zc === undefined) __xdpReturn(world, frag.page, xdp.rxq.mem, false, null);
    else xpFree(zc);
    fragsFree++;
  }
  if (holdsFor(world.rules.adjustTailForgetsReturnedFrags, xdp.rxq.mem)) sinfo.nrFrags -= fragsFree;
  sinfo.xdpFragsSize -= lenFree;
  if (sinfo.nrFrags === 0) {
    xdp.flags &= ~XDP_FLAGS_HAS_FRAGS;
    if (world.rules.adjustTailClearsPfmemalloc) xdp.flags &= ~XDP_FLAGS_FRAGS_PF_MEMALLOC;
    xdp.dataEnd -= offset;
  }
  return 0;
}
