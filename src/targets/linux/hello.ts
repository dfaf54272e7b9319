/** What a guest says about the kernel that it runs, in the kernel's own units (bytes unless named otherwise). */
export interface GuestAbi {
  readonly release: string;
  readonly protocol: number;
  readonly linuxVersionCode: number;
  readonly pageSize: number;
  readonly smpCacheBytes: number;
  readonly skBuffAligned: number;
  readonly sharedInfoAligned: number;
  readonly maxSkbFrags: number;
  readonly netSkbPad: number;
  readonly netIpAlign: number;
  readonly longBytes: number;
  readonly dmaAddrBytes: number;
  readonly ppAllocCacheSize: number;
  readonly ppAllocCacheRefill: number;
  readonly xdpFrameBytes: number;
  readonly pageFragCacheMaxSize: number;
  /** Measured size of a small head; 0 where small heads have no cache of their own. */
  readonly skbSmallHeadBytes: number;
  readonly hz: number;
  /** What the guest takes for the rate of its time stamp counter. */
  readonly tsc_khz: number;
  readonly kmallocBuckets: readonly number[];
  /** Names of the options that the kernel was built with, of those that matter here. */
  readonly options: readonly string[];
}

type Size = Exclude<keyof GuestAbi, 'release' | 'kmallocBuckets' | 'options'>;

/** enum skbcheck_abi of kernel/skbcheck_link.h: sizes. */
const SIZE_KEYS: Readonly<Record<Size, number>> = {
  protocol: 1,
  linuxVersionCode: 2,
  pageSize: 3,
  smpCacheBytes: 4,
  skBuffAligned: 5,
  sharedInfoAligned: 6,
  maxSkbFrags: 7,
  netSkbPad: 8,
  netIpAlign: 9,
  longBytes: 10,
  dmaAddrBytes: 11,
  ppAllocCacheSize: 12,
  ppAllocCacheRefill: 13,
  xdpFrameBytes: 14,
  pageFragCacheMaxSize: 15,
  skbSmallHeadBytes: 16,
  hz: 17,
  tsc_khz: 18,
};

/** enum skbcheck_abi of kernel/skbcheck_link.h: options. */
const OPTION_KEYS: Readonly<Record<string, number>> = {
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
};

/**
 * Reads the payload of the reply to HELLO. Keys that this side does not know are skipped.
 * @param payload - as skbcheck_abi_words() of kernel/skbcheck_abi.c wrote it
 */
export function decodeHello(payload: Buffer): GuestAbi {
  let offset = 0;
  const word = (): number => {
    const value = payload.readUInt32LE(offset);
    offset += 4;
    return value;
  };
  const values = new Map<number, number>();
  for (let left = word(); left > 0; left--) {
    const key = word();
    values.set(key, word());
  }
  const kmallocBuckets: number[] = [];
  for (let left = word(); left > 0; left--) kmallocBuckets.push(word());
  const releaseBytes = word();
  const release = payload.toString('latin1', offset, offset + releaseBytes);
  const sizes = Object.fromEntries(Object.entries(SIZE_KEYS).map(([name, key]) => [name, values.get(key) ?? 0]));
  const options = Object.keys(OPTION_KEYS).filter((name) => values.get(OPTION_KEYS[name]) === 1);
  return { ...(sizes as Record<Size, number>), release, kmallocBuckets, options };
}
