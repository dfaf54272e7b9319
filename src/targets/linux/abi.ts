import type { Abi } from '../../rules/abi';
import type { GuestAbi } from './hello';

/** The sizes that the model computes with, as a running kernel states them. */
export function abiOfGuest(guest: GuestAbi, base: Abi): Abi {
  return {
    ...base,
    pageSize: guest.pageSize,
    smpCacheBytes: guest.smpCacheBytes,
    skBuffSize: guest.skBuffAligned,
    sharedInfoSize: guest.sharedInfoAligned,
    maxSkbFrags: guest.maxSkbFrags,
    netSkbPad: guest.netSkbPad,
    netIpAlign: guest.netIpAlign,
    kmallocSizes: guest.kmallocBuckets,
    smallHeadCacheSize: guest.skbSmallHeadBytes,
    pageFragCacheMaxSize: guest.pageFragCacheMaxSize,
    ppAllocCacheSize: guest.ppAllocCacheSize,
    ppAllocCacheRefill: guest.ppAllocCacheRefill,
    bulkAllocPages: guest.bulkAllocPages,
    wordSize: guest.longBytes,
    dmaAddrSize: guest.dmaAddrBytes,
    dmaOps: guest.options.includes('DMA_OPS'),
    faultInjection: guest.options.includes('FUNCTION_TRACER'),
  };
}
