import type { World } from '../../../world/world';
import { XDP_FLAGS_HAS_FRAGS, XDP_FRAME_SIZE } from '../../../structs/xdp_buff';
import { XdpFrame } from '../../../structs/xdp_frame';

/** Returns a new frame that is in the world's list. */
export function newXdpFrame(world: World): XdpFrame {
  const frame = new XdpFrame();
  frame.id = world.newId();
  return world.addSystem(world.systems.frames, frame);
}

/** Drops the frame. The caller has released the memory that it held, or given it to another owner. */
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

/** data_hard_start, computed from the frame alone. */
export function xdpFrameHardStart(frame: XdpFrame): number {
  return frame.data - frame.headroom - XDP_FRAME_SIZE;
}

/** xdp_get_frame_len(). */
export function xdpGetFrameLen(frame: XdpFrame): number {
  return frame.len + (xdpFrameHasFrags(frame) ? frame.sinfo.xdpFragsSize : 0);
}
