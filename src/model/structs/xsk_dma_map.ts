import type { Device } from './device';
import type { DmaMapping } from './page';

/** Queues of a device that may have a pool of the same umem (XDP_SHARED_UMEM). */
export const XSK_DMA_QUEUES = 2;

/** struct xsk_dma_map: the umem's pages as one device sees them, shared by the pools of its queues. */
export interface XskDmaMap {
  readonly device: Device;
  /** Live mappings, for the sake of invariants only. */
  readonly mappings: DmaMapping[];
  /** dma_pages: addresses, with the contiguity bit. */
  readonly addresses: number[];
  users: number;
}
