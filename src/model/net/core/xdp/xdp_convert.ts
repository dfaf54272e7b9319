import { ENOSPC } from '../../../lib/errno';
import { allocPages, pageAddress } from '../../../mm/page_alloc';
import { forgetWrites } from '../../../mm/page_writes';
import { dropXdpBuff, xdpDataHardEnd, xdpDataMetaUnsupported } from './xdp_buff';
import { newXdpFrame, xdpFrameHardStart } from './xdp_frame';
import { holdsFor, MEM_TYPE_XSK_BUFF_POOL, ORDER0_MEM_INFO } from '../../../structs/xdp_mem_info';
import type { World } from '../../../world/world';
import { xpFree } from '../../xdp/xsk_buff_pool';
import { XDP_FRAME_SIZE, XdpBuff } from '../../../structs/xdp_buff';
import type { XdpFrame } from '../../../structs/xdp_frame';
import type { XdpRxqInfo } from '../../../structs/xdp_rxq_info';
import type { XskChunk } from '../../../structs/xsk_buff_pool';

/** Stands for the bytes of a struct xdp_frame: any value that is not payload. */
const FRAME_BYTE = 0xf5;

/** Writes a struct xdp_frame at the start of the packet's memory. */
function writeFrameStruct(world: World, frame: XdpFrame, at: number): void {
  const address = pageAddress(world, frame.page) + at;
  world.memory.bytes.fill(FRAME_BYTE, address, address + XDP_FRAME_SIZE);
  world.memory.writes.push(address, XDP_FRAME_SIZE);
  forgetWrites(frame.page, at, at + XDP_FRAME_SIZE);
  frame.at = at;
}

/** Returns whether a struct xdp_frame fits in front of the packet and its metadata. */
function hasFrameRoom(world: World, xdp: XdpBuff): boolean {
  const headroom = xdp.data - xdp.dataHardStart;
  const metasize = Math.max(0, xdp.data - xdp.dataMeta);
  return headroom - metasize >= XDP_FRAME_SIZE || !world.rules.xdpConvertChecksHeadroom;
}

/** xdp_update_frame_from_buff(). Returns 0 or -ENOSPC. `frame` is the struct at the start of the buffer's memory. */
export function xdpUpdateFrameFromBuff(world: World, xdp: XdpBuff, frame: XdpFrame): number {
  if (!hasFrameRoom(world, xdp)) return -ENOSPC;
  // "Driver BUG: missing reserved tailroom": a WARN that no driver here triggers.
  if (xdp.dataEnd > xdpDataHardEnd(world, xdp)) return -ENOSPC;
  frame.page = xdp.page;
  writeFrameStruct(world, frame, xdp.dataHardStart);
  frame.data = xdp.data;
  frame.len = xdp.dataEnd - xdp.data;
  frame.headroom = xdp.data - xdp.dataHardStart - XDP_FRAME_SIZE;
  frame.metasize = Math.max(0, xdp.data - xdp.dataMeta);
  frame.frameSz = xdp.frameSz;
  frame.flags = xdp.flags;
  return 0;
}

/** Why xdp_convert_buff_to_frame() returned NULL. */
export type ConvertFailure = 'no_headroom' | 'too_long' | 'enomem';

/** xdp_convert_buff_to_frame(): the buffer becomes a frame. On failure the buffer is unchanged. */
export function xdpConvertBuffToFrame(world: World, xdp: XdpBuff): XdpFrame | ConvertFailure {
  if (xdp.rxq.mem.type === MEM_TYPE_XSK_BUFF_POOL) return xdpConvertZcToXdpFrame(world, xdp);
  if (!hasFrameRoom(world, xdp) || xdp.dataEnd > xdpDataHardEnd(world, xdp)) return 'no_headroom';
  const frame = newXdpFrame(world);
  xdpUpdateFrameFromBuff(world, xdp, frame);
  frame.mem = xdp.rxq.mem;
  frame.ofPool = xdp.ofPool;
  frame.sinfo = xdp.sinfo;
  frame.bufferEnd = xdp.bufferEnd;
  dropXdpBuff(world, xdp);
  return frame;
}

