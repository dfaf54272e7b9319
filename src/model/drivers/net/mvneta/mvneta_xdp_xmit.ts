import { ENETDOWN } from '../../../lib/errno';
import { mvnetaXdpSubmitFrame } from './mvneta_xdp_submit_frame';
import { xdpConvertBuffToFrame } from '../../../net/core/xdp/xdp_convert';
import { dropXdpFrame, xdpGetFrameLen } from '../../../net/core/xdp/xdp_frame';
import type { World } from '../../../world/world';
import type { MvnetaPort } from '../../../structs/mvneta_port';
import type { XdpBuff } from '../../../structs/xdp_buff';
import { XdpFrame } from '../../../structs/xdp_frame';

/**
 * mvneta_xdp_xmit(), the ndo_xdp_xmit. Returns how many of the first frames it took, or -ENETDOWN when the port is
 * stopped.
 */
export function mvnetaXdpXmit(world: World, port: MvnetaPort, frames: readonly XdpFrame[]): number {
  // test_bit(__MVNETA_DOWN, &pp->state)
  if (!port.running) {
    port.refusedDown += frames.length;
    return -ENETDOWN;
  }
  let nxmit = 0;
  let bytes = 0;
  for (const frame of frames) {
    if (!mvnetaXdpSubmitFrame(world, port, frame, true)) break;
    bytes += xdpGetFrameLen(frame);
    nxmit++;
  }
  const stats = port.stats;
  stats.txBytes += bytes;
  stats.txPackets += nxmit;
  stats.xdpXmit += nxmit;
  stats.xdpXmitErr += frames.length - nxmit;
  return nxmit;
}

/**
 * mvneta_xdp_xmit_back(), for XDP_TX. Returns false if it did not take the packet; then the memory stays the caller's.
 * `xdp.freed` tells whether the xdp_buff is consumed.
 */
export function mvnetaXdpXmitBack(world: World, port: MvnetaPort, xdp: XdpBuff): boolean {
  const frame = xdpConvertBuffToFrame(world, xdp);
  if (!(frame instanceof XdpFrame)) {
    port.noFrame++;
    return false;
  }
  frame.payload = xdp.payload;
  if (!mvnetaXdpSubmitFrame(world, port, frame, false)) {
    port.stats.xdpTxErr++;
    dropXdpFrame(world, frame);
    return false;
  }
  port.stats.txBytes += xdpGetFrameLen(frame);
  port.stats.txPackets++;
  port.stats.xdpTx++;
  return true;
}
