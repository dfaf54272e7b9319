import type { Page, DmaMapping } from './page';
import type { SkBuff } from './sk_buff';
import type { Device } from './device';
import type { PagePool } from './page_pool';
import type { XdpFrame } from './xdp_frame';
import type { XdpRxqInfo } from './xdp_rxq_info';
import { ETH_DATA_LEN } from './if_ether';

/** The Marvell header in front of every received frame, bytes. */
export const MVNETA_MH_SIZE = 2;

/** The offset in a buffer at which the device starts to write: room for the program's headers, bytes. */
export const MVNETA_SKB_HEADROOM = 256;

export const MVNETA_MTU_MAX = 9676;

export const RXD_FIRST_DESC = 1;

export const RXD_LAST_DESC = 2;

export const RXD_ERR_SUMMARY = 4;

/** The attached program: none, one that knows only packets in one buffer, one that knows frags (xdp_has_frags). */
export const MVNETA_PROGS = ['none', 'plain', 'frags'] as const;

export const PROG_NONE = MVNETA_PROGS.indexOf('none');

export const PROG_PLAIN = MVNETA_PROGS.indexOf('plain');

export const PROG_FRAGS = MVNETA_PROGS.indexOf('frags');

/** struct mvneta_rx_desc and its slot of rxq->buf_virt_addr. */
export interface RxDesc {
  page: Page | null;
  /** buf_phys_addr is not 0: the buffer is the hardware's, or waits to be looked at. */
  mapped: boolean;
  status: number;
  /** Bytes of the whole packet, Marvell header and FCS included; in the first descriptor only. */
  dataSize: number;
  /** The bytes that the hardware wrote, from MVNETA_SKB_HEADROOM on: see SkBuff.payload. */
  written: readonly number[];
}

/** Names of the numbers below. */
export const TX_TYPE_NAMES = ['', 'XDP_TX', 'XDP_NDO', 'SKB'] as const;

export const TX_XDP_TX = TX_TYPE_NAMES.indexOf('XDP_TX');

export const TX_XDP_NDO = TX_TYPE_NAMES.indexOf('XDP_NDO');

export const TX_SKB = TX_TYPE_NAMES.indexOf('SKB');

/** struct mvneta_tx_buf with its descriptor. */
export interface TxBuf {
  readonly type: number;
  /** On the last descriptor of a frame; mvneta (6.1, 6.12) has it on the first. */
  readonly frame: XdpFrame | null;
  /** On the last descriptor of an skb. */
  readonly skb: SkBuff | null;
  /** The driver's own mapping; null for XDP_TX, which goes out through the pool's. */
  readonly mapping: DmaMapping | null;
  /** The mapping's address and size in the descriptor. */
  readonly address: number;
  readonly size: number;
  /** The packet's last descriptor. */
  readonly last: boolean;
}

/** struct mvneta_stats and mvneta_ethtool_stats, as `ethtool -S` adds them up. */
export class MvnetaStats {
  rxPackets = 0;
  rxBytes = 0;
  txPackets = 0;
  txBytes = 0;
  xdpRedirect = 0;
  xdpPass = 0;
  xdpDrop = 0;
  xdpXmit = 0;
  xdpXmitErr = 0;
  xdpTx = 0;
  xdpTxErr = 0;
  skbAllocError = 0;
  refillError = 0;
  rxDropped = 0;
  txDropped = 0;
}

/** struct mvneta_port with one receive and one transmit queue, software buffer management. */
export class MvnetaPort {
  id = 0;
  freed = false;
  device!: Device;
  ringSize = 0;
  txSize = 0;
  /** PASS takes the page out of the pool (page_pool_release_page), as the first XDP versions of the driver did. */
  releasesOnPass = false;
  running = false;
  mtu = ETH_DATA_LEN;
  prog = PROG_NONE;
  pool: PagePool | null = null;
  rxq: XdpRxqInfo | null = null;
  readonly descs: RxDesc[] = [];
  nextDesc = 0;
  firstToRefill = 0;
  refillNum = 0;
  /** The descriptors that hold unread packets, and those that the hardware may fill. */
  occupied = 0;
  nonOccupied = 0;
  /** The descriptor that the hardware fills next. */
  hwNext = 0;
  /** Descriptors in flight, oldest first: txq->count of them. */
  readonly tx: TxBuf[] = [];
  /** The skbs that napi_gro_receive delivered and that no command has taken yet. */
  readonly delivered: SkBuff[] = [];
  readonly stats = new MvnetaStats();

  /**
   * Packets that a program looked at, failed redirects, and packets that could not become a frame. The driver does not
   * count them.
   */
  seenByProgram = 0;
  redirectErr = 0;
  noFrame = 0;
  /**
   * Packets that were lost in the middle (a receive error, the budget), and frames that a stopped port did not take.
   */
  brokenPackets = 0;
  refusedDown = 0;

  /** Position in the world's list. */
  index = 0;
}
