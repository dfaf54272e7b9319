/** Made by tools/make_uapi.js from linux/if_xdp.h. */

export const XDP_COPY = 2;
export const XDP_PGOFF_RX_RING = 0;
export const XDP_PGOFF_TX_RING = 2147483648;
export const XDP_PKT_CONTD = 1;
export const XDP_RX_RING = 2;
export const XDP_SHARED_UMEM = 1;
export const XDP_STATISTICS = 7;
export const XDP_TXMD_FLAGS_CHECKSUM = 2;
export const XDP_TX_METADATA = 2;
export const XDP_TX_RING = 3;
export const XDP_UMEM_COMPLETION_RING = 6;
export const XDP_UMEM_FILL_RING = 5;
export const XDP_UMEM_PGOFF_COMPLETION_RING = 6442450944;
export const XDP_UMEM_PGOFF_FILL_RING = 4294967296;
export const XDP_UMEM_REG = 4;
export const XDP_UMEM_TX_METADATA_LEN = 4;
export const XDP_UMEM_UNALIGNED_CHUNK_FLAG = 1;
export const XDP_USE_NEED_WAKEUP = 8;
export const XDP_USE_SG = 16;
