import { dmaUnmapPage } from '../../../kernel/dma/dma_map';
import { kfreeSkb } from '../../../net/core/skbuff/free/skb_free';
import {
  xdpFlushFrameBulk,
  xdpReturnFrameBulk,
  xdpReturnFrameRxNapi,
  type XdpFrameBulk,
} from '../../../net/core/xdp/xdp_return';
import type { World } from '../../../world/world';
import { TX_XDP_NDO, TX_XDP_TX, type MvnetaPort } from '../../../structs/mvneta_port';

/**
 * mvneta_txq_bufs_free(): releases the oldest `num` descriptors, which were sent or are thrown away. `napi`: the caller
 * is the port's own NAPI.
 */
export function mvnetaTxqBufsFree(world: World, port: MvnetaPort, num: number, napi: boolean): void {
  const bq: XdpFrameBulk = { xa: null, q: [] };
  for (const buf of port.tx.splice(0, num)) {
    if (buf.mapping !== null) {
      const wrong = buf.type === TX_XDP_NDO && !world.rules.driverUnmapsMappedLength;
      dmaUnmapPage(world, buf.mapping.device, buf.address, wrong ? 0 : buf.size, false);
    }
    // dev_kfree_skb_any()
    if (buf.skb !== null) kfreeSkb(world, buf.skb);
    else if (buf.frame !== null) {
      if (napi && buf.type === TX_XDP_TX) xdpReturnFrameRxNapi(world, buf.frame, false);
      else xdpReturnFrameBulk(world, buf.frame, bq);
    }
  }
  xdpFlushFrameBulk(world, bq);
}