/** xdp_convert_zc_to_xdp_frame(): copies user memory to a page of the kernel, and returns the chunk to its pool. */
export function xdpConvertZcToXdpFrame(world: World, xdp: XdpBuff): XdpFrame | ConvertFailure {
  const { pageSize, sharedInfoSize } = world.abi;
  const metasize = xdpDataMetaUnsupported(xdp) ? 0 : xdp.data - xdp.dataMeta;
  const totsize = xdp.dataEnd - xdp.data + metasize;
  if (XDP_FRAME_SIZE + totsize > pageSize - (world.rules.zcFrameLimitReservesSharedInfo ? sharedInfoSize : 0))
    return 'too_long';
  const page = allocPages(world, 0);
  if (page === null) return 'enomem';
  const frame = newXdpFrame(world);
  frame.page = page;
  writeFrameStruct(world, frame, 0);
  const from = xdp.page.address + xdp.data - metasize;
  world.memory.copy(page.address + XDP_FRAME_SIZE, from, totsize);
  frame.data = XDP_FRAME_SIZE + metasize;
  frame.len = totsize - metasize;
  frame.headroom = world.rules.zcFrameHeadroomCountsMeta ? metasize : 0;
  frame.metasize = metasize;
  frame.frameSz = world.rules.zcFrameHasSize ? pageSize : 0;
  frame.mem = ORDER0_MEM_INFO;
  frame.bufferEnd = pageSize;
  // xsk_buff_free()
  xpFree(xdp.chunk as XskChunk);
  dropXdpBuff(world, xdp);
  return frame;
}

/**
 * xdp_convert_frame_to_buff(), to run another program on the frame.
 * The buffer is on the stack, in no list of the world.
 */
export function xdpConvertFrameToBuff(frame: XdpFrame, rxq: XdpRxqInfo): XdpBuff {
  const xdp = new XdpBuff();
  xdp.id = frame.id;
  xdp.page = frame.page;
  xdp.ofPool = frame.ofPool;
  xdp.rxq = rxq;
  xdp.dataHardStart = xdpFrameHardStart(frame);
  xdp.data = frame.data;
  xdp.dataEnd = frame.data + frame.len;
  xdp.dataMeta = frame.data - frame.metasize;
  xdp.frameSz = frame.frameSz;
  xdp.flags = frame.flags;
  xdp.sinfo = frame.sinfo;
  xdp.bufferEnd = frame.bufferEnd;
  xdp.payload = frame.payload;
  xdp.metaPayload = frame.metaPayload;
  return xdp;
}

/**
 * xdpf_clone(): copies a linear frame to a page of its own, for a broadcast.
 * Struct, headroom and packet keep their layout.
 */
export function xdpfClone(world: World, frame: XdpFrame): XdpFrame | ConvertFailure {
  const { pageSize, sharedInfoSize } = world.abi;
  const headroom = frame.headroom + XDP_FRAME_SIZE;
  const totalsize = headroom + frame.len;
  if (totalsize > pageSize - (holdsFor(world.rules.xdpfCloneReservesSharedInfo, frame.mem) ? sharedInfoSize : 0))
    return 'too_long';
  const page = allocPages(world, 0);
  if (page === null) return 'enomem';
  const clone = newXdpFrame(world);
  clone.page = page;
  const to = pageAddress(world, page);
  world.memory.copy(to, frame.page.address + frame.at, totalsize);
  clone.at = 0;
  clone.data = headroom;
  clone.len = frame.len;
  clone.headroom = frame.headroom;
  clone.metasize = frame.metasize;
  clone.flags = frame.flags;
  clone.devRx = frame.devRx;
  clone.frameSz = pageSize;
  clone.mem = ORDER0_MEM_INFO;
  clone.bufferEnd = pageSize;
  return clone;
}
