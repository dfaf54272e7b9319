// Packets on their way to another CPU. Numbers come from kernel/bpf/cpumap.c and include/linux/ptr_ring.h of 6.1.192
// and 6.12.117 (CPU_MAP_BULK_SIZE 8, CPUMAP_BATCH 8), not from the model.

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
import type { CpuMapEntry } from '../src/model/structs/cpu_map_entry';

const SEED = 184467;
const SEARCHED = 1_500_000;
const TRUESIZE = 4096 + 256;

/** A cpumap, and `count` packets of 1000 bytes in its bulk queue. */
function redirected(count: number, qsize: number, prog = 'none'): string {
  const lines = [
    `cpumap1 = cpu_map_update_elem(qsize: ${qsize}, prog: ${prog})`,
    ...['pool1 = page_pool_create(pool_size: 64)', 'rxq1 = xdp_rxq_info_reg()'],
    'xdp_rxq_info_reg_mem_model(rxq: rxq1, type: page_pool, pool: pool1)',
  ];
  for (let i = 1; i <= count; i++) {
    lines.push(`page${i} = page_pool_alloc_pages(pool: pool1)`);
    lines.push(`device_write(page: page${i}, len: 4096)`);
    lines.push(`xdp${i} = xdp_prepare_buff(rxq: rxq1, page: page${i}, len: 1000)`);
    lines.push(`xdp_do_redirect(xdp: xdp${i}, cpumap: cpumap1, context: napi)`);
  }
  return `${lines.join('\n')}\n`;
}

const FLUSH = 'xdp_do_flush(context: napi)\n';
const RUN = 'cpu_map_kthread_run(cpumap: cpumap1)\n';
const outcomesOf = (run: WalkThrough, outcome: string): number =>
  run.outcomes.filter((other) => other === outcome).length;

describe.each(['linux-6.1', 'linux-6.12'])('%s', (profile) => {
  test('eight frames wait in the bulk queue, the ninth flushes them', () => {
    const run = new WalkThrough(profile, redirected(9, 32));
    const entry = run.object<CpuMapEntry>('cpumap1');
    expect([entry.bulk.length, entry.ring.items.length, outcomesOf(run, 'flushed')]).toEqual([1, 8, 1]);
  });

  test('frames that find the ring full return directly to the cache of their pool', () => {
    const run = new WalkThrough(profile, `${redirected(5, 2)}${FLUSH}`);
    const entry = run.object<CpuMapEntry>('cpumap1');
    expect([entry.ring.items.length, run.object<PagePool>('pool1').cache.length]).toEqual([2, 64 - 5 + 3]);
    expect(run.broken).toBeNull();
  });

  test('the remote CPU builds an skb in every frame', () => {
    const run = new WalkThrough(profile, `${redirected(3, 8)}${FLUSH}${RUN}skb1 = cpu_map_received(cpumap: cpumap1)`);
    const skb = run.object<SkBuff>('skb1');
    expect([skb.len, skb.truesize, run.object<CpuMapEntry>('cpumap1').received.length]).toEqual([986, TRUESIZE, 2]);
    expect(run.broken).toBeNull();
  });

  test('without sk_buffs a batch of eight returns to its pool, and the next is built', () => {
    const run = new WalkThrough(profile, `${redirected(9, 32)}${FLUSH}cpu_map_kthread_run(cpumap: cpumap1, fail: 1)`);
    expect(run.object<CpuMapEntry>('cpumap1').received.length).toBe(1);
    expect(run.object<PagePool>('pool1').ring.length).toBe(8);
    expect(run.broken).toBeNull();
  });

  test.each([
    ['drop', 0, 0],
    ['aborted', 0, 0],
    ['tx', 0, 0],
    ['pass', 1, 986],
    ['pull', 1, 982],
    ['trim', 1, 982],
  ])('the program %s on the remote CPU lets %d packet through', (prog, count, len) => {
    const run = new WalkThrough(profile, `${redirected(1, 8, prog)}${FLUSH}${RUN}`);
    const { received } = run.object<CpuMapEntry>('cpumap1');
    expect(received.map((skb) => skb.len)).toEqual(Array.from({ length: count }, () => len));
    expect(run.broken).toBeNull();
  });

  test('skbs of generic XDP share the ring, and come first in their batch', () => {
    const run = new WalkThrough(
      profile,
      `${redirected(1, 2)}${FLUSH}skb1 = alloc_skb(size: 100)
skb2 = alloc_skb(size: 100)
cpu_map_generic_redirect(cpumap: cpumap1, skb: skb1)
cpu_map_generic_redirect(cpumap: cpumap1, skb: skb2)
${RUN}`,
    );
    expect(run.outcomes.slice(-3)).toEqual(['ok', 'enospc', 'received']);
    expect(run.object<CpuMapEntry>('cpumap1').received.map((skb) => skb.len)).toEqual([0, 986]);
  });

  test('a program drops the first skb of a batch only: those behind it go up unseen', () => {
    const skbs = [1, 2, 3].map(
      (i) => `skb${i} = alloc_skb(size: 100)\ncpu_map_generic_redirect(cpumap: cpumap1, skb: skb${i})\n`,
    );
    const run = new WalkThrough(profile, `cpumap1 = cpu_map_update_elem(qsize: 8, prog: drop)\n${skbs.join('')}${RUN}`);
    expect(run.object<CpuMapEntry>('cpumap1').received.length).toBe(2);
  });

  test('deleting an entry with a filled ring delivers everything first, and leaves nothing', () => {
    const run = new WalkThrough(
      profile,
      `${redirected(3, 8)}${FLUSH}skb1 = alloc_skb(size: 100)
cpu_map_generic_redirect(cpumap: cpumap1, skb: skb1)
cpu_map_delete_elem(cpumap: cpumap1)`,
    );
    expect(run.outcomes[run.outcomes.length - 1]).toBe('drained');
    expect([run.world.skbs.length, run.world.systems.frames.length]).toEqual([0, 0]);
    expect(run.broken).toBeNull();
  });

  test('a queue stays until its poll is over', () => {
    const run = new WalkThrough(
      profile,
      `${redirected(1, 8)}xdp_rxq_info_unreg(rxq: rxq1)\n${FLUSH}xdp_rxq_info_unreg(rxq: rxq1)`,
    );
    expect([run.outcomes[run.outcomes.length - 3], run.outcomes[run.outcomes.length - 1]]).toEqual(['skipped', 'ok']);
  });

  test('in the receive hook of the reply the driver frees a frame that it cannot build', () => {
    const run = new WalkThrough(
      profile,
      `${redirected(2, 8)}${FLUSH}skb1 = ndo_xdp_rx(cpumap: cpumap1, fail: 1)\nskb2 = ndo_xdp_rx(cpumap: cpumap1)`,
    );
    expect(run.outcomes.slice(-2)).toEqual(['enomem', 'ok']);
    expect(run.object<SkBuff>('skb2').truesize).toBe(TRUESIZE);
    expect(run.object<PagePool>('pool1').ring.length).toBe(1);
  });
});

