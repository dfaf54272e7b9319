export const PORT_NAMES_MAX = 3;
export const RING_MIN = 4;
/** Twice the pages that an empty pool takes at once, so that a fill of the ring can end in its middle. */
export const RING_MAX = 128;
export const TXQ_MIN = 8;
export const TXQ_MAX = 64;
/** No poll starts while the rx handler has DELIVERED_MAX packets to take. */
export const DELIVERED_MAX = 64;
