import { OF_MUTANT, type BugFacts, type Companion } from './bug_facts';

const KEEPS_PROMISES: Companion = { rule: 'xskKeepsPromises', where: { xskMultiBuffer: true } };

/**
 * All bugs that releases may have: each mutant of a rule that changed from one release to another, and those that no
 * mutant has as the kernels had them. A mutant that is not here fails properties/release_bugs.test.ts; a question that
 * an entry does not answer does not compile.
 */
export const BUG_TABLE: Readonly<Record<string, BugFacts>> = {
  B4: {
    is: 'no bug of a kernel',
    why: 'before f7dc3248dcfb (6.8) no clone with pages of a pool is coalesced from',
  },
  A2: {
    ...OF_MUTANT,
    companions: [
      { rule: 'tracksDmaMappings', where: {} },
      { rule: 'destroyStopsSync', where: {} },
      { rule: 'deviceMayGoAfterDestroy', where: {} },
    ],
  },
  'A2-twice': {
    is: 'no bug of a kernel',
    why: 'before ee62ce7a1d90 (6.16) page_pool_destroy unmaps nothing that a later return could unmap again',
  },
  A6: OF_MUTANT,
  'A6-private': OF_MUTANT,
  'A6-shifted': { is: 'no bug of a kernel', why: 'it is of machines with words of 32 bits and DMA addresses of 64' },
  C2: OF_MUTANT,
  C4: OF_MUTANT,
  C11: OF_MUTANT,
  C12: OF_MUTANT,
  D6: OF_MUTANT,
  'J3-gro': {
    is: 'a value of its own',
    title: 'GRO forgets that frags are shared with user space or the page cache',
    scenario: 'gateway',
    rules: ['groPropagatesSharedFrag'],
    expected: ['no-shared-write'],
    code: {},
    companions: [],
    program: 'of the mutant',
  },
  'J3-gro-list': OF_MUTANT,
  D8: OF_MUTANT,
  C5: OF_MUTANT,
  C8: OF_MUTANT,
  J1: OF_MUTANT,
  'J3-coalesce': OF_MUTANT,
  'J3-pskb-copy': OF_MUTANT,
  'J3-shift': OF_MUTANT,
  'J3-skb-zerocopy': OF_MUTANT,
  'E1-carve': OF_MUTANT,
  E3: OF_MUTANT,
  E4: OF_MUTANT,
  'E4-leak': OF_MUTANT,
  E5: OF_MUTANT,
  E14: OF_MUTANT,
  E15: OF_MUTANT,
  'E15-managed': OF_MUTANT,
  E9: OF_MUTANT,
  K9: OF_MUTANT,
  K11: OF_MUTANT,
  'B10-frame': {
    is: 'no bug of a kernel',
    why: 'before 9c94bbf9a87b (6.3) the page leaves its pool with the frame',
  },
  H3: OF_MUTANT,
  'H3-limit': OF_MUTANT,
  H4: {
    is: 'a value of its own',
    title: 'xdpf_clone fills the page up to its end: skb_shared_info overwrites the next page',
    scenario: 'xdp',
    rules: ['xdpfCloneReservesSharedInfo'],
    expected: ['geometry'],
    code: {},
    companions: [],
    program: 'of the mutant',
  },
  H6: OF_MUTANT,
  H7: OF_MUTANT,
  H13: {
    ...OF_MUTANT,
    program: { none: 'that of the mutant is about 6.1, and shows nothing on the later releases that have the bug' },
  },
  H14: OF_MUTANT,
  H16: OF_MUTANT,
  X15: OF_MUTANT,
  A3: OF_MUTANT,
  A7: OF_MUTANT,
  A10: OF_MUTANT,
  B5: OF_MUTANT,
  K10: OF_MUTANT,
  R10: { ...OF_MUTANT, code: { groTcpFraglist: true } },
  C17: OF_MUTANT,
  C18: OF_MUTANT,
  R3: OF_MUTANT,
  R7: OF_MUTANT,
  E18: OF_MUTANT,
  E19: OF_MUTANT,
  U6: { ...OF_MUTANT, program: { none: 'the commands of netmem run since 7.3' } },
  A18: OF_MUTANT,
  E17: OF_MUTANT,
  H17: OF_MUTANT,
  H18: OF_MUTANT,
  H19: OF_MUTANT,
  R1: { ...OF_MUTANT, companions: [{ rule: 'xskReservesForAll', where: {} }, KEEPS_PROMISES] },
  X17: { ...OF_MUTANT, code: { xskMultiBuffer: true }, companions: [KEEPS_PROMISES] },
  X18: { ...OF_MUTANT, companions: [KEEPS_PROMISES] },
  X19: { ...OF_MUTANT, code: { xskMultiBuffer: true } },
  X20: OF_MUTANT,
  X21: OF_MUTANT,
  X22: { ...OF_MUTANT, code: { xskZerocopyChecksMetadata: true } },
  'zerocopy-keeps-the-head': {
    is: 'a value of its own',
    title: 'skb_zerocopy keeps a reference to the head when it fails',
    scenario: 'zerocopy',
    rules: ['skbZerocopyPutsItsHead'],
    expected: ['page-refcount', 'dataref', 'no-leak'],
    code: {},
    companions: [],
    program: {
      text: `page1 = alloc_pages()
skb1 = build_skb(page: page1, frag_size: 4096)
skb_put(skb: skb1, len: 200)
uarg1 = ubuf_alloc()
skb_zcopy_set(skb: skb1, uarg: uarg1)
page2 = alloc_pages()
device_write(page: page2, len: 1000)
skb_fill_page_desc(skb: skb1, page: page2, size: 1000, truesize: 4096)
skb2 = alloc_skb(size: 0)
skb_zerocopy(to: skb2, from: skb1, len: 1200, fail: 1)
`,
    },
  },
  'cpumap-drop-ends-the-batch': {
    is: 'a value of its own',
    title: 'a cpumap program that drops one skb lets up to seven others through',
    scenario: 'cpumap',
    rules: ['cpumapSkbProgStopsAtFirst'],
    expected: [],
    code: {},
    companions: [],
    program: {
      text: `cpumap1 = cpu_map_update_elem(qsize: 2, prog: aborted)
skb1 = alloc_skb(size: 0)
skb2 = alloc_skb(size: 0)
cpu_map_generic_redirect(cpumap: cpumap1, skb: skb2)
cpu_map_generic_redirect(cpumap: cpumap1, skb: skb1)
cpu_map_kthread_run(cpumap: cpumap1)
`,
    },
  },
  'udp-partial-length': {
    is: 'a value of its own',
    title: 'the last segment of UDP states the length of all that devices segment',
    scenario: 'segment',
    rules: ['udpPartialStatesWhole'],
    expected: [],
    code: {},
    companions: [],
    program: {
      text: `skb1 = alloc_skb(size: 0)
skb_put(skb: skb1, len: 10)
skb_gso_set(skb: skb1, gso_size: 1, gso_type: udp_l4)
skb2 = __udp_gso_segment(skb: skb1, headers: 0, features: sg|csum|partial)
`,
    },
  },
};
