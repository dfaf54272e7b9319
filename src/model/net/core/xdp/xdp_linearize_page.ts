import { allocPages, pageAddress } from '../../../mm/page_alloc';
import { xdpBuffHasFrags, xdpGetBuffLen } from './xdp_buff';
import { __xdpReturn } from './xdp_return';
import type { World } from '../../../world/world';
import { XDP_FLAGS_FRAGS_PF_MEMALLOC, XDP_FLAGS_HAS_FRAGS, type XdpBuff } from '../../../structs/xdp_buff';

/**
 * xdp_linearize_page() of virtio_net (6.1 and 6.12): copies a packet in several buffers, or with too little headroom,
 * to a page of its own before the program sees it, and puts the buffers.
 *
 * @param headroom - page_off: bytes in front of the packet
 */
export function xdpLinearizePage(world: World, xdp: XdpBuff, headroom: number): 'ok' | 'too_long' | 'enomem' {
  const { pageSize, sharedInfoSize } = world.abi;
  const len = xdpGetBuffLen(xdp);
  if (headroom + len + sharedInfoSize > pageSize) return 'too_long';
  const page = allocPages(world, 0);
  if (page === null) return 'enomem';
  let to = pageAddress(world, page) + headroom;
  world.memory.copy(to, xdp.page.address + xdp.data, xdp.dataEnd - xdp.data);
  to += xdp.dataEnd - xdp.data;
  const { frags, nrFrags } = xdp.sinfo;
  for (let i = 0; xdpBuffHasFrags(xdp) && i < nrFrags; i++) {
    world.memory.copy(to, pageAddress(world, frags[i].page) + frags[i].offset, frags[i].size);
    to += frags[i].size;
    __xdpReturn(world, frags[i].page, xdp.rxq.mem, false, null);
  }
  __xdpReturn(world, xdp.page, xdp.rxq.mem, false, null);
  xdp.page = page;
  xdp.dataHardStart = 0;
  xdp.data = headroom;
  xdp.dataEnd = headroom + len;
  xdp.dataMeta = xdp.data;
  xdp.frameSz = pageSize;
  xdp.bufferEnd = pageSize;
  xdp.flags &= ~(XDP_FLAGS_HAS_FRAGS | XDP_FLAGS_FRAGS_PF_MEMALLOC);
  xdp.sinfo.nrFrags = 0;
  xdp.sinfo.xdpFragsSize = 0;
  xdp.linearized = true;
  return 'ok';
}
