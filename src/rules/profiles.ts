import { DEBIAN_AMD64, type Abi } from './abi';
import type { Rules } from './rules';

/** A complete set of rules with a name, and the sizes of the build it stands for. */
export interface Profile {
  readonly name: string;
  readonly title: string;
  readonly rules: Rules;
  readonly abi: Abi;
}

const LINUX_6_1: Rules = {
  recycleRequiresSoleReference: true,
  recycleRefusesPfmemalloc: true,
  returnPagePutsPage: true,
  ppRefCountAlways: false,
  directRecycleChecksSoftirq: true,
  napiLocalRecyclesDirect: false,
  destroyUnmapsOutstanding: false,
  tracksDmaMappings: false,
  destroyStopsSync: false,
  deviceMayGoAfterDestroy: false,
  destroyUnlinksNapi: true,
  recycleSyncsForDevice: true,
  hasReleasePage: true,
  smallHeadCache: false,
  copyHeaderCopiesRecycle: false,
  coalesceRequiresSameRecycle: true,
  coalesceRefusesClonedRecycle: true,
  coalesceTakesPoolReferences: false,
  coalesceDelta: 'exact',
  expandHeadAdjustsTruesize: 'unowned',
  partialFreeReleasesHeadState: true,
  expandHeadTakesUargReference: true,
  xdpMetalenMax: 32,
  xdpReturnIncludesFrags: true,
  bulkFlushesOnOtherMemId: true,
  xdpConvertChecksHeadroom: true,
  zcFrameHeadroomCountsMeta: true,
  zcFrameLimitReservesSharedInfo: true,
  xdpfCloneReservesSharedInfo: true,
  adjustTailForgetsReturnedFrags: true,
  adjustTailChecksFragRoom: true,
  frameSkbSize: 'frame_sz',
  frameSkbLeavesPool: true,
  frameSkbIsMarked: false,
  cpumapReturnsDropped: true,
  cpumapClearsRxq: true,
  cpumapStopDrainsRing: true,
  cpumapCleanupKnowsSkbs: true,
  cpumapSkbProgStopsAtFirst: true,
};

const LINUX_6_12: Rules = {
  ...LINUX_6_1,
  ppRefCountAlways: true,
  directRecycleChecksSoftirq: false,
  napiLocalRecyclesDirect: true,
  destroyUnmapsOutstanding: true,
  tracksDmaMappings: true,
  destroyStopsSync: true,
  deviceMayGoAfterDestroy: true,
  hasReleasePage: false,
  smallHeadCache: true,
  coalesceRefusesClonedRecycle: false,
  coalesceTakesPoolReferences: true,
  xdpMetalenMax: 252,
  frameSkbLeavesPool: false,
  frameSkbIsMarked: true,
};

export const PROFILES: readonly Profile[] = [
  { name: 'linux-6.1', title: 'Linux 6.1 (Debian 12)', rules: LINUX_6_1, abi: DEBIAN_AMD64 },
  {
    name: 'linux-6.12',
    title: 'Linux 6.12 (Debian 12 backports)',
    rules: LINUX_6_12,
    abi: { ...DEBIAN_AMD64, smallHeadCacheSize: 704 },
  },
];

export function findProfile(name: string): Profile | undefined {
  return PROFILES.find((profile) => profile.name === name);
}
