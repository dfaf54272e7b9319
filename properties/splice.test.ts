// Paths that grab pages from skbs: the state that each leaves behind, computed by hand from the kernel's source, and
// the writes in place that are allowed.

import { searchModel } from '../src/search/search_model';
import type { Scenario } from '../src/generate/scenario';
import { findScenario } from '../src/generate/scenarios/registry';
import { SKBFL_SHARED_FRAG, type SkBuff } from '../src/model/structs/sk_buff';
import { PROFILES, type Profile } from '../src/rules/profiles';
import type { Rules } from '../src/rules/rules';
import { effort } from './support/effort';
import { missedOutcomes, whenAllAreMet } from './support/missed_outcomes';
import { profileOf, programOf, sessionOf, verdictOf } from './support/model';
import { Stepper } from './support/stepper';
import type { Pipe } from '../src/model/structs/pipe';
import type { TmpFile } from '../src/model/structs/tmp_file';
import type { UserMapping } from '../src/model/structs/user_mapping';

const SEED = 184467;
const SEARCHED = 1_500_000;
const splice = findScenario('splice') as Scenario;

/** The world after a program, by the names in the text; no object is released. */
function after(profile: Profile, text: string): <T>(name: string) => T {
  const stepper = new Stepper(profile, () => true);
  const program = programOf(profile, text);
  stepper.begin();
  for (const call of program.calls) expect([call.command.name, stepper.step(call)]).toEqual([call.command.name, true]);
  expect(stepper.checker.wholeWorld(stepper.world)).toBe(true);
  return <T>(name: string) => stepper.world.handles[program.names.indexOf(name)]?.object as T;
}

