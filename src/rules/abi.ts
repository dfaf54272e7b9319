/**
 * Sizes that depend on a kernel build. A Linux target reports its own record when it connects;
 * the profiles carry the values of Debian's amd64 kernels.
 */
export interface Abi {
  /** PAGE_SIZE, bytes. */
  readonly pageSize: number;
  /** SMP_CACHE_BYTES: SKB_DATA_ALIGN rounds up to a multiple of it, bytes. */
  readonly smpCacheBytes: number;
  /** SKB_DATA_ALIGN(sizeof(struct sk_buff)), bytes. */
  readonly skBuffSize: number;
  /** SKB_DATA_ALIGN(sizeof(struct skb_shared_info)), bytes. */
  readonly sharedInfoSize: number;
  readonly maxSkbFrags: number;
  /** NET_SKB_PAD, bytes. */
  readonly netSkbPad: number;
  /** NET_IP_ALIGN, bytes. */
  readonly netIpAlign: number;
  /** Object sizes of the kmalloc caches, ascending, bytes; larger requests are whole pages. */
  readonly kmallocSizes: readonly number[];
  /** SKB_SMALL_HEAD_CACHE_SIZE (6.3 and later), bytes; 0 where the cache does not exist. */
  readonly smallHeadCacheSize: number;
  /** PAGE_FRAG_CACHE_MAX_SIZE, bytes; also the constant added to the page's refcount at refill. */
  readonly pageFragCacheMaxSize: number;
  /** PP_ALLOC_CACHE_SIZE, pages. */
  readonly ppAllocCacheSize: number;
  /** PP_ALLOC_CACHE_REFILL, pages. */
  readonly ppAllocCacheRefill: number;
  /**
   * The number of pages that alloc_pages_bulk() gives a pool that asks for PP_ALLOC_CACHE_REFILL: all of them, or one
   * where the build has no bulk allocation (7.3 without CONFIG_SMP: pcp_spin_trylock(); an active page_owner).
   */
  readonly bulkAllocPages: number;
  /**
   * The alignment to which page_pool_alloc_frag rounds a size up, in bytes:
   * max(dma_get_cache_alignment(), __alignof__(struct skb_shared_info)).
   */
  readonly ppFragAlign: number;
  /** sizeof(unsigned long), bytes. */
  readonly wordSize: number;
  /** sizeof(dma_addr_t), bytes. */
  readonly dmaAddrSize: number;
  /** Byte order, where a dma_addr_t takes two words; absent: little endian. */
  readonly bigEndian?: boolean;
  /**
   * PAGE_OFFSET: kernel pointers lie above. Absent on machines of 64 bits, where PP_SIGNATURE contains
   * POISON_POINTER_DELTA.
   */
  readonly pageOffset?: number;
  /** The target can bring its own dma_map_ops (ARCH_HAS_DMA_OPS), which count mappings and can fail them. */
  readonly dmaOps: boolean;
  /** The target can make the n-th allocation of a call fail (FUNCTION_TRACER); otherwise `fail` has no effect. */
  readonly faultInjection: boolean;
}

/** The sizes of Debian's amd64 kernels. `kernel info` prints those of a running kernel. */
export const DEBIAN_AMD64: Abi = {
  pageSize: 4096,
  smpCacheBytes: 64,
  skBuffSize: 256,
  sharedInfoSize: 320,
  maxSkbFrags: 17,
  netSkbPad: 64,
  netIpAlign: 0,
  kmallocSizes: [8, 16, 32, 64, 96, 128, 192, 256, 512, 1024, 2048, 4096, 8192],
  smallHeadCacheSize: 0,
  pageFragCacheMaxSize: 32768,
  ppAllocCacheSize: 128,
  ppAllocCacheRefill: 64,
  bulkAllocPages: 64,
  ppFragAlign: 8,
  wordSize: 8,
  dmaAddrSize: 8,
  dmaOps: true,
  faultInjection: true,
};

/**
 * A machine of 32 bits like parisc. It is big endian. Its PAGE_OFFSET is so low that a mask without the two topmost
 * bits leaves nothing of a pointer (95920c2ed02b). sizeof(sk_buff) and sizeof(skb_shared_info) are computed by hand for
 * 32 bits, because no kernel is compared.
 */
export const ILP32: Abi = {
  ...DEBIAN_AMD64,
  skBuffSize: 192,
  sharedInfoSize: 256,
  wordSize: 4,
  dmaAddrSize: 4,
  bigEndian: true,
  pageOffset: 0x1000_0000,
};

/** A machine like PowerPC 44x: it has the words of ILP32, DMA addresses of 64 bits, and the usual PAGE_OFFSET. */
export const ILP32_DMA64: Abi = { ...ILP32, dmaAddrSize: 8, pageOffset: 0xc000_0000 };