const BROKEN: readonly (readonly [name: string, rules: Partial<Rules>, program: string, broken: RegExp])[] = [
  [
    'frames that the full ring refused are forgotten',
    { cpumapReturnsDropped: false },
    `${redirected(3, 2)}${FLUSH}`,
    /^(pool|page)-refcount|^pool-inflight/,
  ],
  [
    'the thread stops before it ran, and the clean-up takes skbs for frames',
    { cpumapStopDrainsRing: false, cpumapCleanupKnowsSkbs: false },
    `cpumap1 = cpu_map_update_elem(qsize: 4)
skb1 = alloc_skb(size: 100)
cpu_map_generic_redirect(cpumap: cpumap1, skb: skb1)
cpu_map_delete_elem(cpumap: cpumap1)`,
    /^no-double-free/,
  ],
  [
    'truesize guessed from the length, as in 2017',
    { frameSkbSize: 'guessed' },
    `${redirected(1, 8)}${FLUSH}${RUN}`,
    /^truesize/,
  ],
];

test.each(BROKEN)('%s: an invariant fails', (_name, rules, program, broken) => {
  expect(new WalkThrough('linux-6.12', program).broken).toBeNull();
  expect(new WalkThrough('linux-6.12', program, rules).broken).toMatch(broken);
});

describe.each(PROFILES)('the search on $name', (profile) => {
  test.each(['cpumap', 'cpumap-2017'])('%s finds nothing in a correct model', (name) => {
    const session = sessionOf(profile);
    const found = searchModel(findScenario(name) as Scenario, profile, session, SEED, {
      commands: 60_000,
      findings: 1,
      stop: () => false,
    });
    expect(found.findings).toEqual([]);
  });

  test('every command of cpumap meets each of its outcomes', () => {
    expect(unseen(findScenario('cpumap-2017') as Scenario, profile, 'cpumap', SEARCHED)).toEqual([]);
  });
});
