import type { Page } from './page';
import type { NetDev } from './netdev';
import type { SkBuff } from './sk_buff';
import type { XdpSock } from './xdp_sock';
import type { CompletionQueue } from './xsk_queue';
import { XSK_DMA_QUEUES, type XskDmaMap } from './xsk_dma_map';

/** The owner of one taken slot of the completion ring, for invariants only. */
export interface Reservation {
  readonly owner: XdpSock;
  skb: SkBuff | null;
}

/**
 * struct xdp_umem: memory of a user, in chunks. This class is also the struct xsk_buff_pool of its sockets, which all
 * send by one queue of one device and share one completion ring.
 */
export class Umem {
  id = 0;
  /** The user unmapped the memory: its name was dropped. */
  freed = false;
  /** Bytes. */
  size = 0;
  chunkSize = 0;
  unaligned = false;
  /**
   * The user's pages. The user's mapping holds one reference to each. (The kernel's pins are no references that could
   * be compared.)
   */
  readonly pages: Page[] = [];
  cq!: CompletionQueue;
  /** pool->netdev, from the first bind on. */
  netdev: NetDev | null = null;
  /** pool->users: sockets that are not destroyed yet. */
  readonly sockets: XdpSock[] = [];
  /** The last socket was destroyed, or the first bind failed for good: no socket can bind any more. */
  dead = false;

  /** umem->xsk_dma_list: the pages as the umem's one device sees them. */
  dmaMap: XskDmaMap | null = null;
  /** pool->dma_pages of the pool of each queue. */
  readonly poolDmaPages: (readonly number[] | null)[] = Array.from({ length: XSK_DMA_QUEUES }, () => null);
  /** By queue: its driver has the pool mapped. */
  readonly mappedQueues: boolean[] = Array.from({ length: XSK_DMA_QUEUES }, () => false);

  /** Ghost: reservations in the order in which they were made. */
  readonly reserved: Reservation[] = [];
  /**
   * Ghost: a kernel that publishes by position (rules.xskPublishesByPosition) published a slot of another packet, or
   * took such a slot back. Until nothing is reserved, addresses in the ring are not those of their packets.
   */
  muddled = false;
  /** Position in the world's list. */
  index = 0;
}

/** The user can read the completion ring: until the last socket is closed. */
export function completionRingIsOpen(umem: Umem): boolean {
  if (umem.sockets.length === 0) return !umem.dead;
  return umem.sockets.some(({ closed }) => !closed);
}
