import type { Mutant } from './mutant';

/** Of zerocopy owners: who holds them, and who may let user space have its pages back. */
export const ZEROCOPY_MUTANTS: readonly Mutant[] = [
  {
    id: 'E1-carve',
    title: 'the pskb_carve helpers copy a zerocopy shared_info without taking a reference on its owner',
    source: '98d0912e9f84 (CVE-2026-52943)',
    profile: 'linux-6.12',
    scenario: 'splice',
    changes: { carveTakesUargReference: false },
    expected: ['uarg-refcount', 'no-double-free', 'no-use-after-free'],
    program: `skb1 = alloc_skb(size: 1)
skb_put(skb: skb1, len: 1)
uarg1 = ubuf_alloc(flags: dont_orphan)
skb_zcopy_set(skb: skb1, uarg: uarg1)
skb2 = pskb_extract(skb: skb1, to_copy: 1)
`,
  },
  {
    id: 'E1-carve-pages',
    title: 'the pskb_carve helpers copy a shared_info without taking references on the pages of its frags',
    source: 'pskb_carve_inside_header and _nonlinear: skb_frag_ref, all versions',
    profile: 'linux-6.12',
    scenario: 'splice',
    changes: { carveTakesPageReferences: false },
    expected: ['page-refcount', 'no-double-free', 'no-use-after-free'],
    program: `skb1 = rx_header_split(pages: 1)
skb2 = pskb_extract(skb: skb1, to_copy: 1)
`,
  },
  {
    id: 'E6-pages',
    title: 'skb_zerocopy shares frags without taking references on their pages',
    source: 'skb_zerocopy: skb_frag_ref, all versions',
    profile: 'linux-6.12',
    scenario: 'splice',
    changes: { skbZerocopyTakesPageReferences: false },
    expected: ['page-refcount', 'no-double-free', 'no-use-after-free'],
    program: `skb1 = rx_header_split(headlen: 1, pages: 1)
skb2 = alloc_skb(size: 0)
skb_zerocopy(to: skb2, from: skb1, len: 4097)
`,
  },
  {
    id: 'E8',
    title: 'skb_zerocopy turns a head that is no page fragment into a frag',
    source: 'a17ad0961706 "net: Fix zero-copy head len calculation."',
    profile: 'linux-6.12',
    scenario: 'splice',
    changes: { skbZerocopyChecksHeadFrag: false },
    expected: ['page-refcount', 'no-use-after-free'],
    program: `skb1 = alloc_skb(size: 4096)
skb_put(skb: skb1, len: 4096)
skb2 = alloc_skb(size: 0)
skb_zerocopy(to: skb2, from: skb1, len: 4096)
`,
  },
];
