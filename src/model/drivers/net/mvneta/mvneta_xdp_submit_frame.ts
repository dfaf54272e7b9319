import { dmaSyncSingleForDevice, dmaUnmapPage } from '../../../kernel/dma/dma_map';
import { dmaMapSingle } from '../../../kernel/dma/dma_map_single';
import { xdpFrameHasFrags } from '../../../net/core/xdp/xdp_frame';
import type { World } from '../../../world/world';
import { TX_XDP_NDO, TX_XDP_TX, type MvnetaPort, type TxBuf } from '../../../structs/mvneta_port';
import type { XdpFrame } from '../../../structs/xdp_frame';

/**
 * mvneta_xdp_submit_frame(): puts a frame and its frags into the transmit ring. Returns false for MVNETA_XDP_DROPPED;
 * then the frame stays the caller's.
 *
 * @param dmaMap - ndo_xdp_xmit: the frame comes from another device and is mapped freshly; otherwise it goes out
 *   through the mapping that the port's own pool has of it
 */
export function mvnetaXdpSubmitFrame(world: World, port: MvnetaPort, frame: XdpFrame, dmaMap: boolean): boolean {
  const hasFrags = xdpFrameHasFrags(frame);
  const numFrames = 1 + (hasFrags ? frame.sinfo.nrFrags : 0);
  if (port.tx.length + numFrames >= port.txSize) return false;
  const holder = world.rules.driverReturnsFrameAfterUnmap ? numFrames - 1 : 0;
  const queued: TxBuf[] = [];
  for (let i = 0; i < numFrames; i++) {
    const frag = i === 0 ? null : frame.sinfo.frags[i - 1];
    const page = frag === null ? frame.page : frag.page;
    const offset = frag === null ? frame.data : frag.offset;
    const size = frag === null ? frame.len : frag.size;
    let mapping = null;
    if (dmaMap) {
      mapping = dmaMapSingle(world, port.device, page, offset, size);
      if (mapping === null) {
        if (world.rules.driverUnmapsUnsent) unmapAll(world, queued);
        return false;
      }
    } else dmaSyncSingleForDevice(world, port.device, page.dmaAddr, offset, size);
    const address = mapping === null ? 0 : mapping.address;
    const last = i === numFrames - 1;
    const type = dmaMap ? TX_XDP_NDO : TX_XDP_TX;
    queued.push({ type, frame: i === holder ? frame : null, skb: null, mapping, address, size, last });
  }
  port.tx.push(...queued);
  return true;
}

function unmapAll(world: World, queued: readonly TxBuf[]): void {
  for (let i = queued.length - 1; i >= 0; i--) {
    const mapping = queued[i].mapping;
    if (mapping !== null) dmaUnmapPage(world, mapping.device, mapping.address, mapping.size, false);
  }
}