describe.each(PROFILES)('$name', (profile) => {
  test('a frag goes to a pipe by a plain reference of its own; the reader releases it', () => {
    const text = `skb1 = rx_header_split(pages: 2, last: 100)
sock1 = sk_alloc()
pipe1 = alloc_pipe_info(slots: 16)
skb_splice_bits(skb: skb1, sock: sock1, pipe: pipe1, offset: 1000, len: 3196)
`;
    let get = after(profile, text);
    const { buffers } = get<Pipe>('pipe1');
    expect(buffers.map(({ offset, len }) => [offset, len])).toEqual([
      [1000, 3096],
      [0, 100],
    ]);
    expect(buffers.map(({ page }) => page.refcount)).toEqual([2, 2]);
    get = after(profile, `${text}pipe_read(pipe: pipe1, len: 3100)\n`);
    expect(get<Pipe>('pipe1').buffers.map(({ offset, len }) => [offset, len])).toEqual([[4, 96]]);
    expect(get<SkBuff>('skb1').data.frags.map(({ page }) => page.refcount)).toEqual([1, 2]);
  });

  test('linear bytes of a kmalloc head are copied to the page_frag of the socket, one buffer per stretch', () => {
    const get = after(
      profile,
      `skb1 = alloc_skb(size: 100)
skb_put(skb: skb1, len: 100)
sock1 = sk_alloc()
pipe1 = alloc_pipe_info(slots: 16)
skb_splice_bits(skb: skb1, sock: sock1, pipe: pipe1, len: 100)
skb_splice_bits(skb: skb1, sock: sock1, pipe: pipe1, offset: 50, len: 50)
`,
    );
    const { buffers } = get<Pipe>('pipe1');
    expect(buffers.map(({ offset, len }) => [offset, len])).toEqual([
      [0, 100],
      [100, 50],
    ]);
    // 32768 bytes; the socket and two buffers.
    expect(buffers[0].page).toBe(buffers[1].page);
    expect([buffers[0].page.order, buffers[0].page.refcount]).toEqual([3, 3]);
  });

  test('a page-backed head that no clone shares goes by reference, one that a clone shares is copied', () => {
    const text = (clone: string): string => `page1 = alloc_pages()
skb1 = build_skb(page: page1, frag_size: 4096)
skb_put(skb: skb1, len: 10)
${clone}sock1 = sk_alloc()
pipe1 = alloc_pipe_info(slots: 16)
skb_splice_bits(skb: skb1, sock: sock1, pipe: pipe1, len: 10)
`;
    const alone = after(profile, text(''));
    expect(alone<Pipe>('pipe1').buffers[0].page).toBe(alone<SkBuff>('skb1').data.page);
    expect(alone<SkBuff>('skb1').data.page?.refcount).toBe(2);
    const cloned = after(profile, text('skb2 = skb_clone(skb: skb1)\n'));
    expect(cloned<Pipe>('pipe1').buffers[0].page).not.toBe(cloned<SkBuff>('skb1').data.page);
    expect(cloned<SkBuff>('skb1').data.page?.refcount).toBe(1);
  });

  test('a pool page that a pipe holds leaves its pool when the skb is freed', () => {
    const get = after(
      profile,
      `pool1 = page_pool_create(order: 0, pool_size: 16)
page1 = page_pool_alloc_pages(pool: pool1)
skb1 = build_skb(page: page1, frag_size: 4096)
skb_put(skb: skb1, len: 10)
skb_mark_for_recycle(skb: skb1)
sock1 = sk_alloc()
pipe1 = alloc_pipe_info(slots: 16)
skb_splice_bits(skb: skb1, sock: sock1, pipe: pipe1, len: 10)
kfree_skb(skb: skb1)
`,
    );
    const { page } = get<Pipe>('pipe1').buffers[0];
    expect([page.ppSignature, page.refcount]).toEqual([false, 1]);
    expect(get<{ releaseCnt: number }>('pool1').releaseCnt).toBe(1);
  });

  test('a file page that is spliced to a socket is marked, and decrypted in a copy', () => {
    const text = `file1 = shmem_file_setup(pages: 1)
pipe1 = alloc_pipe_info(slots: 16)
filemap_splice_read(file: file1, pipe: pipe1, len: 4096)
skb1 = alloc_skb(size: 0)
splice_to_socket(pipe: pipe1, skb: skb1, len: 4096)
`;
    const get = after(profile, text);
    const skb = get<SkBuff>('skb1');
    expect(skb.data.flags & SKBFL_SHARED_FRAG).toBe(SKBFL_SHARED_FRAG);
    expect(skb.data.frags[0].page.refcount).toBe(2);
    const decrypted = after(profile, `${text}esp_input_decrypt(skb: skb1)\n`);
    expect([decrypted<SkBuff>('skb1').dataLen, decrypted<SkBuff>('skb1').len]).toEqual([0, 4096]);
    expect(decrypted<TmpFile>('file1').pages[0].refcount).toBe(1);
  });

  test('tcp_zerocopy_receive maps whole pages, and copies up to them', () => {
    const get = after(
      profile,
      `skb1 = rx_header_split(headlen: 40, pages: 3, last: 100)
mm1 = tcp_mmap(pages: 4)
tcp_queue_rcv(mm: mm1, skb: skb1)
tcp_zerocopy_receive(mm: mm1, length: 16384, copybuf_len: 40)
tcp_zerocopy_receive(mm: mm1, length: 16384)
`,
    );
    const mapping = get<UserMapping>('mm1');
    expect(mapping.pages.map((page) => page?.refcount ?? 0)).toEqual([2, 2, 0, 0]);
    // All requested whole pages were mapped, so there is no hint; 40 bytes and two pages were read.
    expect([mapping.length, mapping.recvSkipHint, mapping.consumed]).toEqual([8192, 0, 8232]);
  });

  test('tcp_zerocopy_receive maps neither pages of the page cache nor compound ones', () => {
    const get = after(
      profile,
      `file1 = shmem_file_setup(pages: 1)
pipe1 = alloc_pipe_info(slots: 16)
filemap_splice_read(file: file1, pipe: pipe1, len: 4096)
skb1 = alloc_skb(size: 0)
splice_to_socket(pipe: pipe1, skb: skb1, len: 4096)
mm1 = tcp_mmap(pages: 4)
tcp_queue_rcv(mm: mm1, skb: skb1)
tcp_zerocopy_receive(mm: mm1, length: 16384)
`,
    );
    expect(get<UserMapping>('mm1').pages).toEqual([null, null, null, null]);
    expect(get<UserMapping>('mm1').recvSkipHint).toBe(4096);
  });

  test('pskb_extract leaves a head of its own and plain references to the remaining frags', () => {
    const get = after(
      profile,
      `skb1 = rx_header_split(headlen: 40, pages: 3)
skb2 = pskb_extract(skb: skb1, off: 4146, to_copy: 8182)
`,
    );
    const skb = get<SkBuff>('skb2');
    expect([skb.len, skb.dataLen, skb.data.nrFrags]).toEqual([8182, 8182, 2]);
    expect([skb.data.frags[0].offset, skb.data.frags[0].size]).toEqual([10, 4086]);
    expect(get<SkBuff>('skb1').data.frags.map(({ page }) => page.refcount)).toEqual([1, 2, 2]);
    expect(skb.truesize).toBe(get<SkBuff>('skb1').truesize);
  });

  test('skb_zerocopy shares frags, and counts their bytes', () => {
    const get = after(
      profile,
      `skb1 = rx_header_split(headlen: 40, pages: 2)
skb2 = alloc_skb(size: 40)
skb_zerocopy(to: skb2, from: skb1, len: 5000)
`,
    );
    const { abi } = profile;
    const to = get<SkBuff>('skb2');
    expect([to.len, to.dataLen]).toEqual([5000, 4960]);
    expect(to.data.frags.slice(0, to.data.nrFrags).map(({ size, page }) => [size, page.refcount])).toEqual([
      [4096, 2],
      [864, 2],
    ]);
    expect(to.truesize).toBe(abi.skBuffSize + abi.sharedInfoSize + to.data.end + 4960);
  });

  test(`a search finds nothing, and meets every outcome within ${SEARCHED} commands (seed ${SEED})`, () => {
    const session = sessionOf(profile);
    const stop = whenAllAreMet(session, splice, 'splice', effort(200_000));
    const { findings } = searchModel(splice, profile, session, SEED, { commands: SEARCHED, findings: 1, stop });
    expect(findings.map(({ verdict }) => verdict.kind)).toEqual([]);
    expect(missedOutcomes(session, splice, 'splice')).toEqual([]);
  });
});

