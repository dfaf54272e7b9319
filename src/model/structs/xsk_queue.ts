/** struct xdp_desc, which user space puts into a TX ring. */
export interface XdpDesc {
  /** Bytes from the start of the umem; with unaligned chunks, the bits from 48 on hold an offset to add. */
  readonly addr: number;
  readonly len: number;
  /** XDP_PKT_CONTD, XDP_TX_METADATA, or garbage. */
  readonly options: number;
}

/** The packet goes on in the next descriptor (6.6). */
export const XDP_PKT_CONTD = 1;
/** Metadata precedes the packet (6.8). */
export const XDP_TX_METADATA = 2;

/**
 * struct xsk_queue and the struct xdp_ring that it shares with user space (net/xdp/xsk_queue.h, 6.1 and 6.12).
 * Positions count up; a slot is found modulo the size.
 */
export class XskQueue {
  cachedProd = 0;
  cachedCons = 0;
  /** The state that user space sees. */
  producer = 0;
  consumer = 0;
  invalidDescs = 0;
  queueEmptyDescs = 0;

  constructor(readonly nentries: number) {}
}

/** A TX ring: user space produces, the kernel consumes. */
export class TxQueue extends XskQueue {
  readonly slots: XdpDesc[] = [];

  slot(position: number): XdpDesc {
    return this.slots[position % this.nentries];
  }
}

/** A completion ring: the kernel produces, user space consumes. */
export class CompletionQueue extends XskQueue {
  /** Addresses. */
  readonly slots: number[] = [];

  slot(position: number): number {
    return this.slots[position % this.nentries];
  }
}

/** xskq_cons_get_entries(). */
export function xskqConsGetEntries(q: XskQueue): void {
  q.consumer = q.cachedCons;
  q.cachedProd = q.producer;
}

/** __xskq_cons_release(). */
export function xskqConsShow(q: XskQueue): void {
  q.consumer = q.cachedCons;
}

/** xskq_cons_release(): only the cached position moves; user space sees it when the ring was read to its end. */
export function xskqConsRelease(q: XskQueue): void {
  q.cachedCons++;
}

/** xskq_cons_cancel_n() (6.12). */
export function xskqConsCancelN(q: XskQueue, count: number): void {
  q.cachedCons -= count;
}

/** xskq_has_descs() (6.12). */
export function xskqHasDescs(q: XskQueue): boolean {
  return q.cachedCons !== q.cachedProd;
}

/** xskq_prod_is_full(). */
export function xskqProdIsFull(q: XskQueue): boolean {
  if (q.nentries - (q.cachedProd - q.cachedCons) >= 1) return false;
  q.cachedCons = q.consumer;
  return q.nentries - (q.cachedProd - q.cachedCons) < 1;
}

/** xskq_prod_cancel(), xskq_prod_cancel_n(). */
export function xskqProdCancelN(q: XskQueue, count: number): void {
  q.cachedProd -= count;
}
