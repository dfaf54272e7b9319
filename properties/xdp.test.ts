// Packets before they are skbs. Numbers come from net/core/xdp.c, net/core/filter.c and include/net/xdp.h of 6.1.192
// and 6.12.117 (sizeof(struct xdp_frame) 40, sk_buff 256, skb_shared_info 320, pages of 4096), not from the model.

import { searchModel } from '../src/search/search_model';
import type { Scenario } from '../src/generate/scenario';
import { findScenario } from '../src/generate/scenarios/registry';
import type { PagePool } from '../src/model/structs/page_pool';
import type { SkBuff } from '../src/model/structs/sk_buff';
import { PROFILES } from '../src/rules/profiles';
import type { Rules } from '../src/rules/rules';
import { sessionOf } from './support/model';
import { unseen } from './support/unseen';
import { WalkThrough } from './support/walk_through';
import type { XdpBuff } from '../src/model/structs/xdp_buff';
import type { XdpFrame } from '../src/model/structs/xdp_frame';

const SEED = 184467;
const SEARCHED = 600_000;

const QUEUE = `pool1 = page_pool_create(pool_size: 16)
rxq1 = xdp_rxq_info_reg()
xdp_rxq_info_reg_mem_model(rxq: rxq1, type: page_pool, pool: pool1)
page1 = page_pool_alloc_pages(pool: pool1)
device_write(page: page1, len: 4096)
`;
const PACKET = `${QUEUE}xdp1 = xdp_prepare_buff(rxq: rxq1, page: page1, len: 1000)
`;
const JUMBO = `${PACKET}page2 = page_pool_alloc_pages(pool: pool1)
device_write(page: page2, len: 4096)
xdp_buff_add_frag(xdp: xdp1, page: page2, size: 2000)
page3 = page_pool_alloc_pages(pool: pool1)
device_write(page: page3, len: 4096)
xdp_buff_add_frag(xdp: xdp1, page: page3, size: 500)
`;
const LINEAR_TRUESIZE = 4096 + 256;
const ETH_HLEN = 14;

const last = <T>(list: readonly T[]): T => list[list.length - 1];

