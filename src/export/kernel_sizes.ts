import { ABI_OPTIONS, ABI_SIZES, type AbiOption } from '../protocol/abi_keys';
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
  bulkAllocPages: 'bulkAllocPages',
  wordSize: 'longBytes',
  dmaAddrSize: 'dmaAddrBytes',
};

/** Options of a kernel's configuration without which the answers of a program would be others. */
export interface NeededOptions {
  /** A call of the program has `fail`. */
  readonly failsAllocations: boolean;
  /** DMA mappings are part of the answers. */
  readonly showsMappings: boolean;
}

/** The sizes with which the model computed its answers, and the options that these need. */
export function kernelSizes(abi: Abi, { failsAllocations, showsMappings }: NeededOptions): KernelSize[] {
  const sizes = Object.entries(SIZES).map(([name, key]): KernelSize => {
    const { key: number, c } = ABI_SIZES[key];
    return { key: number, name: c, value: abi[name as keyof typeof SIZES] };
  });
  return [
    ...sizes,
    ...(failsAllocations ? [option('FUNCTION_TRACER')] : []),
    ...(showsMappings ? [option('DMA_OPS')] : []),
  ];
}

function option(name: AbiOption): KernelSize {
  return { key: ABI_OPTIONS[name], name: `CONFIG_${name}`, value: 1 };
}
