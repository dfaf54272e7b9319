import type { NetDev } from '../../../structs/netdev';
import type { Page } from '../../../structs/page';
import { XDP_FLAGS_HAS_FRAGS, XDP_FRAME_SIZE } from './xdp_buff';
import { NO_MEM_INFO, type XdpMemInfo } from '../../../structs/xdp_mem_info';
import { XdpSharedInfo } from '../../../structs/xdp_shared_info';
import type { World } from '../../../world/world';

/** struct xdp_frame: lies in the headroom of the packet that it describes. Positions are bytes from the start of the compound page. */
export class XdpFrame {
  id = 0;
  freed = false;
  page!: Page;
  /** The reference to the page is a pool's: kept by who made the frame. */
  ofPool = false;
  /** Where the struct itself lies. */
  at = 0;
  data = 0;
  len = 0;
  headroom = 0;
  metasize = 0;
  mem: XdpMemInfo = NO_MEM_INFO;
  frameSz = 0;
  flags = 0;
  sinfo = new XdpSharedInfo();
  /** Where the packet came in (used by cpumap); null: a device of no interest. */
  devRx: NetDev | null = null;

  /** Where the memory that it lies in really ends: what frame_sz may not exceed. */
  bufferEnd = 0;
  /** What the packet and the metadata in front of it must be: see SkBuff.payload. */
  payload: readonly number[] = [];
  metaPayload: readonly number[] = [];

  /** Position in the world's list. */
  index = 0;
  hashedInObservation = 0;
}

/** A frame in the world's list. */
export function newXdpFrame(world: World): XdpFrame {
  const frame = new XdpFrame();
  frame.id = world.newId();
  return world.addSystem(world.systems.frames, frame);
}

/** The frame is no more: what it held is gone, or held by somebody else. */
export function dropXdpFrame(world: World, frame: XdpFrame): void {
  if (frame.freed) {
    world.violate('no-double-free', 'frame', `frame#${frame.id} is given away a second time`);
    return;
  }
  frame.freed = true;
  world.removeSystem(world.systems.frames, frame);
}

export function xdpFrameHasFrags(frame: XdpFrame): boolean {
  return (frame.flags & XDP_FLAGS_HAS_FRAGS) !== 0;
}

/** data_hard_start, as everybody computes it who has only the frame. */
export function xdpFrameHardStart(frame: XdpFrame): number {
  return frame.data - frame.headroom - XDP_FRAME_SIZE;
}

/** xdp_get_frame_len(). */
export function xdpGetFrameLen(frame: XdpFrame): number {
  return frame.len + (xdpFrameHasFrags(frame) ? frame.sinfo.xdpFragsSize : 0);
}