describe.each(['linux-6.1', 'linux-6.12'])('%s', (profile) => {
  test('an skb from a frame is charged the frame and the sk_buff, and has lost its Ethernet header', () => {
    const run = new WalkThrough(
      profile,
      `${PACKET}frame1 = xdp_convert_buff_to_frame(xdp: xdp1)\nskb1 = xdp_build_skb_from_frame(frame: frame1)`,
    );
    const skb = run.object<SkBuff>('skb1');
    expect([skb.truesize, skb.len, skb.dataOffset, skb.data.end]).toEqual([
      LINEAR_TRUESIZE,
      1000 - ETH_HLEN,
      256 + ETH_HLEN,
      4096 - 320,
    ]);
    expect(run.broken).toBeNull();
  });

  test('each frag of a jumbo frame is charged a whole frame', () => {
    const run = new WalkThrough(
      profile,
      `${JUMBO}frame1 = xdp_convert_buff_to_frame(xdp: xdp1)\nskb1 = xdp_build_skb_from_frame(frame: frame1)`,
    );
    const skb = run.object<SkBuff>('skb1');
    expect([skb.truesize, skb.len, skb.dataLen, skb.data.nrFrags]).toEqual([
      LINEAR_TRUESIZE + 2 * 4096,
      3500 - ETH_HLEN,
      2500,
      2,
    ]);
    expect(run.broken).toBeNull();
  });

  test('a program that cuts off the last frag returns its page at once, to the ring and not to the cache', () => {
    const run = new WalkThrough(profile, `${JUMBO}bpf_xdp_adjust_tail(xdp: xdp1, offset: -600, context: napi)`);
    const pool = run.object<PagePool>('pool1');
    const xdp = run.object<XdpBuff>('xdp1');
    expect([xdp.sinfo.nrFrags, xdp.sinfo.xdpFragsSize, xdp.flags]).toEqual([1, 1900, 1]);
    expect(pool.ring.length + (pool.cache.length - 61)).toBe(1);
  });

  test('cutting off all frags leaves a linear packet', () => {
    const run = new WalkThrough(profile, `${JUMBO}bpf_xdp_adjust_tail(xdp: xdp1, offset: -2600)`);
    const xdp = run.object<XdpBuff>('xdp1');
    expect([xdp.sinfo.nrFrags, xdp.flags, xdp.dataEnd - xdp.data]).toEqual([0, 0, 900]);
    expect(run.object<PagePool>('pool1').ring.length).toBe(2);
  });

  test.each([
    [39, 'no_headroom'],
    [40, 'ok'],
  ])('a packet with %d bytes of headroom becomes a frame: %s', (headroom, outcome) => {
    const run = new WalkThrough(
      profile,
      `${QUEUE}xdp1 = xdp_prepare_buff(rxq: rxq1, page: page1, headroom: ${headroom}, len: 100)
frame1 = xdp_convert_buff_to_frame(xdp: xdp1)`,
    );
    expect(last(run.outcomes)).toBe(outcome);
    expect(run.has('xdp1')).toBe(outcome !== 'ok');
  });

  test('programs may not write where struct xdp_frame will lie', () => {
    const run = new WalkThrough(
      profile,
      `${PACKET}bpf_xdp_adjust_meta(xdp: xdp1, offset: -16)
bpf_xdp_adjust_head(xdp: xdp1, offset: -201)
bpf_xdp_adjust_head(xdp: xdp1, offset: -200)
frame1 = xdp_convert_buff_to_frame(xdp: xdp1)`,
    );
    expect(run.outcomes.slice(-4)).toEqual(['ok', 'einval', 'ok', 'ok']);
    const frame = run.object<XdpFrame>('frame1');
    expect([frame.headroom, frame.metasize, frame.len]).toEqual([16, 16, 1200]);
    expect(run.broken).toBeNull();
  });

  test('the tail ends where skb_shared_info begins', () => {
    const room = 4096 - 320 - 256 - 1000;
    const run = new WalkThrough(
      profile,
      `${PACKET}bpf_xdp_adjust_tail(xdp: xdp1, offset: ${room + 1})\nbpf_xdp_adjust_tail(xdp: xdp1, offset: ${room})`,
    );
    expect(run.returned.slice(-2)).toEqual([-22, 0]);
  });

  test('the last frag grows within its buffer, and only where the queue has its size', () => {
    const grow = (fragSize: number, offset: number): string =>
      last(
        new WalkThrough(
          profile,
          JUMBO.replace('xdp_rxq_info_reg()', `xdp_rxq_info_reg(frag_size: ${fragSize})`) +
            `bpf_xdp_adjust_tail(xdp: xdp1, offset: ${offset})`,
        ).outcomes,
      );
    expect([grow(0, 1), grow(4096, 3596), grow(4096, 3597), grow(2048, 1548), grow(2048, 1549)]).toEqual([
      ...['eopnotsupp', 'ok', 'einval', 'ok', 'einval'],
    ]);
  });

  test('dropped in its NAPI the page goes to the cache; returned from elsewhere, to the ring', () => {
    const dropped = new WalkThrough(
      profile,
      `${PACKET}frame1 = bpf_prog_run_xdp(xdp: xdp1, verdict: drop, context: napi)`,
    );
    expect(dropped.object<PagePool>('pool1').cache.length).toBe(64);
    const returned = new WalkThrough(
      profile,
      `${PACKET}frame1 = xdp_convert_buff_to_frame(xdp: xdp1)\nxdp_return_frame(frame: frame1)`,
    );
    expect(returned.object<PagePool>('pool1').ring.length).toBe(1);
  });

  test('user memory is copied into a page of the kernel, and its chunk can be received into again', () => {
    const run = new WalkThrough(
      profile,
      `rxq1 = xdp_rxq_info_reg()
xdp_rxq_info_reg_mem_model(rxq: rxq1, type: xsk_buff_pool)
xdp1 = xsk_buff_alloc(rxq: rxq1, len: 100)
xdp2 = xsk_buff_alloc(rxq: rxq1, len: 100)
xdp3 = xsk_buff_alloc(rxq: rxq1, len: 100)
bpf_xdp_adjust_meta(xdp: xdp2, offset: -8)
frame1 = xdp_convert_buff_to_frame(xdp: xdp2)
xdp4 = xsk_buff_alloc(rxq: rxq1, len: 3737)
frame2 = xdp_convert_buff_to_frame(xdp: xdp4)`,
    );
    expect(run.outcomes.slice(4)).toEqual(['empty', 'ok', 'ok', 'ok', 'too_long']);
    const frame = run.object<XdpFrame>('frame1');
    expect([frame.data, frame.headroom, frame.metasize, frame.frameSz, frame.len]).toEqual([48, 8, 8, 4096, 100]);
  });

  test('an invalid memory model is refused', () => {
    const refused = (rest: string): number =>
      last(
        new WalkThrough(profile, `rxq1 = xdp_rxq_info_reg()\nxdp_rxq_info_reg_mem_model(rxq: rxq1, ${rest})`).returned,
      );
    expect([refused('type: page_pool'), refused('type: unknown'), refused('type: page_order0')]).toEqual([-22, -95, 0]);
  });

  test('option B charges the buffer that its frag pins, and charges a copied packet its head alone', () => {
    const run = new WalkThrough(
      profile,
      `${PACKET}skb1 = xdp_buff_copy_headers(xdp: xdp1, headers: 1000)
skb2 = xdp_buff_copy_headers(xdp: xdp1, headers: 128)`,
    );
    expect(run.outcomes.slice(-2)).toEqual(['copied', 'frag']);
    const [copied, frag] = [run.object<SkBuff>('skb1'), run.object<SkBuff>('skb2')];
    expect([copied.dataLen, frag.dataLen, frag.len]).toEqual([0, 872, 1000]);
    expect(frag.truesize - 256 - 320 - frag.data.end).toBe(4096);
    expect(run.broken).toBeNull();
  });

  test('a compound page that was mapped once and is cut up is unmapped once', () => {
    const run = new WalkThrough(
      profile,
      `device1 = device_add()
rxq1 = xdp_rxq_info_reg()
page1 = alloc_pages(order: 3)
mapping1 = dma_map_page(device: device1, page: page1)
page2 = page_split(page: page1, size: 2048)
page3 = page_split(page: page1, size: 2048)
device_write(page: page2, len: 2048)
device_write(page: page3, len: 2048)
dma_unmap_page(mapping: mapping1)
xdp1 = xdp_prepare_buff(rxq: rxq1, page: page2, frame_sz: 2048, len: 1400)
xdp2 = xdp_prepare_buff(rxq: rxq1, page: page3, frame_sz: 2048, len: 1400)
skb1 = xdp_buff_build_skb(xdp: xdp1)
xdp_return_buff(xdp: xdp2, context: softirq)`,
    );
    expect(run.outcomes).not.toContain('skipped');
    expect(run.object<SkBuff>('skb1').truesize).toBe(2048 + 256);
    expect(run.object<{ page: { refcount: number } } & PagePool>('page1').page.refcount).toBe(2);
    expect(run.broken).toBeNull();
  });
});

