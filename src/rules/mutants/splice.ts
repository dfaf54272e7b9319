import type { Mutant } from './mutant';

/** A page of the page cache in an skb of a socket's write queue. */
const FILE_SKB = `file1 = shmem_file_setup(pages: 1)
pipe1 = alloc_pipe_info(slots: 1)
filemap_splice_read(file: file1, pipe: pipe1, len: 1)
skb1 = alloc_skb(size: 0)
splice_to_socket(pipe: pipe1, skb: skb1, len: 1)
`;
/** A packet with one whole page, in the receive queue of a socket that a process has mapped. */
const RECEIVED = `skb1 = rx_header_split(pages: 1)
mm1 = tcp_mmap(pages: 1)
tcp_queue_rcv(mm: mm1, skb: skb1)
tcp_zerocopy_receive(mm: mm1, length: 4096)
`;
const IN_PLACE = ['no-shared-write'];

/** Mutants of splice, zerocopy receive and the marker of frags that another holder sees too. */
export const SPLICE_MUTANTS: readonly Mutant[] = [
  {
    id: 'J1',
    title: 'tcp_zerocopy_receive maps compound pages and pages of the page cache',
    source: '577e4432f3ac (CVE-2024-26640)',
    profile: 'linux-6.12',
    scenario: 'splice',
    changes: { zerocopyReceiveChecksPage: false },
    expected: IN_PLACE,
    program: `file1 = shmem_file_setup(pages: 1)
pipe1 = alloc_pipe_info(slots: 1)
filemap_splice_read(file: file1, pipe: pipe1, len: 4096)
skb1 = alloc_skb(size: 0)
splice_to_socket(pipe: pipe1, skb: skb1, len: 4096)
mm1 = tcp_mmap(pages: 1)
tcp_queue_rcv(mm: mm1, skb: skb1)
tcp_zerocopy_receive(mm: mm1, length: 4096)
`,
  },
  {
    id: 'J1-geometry',
    title: 'tcp_zerocopy_receive maps a page of which the frag has only a part: the reader sees the other bytes, too',
    source: 'can_map_frag: skb_frag_size(frag) == PAGE_SIZE && !skb_frag_off(frag), all versions',
    profile: 'linux-6.12',
    scenario: 'splice',
    changes: { zerocopyReceiveChecksGeometry: false },
    expected: ['bytes'],
    program: `skb1 = rx_header_split(pages: 2)
skb2 = pskb_extract(skb: skb1, off: 1, to_copy: 4096)
mm1 = tcp_mmap(pages: 1)
tcp_queue_rcv(mm: mm1, skb: skb2)
tcp_zerocopy_receive(mm: mm1, length: 4096)
`,
  },
  {
    id: 'J1-mapping',
    title: 'a page that is mapped for a process is not held by the page table',
    source: 'vm_insert_pages: folio_get, all versions',
    profile: 'linux-6.12',
    scenario: 'splice',
    changes: { mappingTakesPageReference: false },
    expected: ['no-use-after-free', 'page-refcount'],
    program: RECEIVED,
  },
  {
    id: 'J1-zap',
    title: 'unmapping a page keeps the reference of the page table',
    source: 'zap_pte_range: page_remove_rmap and free_page_and_swap_cache, all versions',
    profile: 'linux-6.12',
    scenario: 'splice',
    changes: { zapPutsPage: false },
    expected: ['page-refcount'],
    program: RECEIVED,
  },
  {
    id: 'J3',
    title: 'splicing a page of the page cache into an skb does not mark the skb SKBFL_SHARED_FRAG',
    source: 'f4c50a4034e6 (CVE-2026-43284); cef401de7be8',
    profile: 'linux-6.12',
    scenario: 'splice',
    changes: { spliceMarksSharedFrag: false },
    expected: IN_PLACE,
    program: `${FILE_SKB}esp_input_decrypt(skb: skb1)
`,
  },
  {
    id: 'J3-coalesce',
    title: 'skb_try_coalesce moves the frags without SKBFL_SHARED_FRAG',
    source: 'f84eca581739 (CVE-2026-46300)',
    profile: 'linux-6.12',
    scenario: 'splice',
    changes: { coalesceKeepsSharedFrag: false },
    expected: IN_PLACE,
    program: `file1 = shmem_file_setup(pages: 1)
pipe1 = alloc_pipe_info(slots: 1)
filemap_splice_read(file: file1, pipe: pipe1, len: 4096)
skb1 = alloc_skb(size: 0)
splice_to_socket(pipe: pipe1, skb: skb1, len: 4096)
skb2 = alloc_skb(size: 0)
skb_try_coalesce(to: skb2, from: skb1)
esp_input_decrypt(skb: skb2)
`,
  },
  {
    id: 'J3-pskb-copy',
    title: 'pskb_copy shares the frags without SKBFL_SHARED_FRAG',
    source: '48f6a5356a33 (CVE-2026-43503)',
    profile: 'linux-6.12',
    scenario: 'splice',
    changes: { pskbCopyKeepsSharedFrag: false },
    expected: IN_PLACE,
    program: `${FILE_SKB}skb2 = pskb_copy(skb: skb1)
esp_input_decrypt(skb: skb2)
`,
  },
  {
    id: 'J3-shift',
    title: 'skb_shift moves frags without SKBFL_SHARED_FRAG',
    source: 'the family of f84eca581739; skb_shift, 6.1.y and 6.12.y',
    profile: 'linux-6.12',
    scenario: 'splice',
    changes: { shiftKeepsSharedFrag: false },
    expected: IN_PLACE,
    program: `${FILE_SKB}skb2 = alloc_skb(size: 0)
skb_shift(tgt: skb2, skb: skb1, shiftlen: 1)
esp_input_decrypt(skb: skb2)
`,
  },
  {
    id: 'J3-split',
    title: 'skb_split moves frags without SKBFL_SHARED_FRAG',
    source: 'the family of f84eca581739; skb_split: SKBFL_SHARED_FRAG, all versions since cef401de7be8',
    profile: 'linux-6.12',
    scenario: 'splice',
    changes: { splitKeepsSharedFrag: false },
    expected: IN_PLACE,
    program: `${FILE_SKB}skb2 = alloc_skb(size: 0)
skb_split(skb: skb1, skb1: skb2, len: 0)
esp_input_decrypt(skb: skb2)
`,
  },
  {
    id: 'J3-carve',
    title: 'the shared_info that pskb_carve makes loses SKBFL_SHARED_FRAG',
    source: 'the family of f84eca581739; pskb_carve_inside_header and _nonlinear copy the flags, all versions',
    profile: 'linux-6.12',
    scenario: 'splice',
    changes: { carveKeepsSharedFrag: false },
    expected: IN_PLACE,
    program: `${FILE_SKB}skb2 = pskb_extract(skb: skb1, to_copy: 1)
esp_input_decrypt(skb: skb2)
`,
  },
  {
    id: 'J3-skb-zerocopy',
    title: 'skb_zerocopy shares the frags without SKBFL_SHARED_FRAG',
    source: 'the family of f84eca581739; skb_zerocopy of 6.12.y',
    profile: 'linux-6.12',
    scenario: 'splice',
    changes: { skbZerocopyKeepsSharedFrag: false },
    expected: IN_PLACE,
    program: `file1 = shmem_file_setup(pages: 1)
pipe1 = alloc_pipe_info(slots: 1)
filemap_splice_read(file: file1, pipe: pipe1, len: 4096)
skb1 = alloc_skb(size: 0)
skb_put(skb: skb1, len: 1)
splice_to_socket(pipe: pipe1, skb: skb1, len: 4096)
skb2 = alloc_skb(size: 0)
skb_zerocopy(to: skb2, from: skb1, len: 4097)
esp_input_decrypt(skb: skb2)
`,
  },
  {
    id: 'J3-locked-head',
    title: '__skb_splice_bits gives a head that clones share to the pipe as a page',
    source: '__skb_splice_bits: skb_head_is_locked, all versions',
    profile: 'linux-6.12',
    scenario: 'splice',
    changes: { spliceCopiesLockedHead: false },
    expected: ['no-shared-write', 'no-use-after-free'],
    program: `skb1 = napi_alloc_skb(len: 640)
skb_put(skb: skb1, len: 1)
skb2 = skb_clone(skb: skb1)
sock1 = sk_alloc()
pipe1 = alloc_pipe_info(slots: 1)
skb_splice_bits(skb: skb1, sock: sock1, pipe: pipe1, len: 1)
kfree_skb(skb: skb1)
esp_input_decrypt(skb: skb2)
`,
  },
  {
    id: 'J5',
    title: 'linear_to_page copies to the page_frag and leaves its offset: the next user writes to the same bytes',
    source: 'dacb5d8875cc (CVE-2021-47544), 20eb4f29b602',
    profile: 'linux-6.12',
    scenario: 'splice',
    changes: { linearToPageAdvances: false },
    expected: IN_PLACE,
    program: `skb1 = rx_header_split(headlen: 1, pages: 1)
sock1 = sk_alloc()
pipe1 = alloc_pipe_info(slots: 2)
skb_splice_bits(skb: skb1, sock: sock1, pipe: pipe1, len: 1)
skb_splice_bits(skb: skb1, sock: sock1, pipe: pipe1, len: 1)
`,
  },
  {
    id: 'J5-no-room',
    title: 'splice_to_pipe keeps the references of pages that the pipe had no room for',
    source: 'spd_release in splice_to_pipe, all versions',
    profile: 'linux-6.12',
    scenario: 'splice',
    changes: { spliceToPipeReleasesRest: false },
    expected: ['page-refcount'],
    program: `skb1 = rx_header_split(pages: 2)
sock1 = sk_alloc()
pipe1 = alloc_pipe_info(slots: 1)
skb_splice_bits(skb: skb1, sock: sock1, pipe: pipe1, len: 4097)
`,
  },
  {
    id: 'J5-pipe',
    title: 'an emptied pipe buffer keeps its page reference',
    source: 'generic_pipe_buf_release, all versions',
    profile: 'linux-6.12',
    scenario: 'splice',
    changes: { pipeReleasePutsPage: false },
    expected: ['page-refcount', 'no-leak'],
    program: `skb1 = rx_header_split(pages: 1)
sock1 = sk_alloc()
pipe1 = alloc_pipe_info(slots: 1)
skb_splice_bits(skb: skb1, sock: sock1, pipe: pipe1, len: 1)
`,
  },
];