const FILE_SKB = `file1 = shmem_file_setup(pages: 1)
pipe1 = alloc_pipe_info(slots: 16)
filemap_splice_read(file: file1, pipe: pipe1, len: 4096)
skb1 = alloc_skb(size: 0)
splice_to_socket(pipe: pipe1, skb: skb1, len: 4096)
`;
const RX_SPLICE = `skb1 = rx_header_split(headlen: 40, pages: 2)
sock1 = sk_alloc()
pipe1 = alloc_pipe_info(slots: 1)
skb_splice_bits(skb: skb1, sock: sock1, pipe: pipe1, len: 8232)
`;
const ZCOPY = `skb1 = alloc_skb(size: 0)
uarg1 = ubuf_alloc(flags: dont_orphan)
skb_zcopy_set(skb: skb1, uarg: uarg1)
page1 = alloc_pages()
device_write(page: page1, len: 4096)
skb_fill_page_desc(skb: skb1, page: page1, size: 4096, truesize: 4096)
`;

/** One rule broken as a real bug broke it, and the shortest program that shows it. */
const BROKEN: readonly [bug: string, changes: Partial<Rules>, expected: string, program: string][] = [
  ['J3 splice', { spliceMarksSharedFrag: false }, 'no-shared-write', `${FILE_SKB}esp_input_decrypt(skb: skb1)\n`],
  [
    'J3 skb_try_coalesce',
    { coalesceKeepsSharedFrag: false },
    'no-shared-write',
    `${FILE_SKB}skb2 = alloc_skb(size: 0)\nskb_try_coalesce(to: skb2, from: skb1)\nesp_input_decrypt(skb: skb2)\n`,
  ],
  [
    'J3 pskb_copy',
    { pskbCopyKeepsSharedFrag: false },
    'no-shared-write',
    `${FILE_SKB}skb2 = pskb_copy(skb: skb1)\nesp_input_decrypt(skb: skb2)\n`,
  ],
  [
    'J3 skb_shift',
    { shiftKeepsSharedFrag: false },
    'no-shared-write',
    `${FILE_SKB}skb2 = alloc_skb(size: 0)
skb_shift(tgt: skb2, skb: skb1, shiftlen: 4096)
esp_input_decrypt(skb: skb2)\n`,
  ],
  [
    'J3 skb_split',
    { splitKeepsSharedFrag: false },
    'no-shared-write',
    `${FILE_SKB}skb2 = alloc_skb(size: 0)\nskb_split(skb: skb1, skb1: skb2, len: 10)\nesp_input_decrypt(skb: skb2)\n`,
  ],
  [
    'J3 pskb_carve',
    { carveKeepsSharedFrag: false },
    'no-shared-write',
    `${FILE_SKB}skb2 = pskb_extract(skb: skb1, to_copy: 4096)\nesp_input_decrypt(skb: skb2)\n`,
  ],
  [
    'J3 skb_zerocopy',
    { skbZerocopyKeepsSharedFrag: false },
    'no-shared-write',
    `${FILE_SKB.replace('splice_to', 'skb_put(skb: skb1, len: 1)\nsplice_to')}skb3 = alloc_skb(size: 0)
skb_zerocopy(to: skb3, from: skb1, len: 4097)
esp_input_decrypt(skb: skb3)\n`,
  ],
  ['splice_to_pipe, no room', { spliceToPipeReleasesRest: false }, 'page-refcount', RX_SPLICE],
  [
    'pipe_buf_release',
    { pipeReleasePutsPage: false },
    'page-refcount',
    `${RX_SPLICE}pipe_read(pipe: pipe1, len: 40)\n`,
  ],
  [
    'J5 linear_to_page',
    { linearToPageAdvances: false },
    'no-shared-write',
    `skb1 = alloc_skb(size: 40)
skb_put(skb: skb1, len: 40)
sock1 = sk_alloc()
pipe1 = alloc_pipe_info(slots: 16)
skb_splice_bits(skb: skb1, sock: sock1, pipe: pipe1, len: 20)
skb_splice_bits(skb: skb1, sock: sock1, pipe: pipe1, offset: 20, len: 20)
`,
  ],
  [
    'E1 pskb_carve',
    { carveTakesUargReference: false },
    'uarg-refcount',
    `${ZCOPY}skb2 = pskb_extract(skb: skb1, to_copy: 4096)\n`,
  ],
  [
    'pskb_carve, frags without references',
    { carveTakesPageReferences: false },
    'page-refcount',
    `skb1 = rx_header_split(pages: 1)\nskb2 = pskb_extract(skb: skb1, to_copy: 4096)\n`,
  ],
  [
    'skb_zerocopy, frags without references',
    { skbZerocopyTakesPageReferences: false },
    'page-refcount',
    `skb1 = rx_header_split(headlen: 40, pages: 1)
skb2 = alloc_skb(size: 40)
skb_zerocopy(to: skb2, from: skb1, len: 4136)\n`,
  ],
  [
    'J1 compound or cached pages are mapped',
    { zerocopyReceiveChecksPage: false },
    'no-shared-write',
    `${FILE_SKB}mm1 = tcp_mmap(pages: 1)
tcp_queue_rcv(mm: mm1, skb: skb1)
tcp_zerocopy_receive(mm: mm1, length: 4096)\n`,
  ],
  [
    'vm_insert_pages',
    { mappingTakesPageReference: false },
    'no-use-after-free',
    `skb1 = rx_header_split(pages: 1)
mm1 = tcp_mmap(pages: 1)
tcp_queue_rcv(mm: mm1, skb: skb1)
tcp_zerocopy_receive(mm: mm1, length: 4096)\n`,
  ],
  [
    'zap',
    { zapPutsPage: false },
    'page-refcount',
    `skb1 = rx_header_split(pages: 1)
mm1 = tcp_mmap(pages: 1)
tcp_queue_rcv(mm: mm1, skb: skb1)
tcp_zerocopy_receive(mm: mm1, length: 4096)
madvise_dontneed(mm: mm1, pages: 1)\n`,
  ],
];

describe('a broken rule shows at once', () => {
  const base = profileOf('linux-6.12');
  test.each(BROKEN)('%s', (_bug, changes, invariant, text) => {
    const broken = { ...base, rules: { ...base.rules, ...changes } };
    const program = programOf(base, text);
    expect(verdictOf(sessionOf(base), program)).toEqual({ kind: 'clean' });
    expect(verdictOf(sessionOf(broken), program)).toMatchObject({ kind: 'violation', invariant });
  });
});