test('6.1 takes the page out of its pool, 6.12 marks the skb', () => {
  const text = `${PACKET}frame1 = xdp_convert_buff_to_frame(xdp: xdp1)\nskb1 = xdp_build_skb_from_frame(frame: frame1)`;
  const facts = ['linux-6.1', 'linux-6.12'].map((profile) => {
    const run = new WalkThrough(profile, text);
    return [run.object<PagePool>('pool1').releaseCnt, run.object<SkBuff>('skb1').ppRecycle];
  });
  expect(facts).toEqual([
    [1, false],
    [0, true],
  ]);
});

test('metadata may be 32 bytes long in 6.1, and up to the largest value of its byte in 6.12', () => {
  const outcomes = (profile: string): string[] =>
    [-32, -36, -204].map((offset) =>
      last(new WalkThrough(profile, `${PACKET}bpf_xdp_adjust_meta(xdp: xdp1, offset: ${offset})`).outcomes),
    );
  expect(outcomes('linux-6.1')).toEqual(['ok', 'eacces', 'eacces']);
  expect(outcomes('linux-6.12')).toEqual(['ok', 'ok', 'ok']);
});

test('a reader of a shared page keeps the driver from writing to it', () => {
  const run = new WalkThrough(
    'linux-6.12',
    `${PACKET}page9 = bpf_phys_dev_shared(xdp: xdp1)
bpf_phys_dev_modified(xdp: xdp1, len: 10)
skb1 = xdp_buff_build_skb(xdp: xdp1)
skb2 = xdp_buff_copy_headers(xdp: xdp1, headers: 64)`,
  );
  expect(run.outcomes.slice(-3)).toEqual(['refused_read_only', 'skipped', 'frag']);
});

