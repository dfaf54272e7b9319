export const PORT_NAMES_MAX = 3;
export const RING_MIN = 4;
export const RING_MAX = 32;
export const TXQ_MIN = 8;
export const TXQ_MAX = 64;
/** No poll starts while the rx handler has DELIVERED_MAX packets to take. */
export const DELIVERED_MAX = 64;
