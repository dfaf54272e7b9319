import { dmaMapSingle } from '../../../kernel/dma/dma_map_single';
import { dmaUnmapPage } from '../../../kernel/dma/dma_map';
import { headPageOffset } from '../../../net/core/skbuff/alloc/skb_head';
import { kfreeSkb } from '../../../net/core/skbuff/free/skb_free';
import { type SkBuff } from '../../../structs/sk_buff';
import type { DmaMapping } from '../../../structs/page';
import type { World } from '../../../world/world';
import { TX_SKB, type MvnetaPort, type TxBuf } from '../../../structs/mvneta_port';
import { skbHeadlen } from '../../../net/core/skbuff/skbuff_inlines';
import { ETH_HLEN } from '../../../structs/if_ether';

/**
 * mvneta_tx(), the ndo_start_xmit: the driver takes over the skb. Returns false if the skb could not be mapped and was
 * dropped.
 */
export function mvnetaTx(world: World, port: MvnetaPort, skb: SkBuff): boolean {
  const queued = port.running ? mapSkb(world, port, skb) : null;
  if (queued === null) {
    port.stats.txDropped++;
    kfreeSkb(world, skb);
    // The function that maps has freed it, and its caller does so again.
    if (port.running && !world.rules.driverFreesUnmappedOnce) kfreeSkb(world, skb);
    return false;
  }
  port.tx.push(...queued);
  port.stats.txBytes += skb.len;
  port.stats.txPackets++;
  return true;
}

/**
 * Maps the head, then the frags (mvneta_tx_frag_process()). Returns null if one could not be mapped; then all others
 * are unmapped again.
 */
function mapSkb(world: World, port: MvnetaPort, skb: SkBuff): TxBuf[] | null {
  const queued: TxBuf[] = [];
  const { data } = skb;
  for (let i = -1; i < data.nrFrags; i++) {
    const mapping = i < 0 ? mapHead(world, port, skb) : mapFrag(world, port, skb, i);
    if (mapping === null) {
      // mvneta_release_descs() for the frags, the head last.
      const first = world.rules.driverUnmapsUnsentHead ? 0 : 1;
      for (let j = queued.length - 1; j >= first; j--) unmap(world, queued[j].mapping as DmaMapping);
      return null;
    }
    const last = i === data.nrFrags - 1;
    const { address, size } = i < 0 ? savedHead(world, skb, mapping) : mapping;
    queued.push({ type: TX_SKB, frame: null, skb: last ? skb : null, mapping, address, size, last });
  }
  return queued;
}

/** The driver's record of the head's mapping. */
function savedHead(world: World, skb: SkBuff, { address, size }: DmaMapping): { address: number; size: number } {
  const { driverUnmapsHead } = world.rules;
  if (driverUnmapsHead === 'behind_headers') return { address: address + ETH_HLEN, size };
  return { address, size: driverUnmapsHead === 'whole_packet' ? skb.len : size };
}

function mapHead(world: World, port: MvnetaPort, skb: SkBuff): DmaMapping | null {
  const { data } = skb;
  const offset = data.page === null ? 0 : headPageOffset(world, data) + skb.dataOffset;
  return dmaMapSingle(world, port.device, data.page, offset, skbHeadlen(skb));
}

function mapFrag(world: World, port: MvnetaPort, skb: SkBuff, i: number): DmaMapping | null {
  const { page, offset, size } = skb.data.frags[i];
  return dmaMapSingle(world, port.device, page, offset, size);
}

function unmap(world: World, mapping: DmaMapping): void {
  dmaUnmapPage(world, mapping.device, mapping.address, mapping.size, false);
}