/** A broken rule, a program, and the invariant that fails. */
const BROKEN: readonly (readonly [name: string, rules: Partial<Rules>, program: string, broken: RegExp])[] = [
  [
    'returns that forget the frags',
    { xdpReturnIncludesFrags: false },
    `${JUMBO}xdp_return_buff(xdp: xdp1, context: napi)`,
    /^(page|pool)-refcount|^pool-inflight/,
  ],
  [
    'frags that were cut off are still in nr_frags',
    { adjustTailForgetsReturnedFrags: false },
    `${JUMBO}bpf_xdp_adjust_tail(xdp: xdp1, offset: -500)`,
    /^(recycled-is-exclusive|page-refcount|pool-refcount|geometry)/,
  ],
  [
    'a frame without room for its struct',
    { xdpConvertChecksHeadroom: false },
    `${QUEUE}xdp1 = xdp_prepare_buff(rxq: rxq1, page: page1, headroom: 16, len: 100)
frame1 = xdp_convert_buff_to_frame(xdp: xdp1)`,
    /^(geometry|bytes)/,
  ],
  [
    'skb_shared_info behind the packet, as in 2017: truesize',
    { frameSkbSize: 'guessed' },
    `${PACKET}frame1 = xdp_convert_buff_to_frame(xdp: xdp1)\nskb1 = xdp_build_skb_from_frame(frame: frame1)`,
    /^truesize/,
  ],
  [
    'skb_shared_info behind the packet, as in 2017: it spills',
    { frameSkbSize: 'guessed' },
    `${PACKET}bpf_xdp_adjust_tail(xdp: xdp1, offset: 2520)
frame1 = xdp_convert_buff_to_frame(xdp: xdp1)
skb1 = xdp_build_skb_from_frame(frame: frame1)`,
    /^(geometry|truesize)/,
  ],
  [
    'pool pages in an skb that is not marked',
    { frameSkbIsMarked: false },
    `${PACKET}frame1 = xdp_convert_buff_to_frame(xdp: xdp1)\nskb1 = xdp_build_skb_from_frame(frame: frame1)`,
    /^(pool-refcount|page-refcount|pool-inflight)/,
  ],
  [
    'a frame of user memory that forgets its metadata in the headroom',
    { zcFrameHeadroomCountsMeta: false },
    `rxq1 = xdp_rxq_info_reg()
xdp_rxq_info_reg_mem_model(rxq: rxq1, type: xsk_buff_pool)
xdp1 = xsk_buff_alloc(rxq: rxq1, len: 100)
bpf_xdp_adjust_meta(xdp: xdp1, offset: -8)
frame1 = xdp_convert_buff_to_frame(xdp: xdp1)`,
    /^geometry/,
  ],
  [
    'a frame of user memory without room for skb_shared_info',
    { zcFrameLimitReservesSharedInfo: false },
    `rxq1 = xdp_rxq_info_reg()
xdp_rxq_info_reg_mem_model(rxq: rxq1, type: xsk_buff_pool)
xdp1 = xsk_buff_alloc(rxq: rxq1, len: 3800)
frame1 = xdp_convert_buff_to_frame(xdp: xdp1)`,
    /^geometry/,
  ],
  [
    'a clone without room for skb_shared_info',
    { xdpfCloneReservesSharedInfo: false },
    `rxq1 = xdp_rxq_info_reg()
page1 = alloc_pages(order: 1)
device_write(page: page1, len: 8192)
xdp1 = xdp_prepare_buff(rxq: rxq1, page: page1, frame_sz: 8192, len: 3800)
frame1 = xdp_convert_buff_to_frame(xdp: xdp1)
frame2 = xdpf_clone(frame: frame1)`,
    /^geometry/,
  ],
  [
    'a frag that grows out of its buffer',
    { adjustTailChecksFragRoom: false },
    JUMBO.replace('xdp_rxq_info_reg()', 'xdp_rxq_info_reg(frag_size: 2048)') +
      'bpf_xdp_adjust_tail(xdp: xdp1, offset: 1549)',
    /^geometry/,
  ],
  [
    'a bulk that mixes pools',
    { bulkFlushesOnOtherMemId: false },
    `${PACKET}frame1 = xdp_convert_buff_to_frame(xdp: xdp1)
pool2 = page_pool_create(pool_size: 16)
rxq2 = xdp_rxq_info_reg()
xdp_rxq_info_reg_mem_model(rxq: rxq2, type: page_pool, pool: pool2)
page2 = page_pool_alloc_pages(pool: pool2)
device_write(page: page2, len: 4096)
xdp2 = xdp_prepare_buff(rxq: rxq2, page: page2, len: 1000)
frame2 = xdp_convert_buff_to_frame(xdp: xdp2)
xdp_return_frame_bulk(frame: frame1, frame2: frame2)`,
    /^returns-to-its-pool/,
  ],
];

test.each(BROKEN)('%s: an invariant fails', (_name, rules, program, broken) => {
  expect(new WalkThrough('linux-6.12', program).broken).toBeNull();
  expect(new WalkThrough('linux-6.12', program, rules).broken).toMatch(broken);
});

describe.each(PROFILES)('the search on $name', (profile) => {
  test.each(['xdp', 'xdp-2016'])('%s finds nothing in a correct model', (name) => {
    const session = sessionOf(profile);
    const found = searchModel(findScenario(name) as Scenario, profile, session, SEED, {
      commands: 60_000,
      findings: 1,
      stop: () => false,
    });
    expect(found.findings).toEqual([]);
  });

  test('every command of xdp meets each of its outcomes', () => {
    expect(unseen(findScenario('xdp-2016') as Scenario, profile, 'xdp', SEARCHED)).toEqual([]);
  });
});
