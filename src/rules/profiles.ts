import { DEBIAN_AMD64, ILP32, ILP32_DMA64, type Abi } from './abi';
import { MVNETA_RULES_6_1, MVNETA_RULES_6_12 } from './mvneta_rules';
import { GRO_RULES_6_1, GRO_RULES_6_12, GRO_RULES_7_3 } from './gro_rules';
import { PAGE_POOL_RULES_6_1, PAGE_POOL_RULES_6_12, PAGE_POOL_RULES_7_3 } from './page_pool_rules';
import { RFC_2018_RULES_6_1 } from './rfc_2018_rules';
import { SEGMENT_RULES_6_1, SEGMENT_RULES_7_3 } from './segment_rules';
import { SKB_RULES_6_1, SKB_RULES_6_12, SKB_RULES_7_3 } from './skb_rules';
import { SPLICE_RULES_6_1, SPLICE_RULES_6_12, SPLICE_RULES_7_3 } from './splice_rules';
import { STACK_RULES_6_1, STACK_RULES_6_12, STACK_RULES_7_3 } from './stack_rules';
import { XDP_RULES_6_1, XDP_RULES_6_12, XDP_RULES_7_3 } from './xdp_rules';
import { XSK_RULES_6_1, XSK_RULES_6_12, XSK_RULES_7_3 } from './xsk_rules';
import type { Rules } from './rules';

/** A complete set of rules with a name, and the sizes of its kernel build. */
export interface Profile {
  readonly name: string;
  readonly title: string;
  readonly rules: Rules;
  readonly abi: Abi;
  /** The profile with the same functions, which commands name in place of this one. Absent: this profile itself. */
  readonly series?: string;
  /**
   * The systems that the profile is about (`system` of commands), if its design says nothing of the others. Absent:
   * all.
   */
  readonly systems?: readonly string[];
  /** Names of commands that the kernel does not have, though they name no profiles. */
  readonly lacks?: readonly string[];
  /** The reason why no kernel can be compared with the profile. Absent: kernels can. */
  readonly modelOnly?: string;
}

const LINUX_6_1: Rules = {
  ...PAGE_POOL_RULES_6_1,
  ...SKB_RULES_6_1,
  ...RFC_2018_RULES_6_1,
  ...XDP_RULES_6_1,
  ...MVNETA_RULES_6_1,
  ...SEGMENT_RULES_6_1,
  ...GRO_RULES_6_1,
  ...SPLICE_RULES_6_1,
  ...XSK_RULES_6_1,
  ...STACK_RULES_6_1,
};

const LINUX_6_12: Rules = {
  ...LINUX_6_1,
  ...PAGE_POOL_RULES_6_12,
  ...SKB_RULES_6_12,
  ...XDP_RULES_6_12,
  ...MVNETA_RULES_6_12,
  ...GRO_RULES_6_12,
  ...SPLICE_RULES_6_12,
  ...XSK_RULES_6_12,
  ...STACK_RULES_6_12,
};

/** 6.12 with the changes after it, function by function. */
const LINUX_7_3: Rules = {
  ...LINUX_6_12,
  ...PAGE_POOL_RULES_7_3,
  ...SKB_RULES_7_3,
  ...SPLICE_RULES_7_3,
  ...XDP_RULES_7_3,
  ...XSK_RULES_7_3,
  ...STACK_RULES_7_3,
  ...SEGMENT_RULES_7_3,
  ...GRO_RULES_7_3,
};

const CORE_SYSTEMS = ['page', 'page_frag', 'dma', 'page_pool', 'skb', 'zerocopy', 'sock', 'abuse'];

/**
 * The design of Brouer's "page_pool return-hook via SKB" (2018) on the pool and the skbs of 6.1, without the changes
 * that came after it; see docs/reference/systems/rfc_2018.md.
 */
const RFC_2018: Rules = {
  ...LINUX_6_1,
  poolReturn: 'mem_info',
  cloneCopiesMemInfo: true,
  expandHeadClearsMemInfo: true,
  coalesceMemInfo: 'release',
  hasPoolFragments: false,
  // "Patchset: DMA addr in struct page".
  dmaAddrLayout: 'union',
};

/** The kernels: each has a model, and a target to compare it with. */
export const PROFILES: readonly Profile[] = [
  { name: 'linux-6.1', title: 'Linux 6.1 (Debian 12)', rules: LINUX_6_1, abi: DEBIAN_AMD64 },
  {
    name: 'linux-6.12',
    title: 'Linux 6.12 (Debian 12 backports)',
    rules: LINUX_6_12,
    abi: { ...DEBIAN_AMD64, smallHeadCacheSize: 704 },
  },
];

/**
 * Kernels that are newer than those of PROFILES. A directory with such a kernel is compared with the newest profile
 * that is not newer than it; `kernel setup` does not fetch them unless asked.
 */
export const NEWER_PROFILES: readonly Profile[] = [
  {
    name: 'linux-7.3',
    title: 'Linux 7.3 (Debian 13 backports)',
    rules: LINUX_7_3,
    abi: { ...DEBIAN_AMD64, smallHeadCacheSize: 704 },
    series: 'linux-6.12',
  },
];

function rfc2018(name: string, title: string, rules: Rules): Profile {
  return {
    name,
    title,
    rules,
    abi: DEBIAN_AMD64,
    series: 'rfc-2018',
    systems: [...CORE_SYSTEMS, 'rfc-2018', 'struct-page'],
    lacks: ['skb_mark_for_recycle', 'page_pool_alloc_frag'],
    modelOnly: 'no kernel was released with the memory info in the skb',
  };
}

/** Returns a profile with a kernel's rules on words of 32 bits. */
function ilp32(kernel: string, rules: Rules, abi: Abi, smallHeadCacheSize: number): Profile {
  const wide = abi.dmaAddrSize > abi.wordSize;
  return {
    name: `${kernel}-ilp32${wide ? '-dma64' : ''}`,
    title: `${kernel} with words of 32 bits and DMA addresses of ${wide ? 64 : 32}`,
    rules,
    abi: { ...abi, smallHeadCacheSize },
    series: kernel,
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
  ilp32('linux-6.1', LINUX_6_1, ILP32_DMA64, 0),
  ilp32('linux-6.12', LINUX_6_12, ILP32, 640),
  ilp32('linux-6.12', LINUX_6_12, ILP32_DMA64, 640),
  {
    name: 'linux-6.12-rt',
    title: 'linux-6.12 with CONFIG_PREEMPT_RT: softirqs are preempted',
    rules: { ...LINUX_6_12, preemptRt: true },
    abi: { ...DEBIAN_AMD64, smallHeadCacheSize: 704 },
    series: 'linux-6.12',
    modelOnly: 'the kernels of the VMs do not have it, and preemption cannot be steered',
  },
];

export const ALL_PROFILES: readonly Profile[] = [...PROFILES, ...NEWER_PROFILES, ...MODEL_PROFILES];

const KERNEL_RULES: ReadonlySet<Rules> = new Set(ALL_PROFILES.map(({ rules }) => rules));

/** True for rules that no profile has: those of a mutant. */
export function areBroken(rules: Rules): boolean {
  return !KERNEL_RULES.has(rules);
}

export function findProfile(name: string): Profile | undefined {
  return ALL_PROFILES.find((profile) => profile.name === name);
}
