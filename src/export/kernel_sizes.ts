import { ABI_OPTIONS, ABI_SIZES } from '../protocol/abi_keys';
import type { Abi } from '../rules/abi';

/** A size of a kernel build that the expected answers depend on, by its key in the reply to HELLO. */
export interface KernelSize {
  readonly key: number;
  /** Its name in the kernel or in its configuration. */
  readonly name: string;
  readonly value: number;
}

type NumberOfAbi = { [Name in keyof Abi]-?: Abi[Name] extends number ? Name : never }[keyof Abi];

/** The sizes that a kernel states, by the name that the model has for them. */
const SIZES: Readonly<Record<Exclude<NumberOfAbi, 'ppFragAlign'>, keyof typeof ABI_SIZES>> = {
  pageSize: 'pageSize',
  smpCacheBytes: 'smpCacheBytes',
  skBuffSize: 'skBuffAligned',
  sharedInfoSize: 'sharedInfoAligned',
  maxSkbFrags: 'maxSkbFrags',
  netSkbPad: 'netSkbPad',
  netIpAlign: 'netIpAlign',
  smallHeadCacheSize: 'skbSmallHeadBytes',
  pageFragCacheMaxSize: 'pageFragCacheMaxSize',
  ppAllocCacheSize: 'ppAllocCacheSize',
  ppAllocCacheRefill: 'ppAllocCacheRefill',
  wordSize: 'longBytes',
  dmaAddrSize: 'dmaAddrBytes',
};

/**
 * The sizes with which the model computed its answers.
 * @param failsAllocations - a call of the program has `fail`, which needs CONFIG_FUNCTION_TRACER
 */
export function kernelSizes(abi: Abi, failsAllocations: boolean): KernelSize[] {
  const sizes = Object.entries(SIZES).map(([name, key]): KernelSize => {
    const { key: number, c } = ABI_SIZES[key];
    return { key: number, name: c, value: abi[name as keyof typeof SIZES] };
  });
  const tracer = { key: ABI_OPTIONS.FUNCTION_TRACER, name: 'CONFIG_FUNCTION_TRACER', value: 1 };
  return [...sizes, ...(failsAllocations ? [tracer] : [])];
}
