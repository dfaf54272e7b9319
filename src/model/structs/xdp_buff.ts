import type { Page } from './page';
import { XdpSharedInfo } from './xdp_shared_info';
import type { XdpRxqInfo } from './xdp_rxq_info';
import type { XskChunk } from './xsk_buff_pool';

export const XDP_FLAGS_HAS_FRAGS = 1;

export const XDP_FLAGS_FRAGS_PF_MEMALLOC = 2;

/**
 * sizeof(struct xdp_frame) on 64-bit machines (6.1 and 6.12); the kernel module refuses to be built with another size.
 */
export const XDP_FRAME_SIZE = 40;

export const XDP_PACKET_HEADROOM = 256;

/**
 * struct xdp_buff, which is on a driver's stack while a program looks at the packet. Positions are bytes from the
 * start of the compound page.
 */
export class XdpBuff {
  id = 0;
  freed = false;
  /**
   * The compound page that holds the packet, and whether the reference to it is a pool's (the maker of the buffer keeps
   * this).
   */
  page!: Page;
  ofPool = false;
  rxq!: XdpRxqInfo;
  dataHardStart = 0;
  data = 0;
  dataEnd = 0;
  /** data + 1: the driver does not support metadata. */
  dataMeta = 0;
  frameSz = 0;
  flags = 0;
  /** The skb_shared_info behind the packet, which only a buffer with frags has filled in. */
  sinfo = new XdpSharedInfo();
  /** The chunk of user memory that it describes (MEM_TYPE_XSK_BUFF_POOL): the pool then holds the page. */
  chunk: XskChunk | null = null;

  /**
   * The packet was copied into a page that the driver allocated for it, and puts by hand (xdp_linearize_page,
   * virtio_net).
   */
  linearized = false;

  /** The ends of the packet that it was received with. */
  preparedData = 0;
  preparedEnd = 0;
  /** A page of the emergency reserves was a frag of this packet: XDP_FLAGS_FRAGS_PF_MEMALLOC is right, and stays. */
  sawReserve = false;

  /** The real end of the memory that the driver gave. frame_sz may not exceed it. */
  bufferEnd = 0;
  /** The expected packet, with the metadata in front of it: see SkBuff.payload. */
  payload: readonly number[] = [];
  metaPayload: readonly number[] = [];

  /** Another reader has the page from now on (the SHARED of 2016): no one may write to it. */
  readOnly = false;

  /** Position in the world's list. */
  index = 0;
  hashedInObservation = 0;
}
