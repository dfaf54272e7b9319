import { DEBIAN_AMD64, ILP32, ILP32_DMA64, type Abi } from './abi';
import { areOfRelease, rulesOf } from './history/histories';
import { kernelProfile, kernelProfileNamed } from './kernel_profile';
import type { Profile } from './profile';
import type { Rules } from './rules';

export type { Profile } from './profile';

const CORE_SYSTEMS = ['page', 'page_frag', 'dma', 'page_pool', 'skb', 'zerocopy', 'sock', 'abuse'];

/**
 * The design of Brouer's "page_pool return-hook via SKB" (2018) on the pool and the skbs of 6.1, without the changes
 * that came after it; see docs/reference/systems/rfc_2018.md.
 */
const RFC_2018: Rules = {
  ...rulesOf('6.1'),
  poolReturn: 'mem_info',
  cloneCopiesMemInfo: true,
  expandHeadClearsMemInfo: true,
  coalesceMemInfo: 'release',
  hasPoolFragments: false,
  // "Patchset: DMA addr in struct page".
  dmaAddrLayout: 'union',
};

/** The kernels that a search without `--profile` searches with, and that CI compares, oldest first. */
export const PROFILES: readonly Profile[] = ['6.1', '6.12', '7.3'].map(kernelProfile);

function rfc2018(name: string, title: string, rules: Rules): Profile {
  return {
    name,
    title,
    rules,
    abi: DEBIAN_AMD64,
    release: '6.1',
    design: 'rfc-2018',
    systems: [...CORE_SYSTEMS, 'rfc-2018', 'struct-page'],
    lacks: ['skb_mark_for_recycle', 'page_pool_alloc_frag'],
    modelOnly: 'no kernel was released with the memory info in the skb',
  };
}

/** Returns a profile with a kernel's rules on words of 32 bits. */
function ilp32(release: string, abi: Abi, smallHeadCacheSize: number): Profile {
  const kernel = `linux-${release}`;
  const wide = abi.dmaAddrSize > abi.wordSize;
  return {
    name: `${kernel}-ilp32${wide ? '-dma64' : ''}`,
    title: `${kernel} with words of 32 bits and DMA addresses of ${wide ? 64 : 32}`,
    release,
    rules: rulesOf(release),
    abi: { ...abi, smallHeadCacheSize },
    systems: [...CORE_SYSTEMS, 'struct-page'],
    modelOnly: 'the kernels of the VMs have words of 64 bits',
  };
}

/** Designs and machines that have a model only. */
export const MODEL_PROFILES: readonly Profile[] = [
  rfc2018('rfc-2018', 'the return hook of 2018; skb_try_coalesce releases a head from its pool', RFC_2018),
  rfc2018('rfc-2018-frag-list', 'the return hook of 2018; skb_try_coalesce links an skb of a pool into frag_list', {
    ...RFC_2018,
    coalesceMemInfo: 'frag_list',
  }),
  rfc2018('rfc-2018-refuse', 'the return hook of 2018; skb_try_coalesce refuses an skb of a pool', {
    ...RFC_2018,
    coalesceMemInfo: 'refuse',
  }),
  {
    ...rfc2018(
      'rfc-2018-ilp32-dma64',
      'the return hook of 2018, words of 32 bits and DMA addresses of 64, as 5.13 stores them',
      { ...RFC_2018, dmaAddrLayout: 'two_words' },
    ),
    abi: ILP32_DMA64,
  },
  ilp32('6.1', ILP32_DMA64, 0),
  ilp32('6.12', ILP32, 640),
  ilp32('6.12', ILP32_DMA64, 640),
  {
    name: 'linux-6.12-rt',
    title: 'linux-6.12 with CONFIG_PREEMPT_RT: softirqs are preempted',
    release: '6.12',
    rules: { ...rulesOf('6.12'), preemptRt: true },
    abi: kernelProfile('6.12').abi,
    modelOnly: 'the kernels of the VMs do not have it, and preemption cannot be steered',
  },
];

/** Those that lists show. Each release has a profile besides: findProfile computes it. */
export const ALL_PROFILES: readonly Profile[] = [...PROFILES, ...MODEL_PROFILES];

const BY_NAME: ReadonlyMap<string, Profile> = new Map(ALL_PROFILES.map((profile) => [profile.name, profile]));

const MODEL_RULES: ReadonlySet<Rules> = new Set(MODEL_PROFILES.map(({ rules }) => rules));

/** True for rules that no profile has: those of a mutant. */
export function areBroken(rules: Rules): boolean {
  return !MODEL_RULES.has(rules) && !areOfRelease(rules);
}

/** Returns the profile with this name: one of the list, or that of any release from 6.1 on, linux-6.16.12. */
export function findProfile(name: string): Profile | undefined {
  return BY_NAME.get(name) ?? kernelProfileNamed(name);
}
