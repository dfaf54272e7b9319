/** A size or a rate that a guest states in its reply to HELLO. */
export interface AbiKey {
  /** Never reused; the host skips a key that it does not know. */
  readonly key: number;
  /** The module calls it SKBCHECK_ABI_ and this. */
  readonly c: string;
}

/** Sizes and rates, by the name that the host uses. */
export const ABI_SIZES = {
  protocol: { key: 1, c: 'PROTOCOL' },
  linuxVersionCode: { key: 2, c: 'LINUX_VERSION_CODE' },
  pageSize: { key: 3, c: 'PAGE_SIZE' },
  smpCacheBytes: { key: 4, c: 'SMP_CACHE_BYTES' },
  skBuffAligned: { key: 5, c: 'SK_BUFF_ALIGNED' },
  sharedInfoAligned: { key: 6, c: 'SHARED_INFO_ALIGNED' },
  maxSkbFrags: { key: 7, c: 'MAX_SKB_FRAGS' },
  netSkbPad: { key: 8, c: 'NET_SKB_PAD' },
  netIpAlign: { key: 9, c: 'NET_IP_ALIGN' },
  longBytes: { key: 10, c: 'LONG_BYTES' },
  dmaAddrBytes: { key: 11, c: 'DMA_ADDR_BYTES' },
  ppAllocCacheSize: { key: 12, c: 'PP_ALLOC_CACHE_SIZE' },
  ppAllocCacheRefill: { key: 13, c: 'PP_ALLOC_CACHE_REFILL' },
  xdpFrameBytes: { key: 14, c: 'XDP_FRAME_BYTES' },
  pageFragCacheMaxSize: { key: 15, c: 'PAGE_FRAG_CACHE_MAX_SIZE' },
  /** Measured size of a small head; 0 where small heads have no cache of their own. */
  skbSmallHeadBytes: { key: 16, c: 'SKB_SMALL_HEAD_BYTES' },
  hz: { key: 17, c: 'HZ' },
  /** The rate of the guest's time stamp counter, as the guest measured it. */
  tsc_khz: { key: 18, c: 'TSC_KHZ' },
  /** Measured number of pages that alloc_pages_bulk() gives who asks for PP_ALLOC_CACHE_REFILL. */
  bulkAllocPages: { key: 19, c: 'BULK_ALLOC_PAGES' },
} as const satisfies Readonly<Record<string, AbiKey>>;

/** Configuration options, by the name that both sides use: 1 when the kernel was built with it. */
export const ABI_OPTIONS = {
  KASAN: 32,
  DEBUG_NET: 33,
  DEBUG_VM: 34,
  DMA_API_DEBUG: 35,
  DEBUG_KMEMLEAK: 36,
  PREEMPT_RT: 37,
  PAGE_POOL_STATS: 38,
  FAULT_INJECTION: 39,
  DMA_OPS: 40,
  KPROBES: 41,
  FUNCTION_TRACER: 42,
  PAGE_OWNER: 43,
} as const satisfies Readonly<Record<string, number>>;

export type AbiSize = keyof typeof ABI_SIZES;
export type AbiOption = keyof typeof ABI_OPTIONS;
