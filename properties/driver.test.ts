// The receive side of a driver like mvneta. Numbers are computed by hand from drivers/net/ethernet/marvell/mvneta.c of
// 6.12 (Marvell header 2 bytes, FCS 4, headroom 256, buffers of 4096 - 320 - 256 = 3520 bytes) and net/core/page_pool.c
// (64 pages at a time).

import type { Device } from '../src/model/structs/device';
import type { PagePool } from '../src/model/structs/page_pool';
import type { SkBuff } from '../src/model/structs/sk_buff';
import { WalkThrough } from './support/walk_through';
import type { MvnetaPort } from '../src/model/structs/mvneta_port';

const PORT = `device1 = device_add()
port1 = mvneta_probe(device: device1, ring: 8, txq: 16)
`;
const OPEN = 'pool1 = mvneta_open(port: port1)\n';
const RUNNING = `${PORT}${OPEN}`;
const JUMBO = `${PORT}mvneta_change_mtu(port: port1, mtu: 9000)\n${OPEN}`;
const NEXT = 'skb1 = mvneta_rx_next(port: port1)\n';
const receive = (len: number, rest = ''): string => `mvneta_receive(port: port1, len: ${len}${rest})\n`;
const poll = (rest = ''): string => `mvneta_poll(port: port1${rest})\n`;
const withProgram = (prog: string, mtu = 1500): string =>
  `${PORT}mvneta_change_mtu(port: port1, mtu: ${mtu})\npool9 = mvneta_xdp_setup(port: port1, prog: ${prog})\n${OPEN}`;

const SK_BUFF = 256;
const PAGE = 4096;
const BULK = 64;
const RING = 8;

/** Runs a program; every invariant must hold, and every call must be legal. */
function clean(profile: string, text: string): WalkThrough {
  const run = new WalkThrough(profile, text);
  expect([run.broken, run.outcomes.filter((outcome) => outcome === 'skipped')]).toEqual([null, []]);
  return run;
}

const portOf = (run: WalkThrough, name = 'port1'): MvnetaPort => run.object<MvnetaPort>(name);
const poolOf = (run: WalkThrough): PagePool => run.object<PagePool>('pool1');
const last = <T>(list: readonly T[]): T => list[list.length - 1];

describe.each(['linux-6.1', 'linux-6.12'])('%s', (profile) => {
  test('a new ring takes 8 of the 64 pages that its pool allocates, maps and gives to the device', () => {
    const run = clean(profile, RUNNING);
    const device = run.object<Device>('device1');
    expect([poolOf(run).cache.length, poolOf(run).holdCnt]).toEqual([BULK - RING, BULK]);
    expect([device.maps, device.syncsForDevice, device.syncsForCpu]).toEqual([BULK, BULK, 0]);
    expect([portOf(run).nonOccupied, portOf(run).occupied]).toEqual([RING, 0]);
  });

  test('a frame uses one descriptor, which the poll refills from the cache', () => {
    const received = clean(profile, RUNNING + receive(1000));
    expect([portOf(received).nonOccupied, portOf(received).occupied]).toEqual([RING - 1, 1]);
    const polled = clean(profile, RUNNING + receive(1000) + poll());
    const { nonOccupied, occupied, nextDesc, firstToRefill, refillNum } = portOf(polled);
    expect([nonOccupied, occupied, nextDesc, firstToRefill, refillNum]).toEqual([RING, 0, 1, 1, 0]);
    expect(poolOf(polled).cache.length).toBe(BULK - RING - 1);
  });

  test('a full ring accepts no more frames, and a frame longer than the MRU is refused', () => {
    const run = clean(profile, RUNNING + receive(60, ', count: 9') + receive(60) + receive(1519) + receive(60));
    expect([run.outcomes.slice(-4), run.returned.slice(-4)]).toEqual([
      ['ok', 'no_descriptors', 'too_long', 'no_descriptors'],
      [8, 0, 0, 0],
    ]);
  });

  test('PASS: build_skb in the page, behind headroom, Marvell header and Ethernet header; marked for recycling', () => {
    const run = clean(profile, RUNNING + receive(1000) + poll() + NEXT);
    const skb = run.object<SkBuff>('skb1');
    expect([skb.len, skb.dataLen, skb.dataOffset, skb.data.end]).toEqual([986, 0, 256 + 2 + 14, PAGE - 320]);
    expect([skb.truesize, skb.ppRecycle, skb.headFrag]).toEqual([PAGE + SK_BUFF, true, true]);
    expect([poolOf(run).releaseCnt, run.object<Device>('device1').unmaps]).toEqual([0, 0]);
  });

  test('the page of a delivered skb returns to the ring of its pool', () => {
    const run = clean(profile, `${RUNNING}${receive(1000)}${poll()}${NEXT}kfree_skb(skb: skb1)\n`);
    expect([poolOf(run).ring.length, poolOf(run).releaseCnt]).toEqual([1, 0]);
  });

  test('a jumbo frame of 9014 bytes is 3518 bytes of head and frags of 3520 and 1976; each page is charged', () => {
    const run = clean(profile, JUMBO + receive(9014) + poll() + NEXT);
    const skb = run.object<SkBuff>('skb1');
    expect(skb.data.frags.slice(0, skb.data.nrFrags).map(({ offset, size }) => [offset, size])).toEqual([
      [256, 3520],
      [256, 1976],
    ]);
    expect([skb.len, skb.dataLen, skb.truesize]).toEqual([9014 - 14, 3520 + 1976, SK_BUFF + 3 * PAGE]);
    expect(poolOf(run).cache.length).toBe(BULK - RING - 3);
  });

  // A frame and its headers fill a buffer with 3518 bytes; the rest of the FCS lies in the next.
  test.each([
    [3514, 3514, 0, 1],
    [3515, 3518, 0, 2],
    [3518, 3518, 0, 2],
    [3519, 3519, 1, 2],
  ])('of a frame of %d bytes %d are delivered, in %d frags, from %d buffers', (len, bytes, frags, buffers) => {
    const run = clean(profile, JUMBO + receive(len) + poll() + NEXT);
    const skb = run.object<SkBuff>('skb1');
    expect([skb.len + 14, skb.data.nrFrags, portOf(run).nextDesc]).toEqual([bytes, frags, buffers]);
    // A buffer with only FCS bytes was put to the cache, and went from there to the ring again.
    expect(poolOf(run).cache.length).toBe(BULK - RING - 1 - frags);
  });

  test('a budget that ends within a frame loses the frame, and the next poll drops the rest of it', () => {
    const text = JUMBO + receive(9014) + poll(', budget: 2');
    const first = clean(profile, text);
    expect([portOf(first).occupied, portOf(first).delivered.length, poolOf(first).cache.length]).toEqual([
      ...[1, 0, BULK - RING],
    ]);
    const both = clean(profile, text + poll());
    expect([both.outcomes.slice(-2), portOf(both).nonOccupied, poolOf(both).cache.length]).toEqual([
      ...[['broken', 'idle'], RING, BULK - RING],
    ]);
    expect([portOf(both).stats.rxPackets, portOf(both).stats.rxDropped]).toEqual([0, 0]);
  });

  test('a frame with an error leaves its first buffer in place, and the others return', () => {
    const run = clean(profile, JUMBO + receive(9014, ', error: 1') + poll());
    expect([last(run.outcomes), portOf(run).nonOccupied, poolOf(run).cache.length]).toEqual([
      ...['broken', RING, BULK - RING],
    ]);
    // The buffer that stayed was not synced: the driver did not read it. The others were put whole, unread.
    expect(run.object<Device>('device1').syncsForCpu).toBe(0);
  });

  test('without a program the counters agree with the skbs; with one they count the Marvell header too', () => {
    const passed = portOf(clean(profile, RUNNING + receive(1000) + poll())).stats;
    expect([passed.rxPackets, passed.rxBytes, passed.xdpPass]).toEqual([1, 1000, 0]);
    const dropped = portOf(clean(profile, withProgram('plain') + receive(1000) + poll(', verdict: drop'))).stats;
    expect([dropped.rxPackets, dropped.rxBytes, dropped.xdpDrop]).toEqual([1, 1002, 1]);
  });

  test('DROP puts the page directly into the cache, and syncs for the device what was synced for the CPU', () => {
    const run = clean(profile, withProgram('plain') + receive(1000) + poll(', verdict: drop'));
    const device = run.object<Device>('device1');
    expect([poolOf(run).cache.length, poolOf(run).ring.length]).toEqual([BULK - RING, 0]);
    expect([device.syncsForCpu, device.syncsForDevice, device.maps]).toEqual([1, BULK + 1, BULK]);
  });

  test('DROP of a jumbo frame puts its frags too', () => {
    const run = clean(profile, withProgram('frags', 9000) + receive(9014) + poll(', verdict: aborted'));
    expect([poolOf(run).cache.length, portOf(run).stats.xdpDrop]).toEqual([BULK - RING, 1]);
  });

  test('a program that moves head and tail and passes: the skb has the bytes that it left', () => {
    const run = clean(profile, withProgram('plain') + receive(1000) + poll(', head: 20, tail: 100') + NEXT);
    const skb = run.object<SkBuff>('skb1');
    expect([skb.len, skb.dataOffset, skb.truesize]).toEqual([1000 - 20 - 100 - 14, 256 + 2 + 20 + 14, PAGE + SK_BUFF]);
  });

  test('a program that cuts off the last frag of a jumbo frame: its page returns, and the skb keeps the others', () => {
    const run = clean(profile, withProgram('frags', 9000) + receive(9014) + poll(', tail: 1976') + NEXT);
    const skb = run.object<SkBuff>('skb1');
    expect([skb.data.nrFrags, skb.len, skb.truesize]).toEqual([1, 9014 - 1976 - 14, SK_BUFF + 2 * PAGE]);
    // bpf_xdp_adjust_tail returns it without napi_direct: to the ring, not to the cache.
    expect([poolOf(run).cache.length, poolOf(run).ring.length]).toEqual([BULK - RING - 3, 1]);
  });

  test('without memory for an sk_buff the frame is dropped, and its pages return to the cache', () => {
    const run = clean(profile, `${JUMBO}${receive(9014)}mvneta_poll(port: port1, fail: 1)\n`);
    const { stats, delivered } = portOf(run);
    expect([last(run.outcomes), stats.skbAllocError, stats.rxDropped, delivered.length]).toEqual([
      ...['skb_enomem', 1, 1, 0],
    ]);
    expect(poolOf(run).cache.length).toBe(BULK - RING);
  });

  test('a ring that cannot be refilled stays short, and the next poll fills it', () => {
    // 32 pages wait in the ring, 32 are delivered: the pool has none left.
    const drained = `${PORT.replace('ring: 8', 'ring: 32')}${OPEN}${receive(60, ', count: 32')}${poll()}${receive(60)}`;
    const short = clean(profile, `${drained}mvneta_poll(port: port1, fail: 2)\n`);
    expect([last(short.outcomes), portOf(short).nonOccupied, portOf(short).refillNum]).toEqual([
      ...['refill_enomem', 31, 1],
    ]);
    expect(portOf(short).stats.refillError).toBe(1);
    const filled = clean(profile, `${drained}mvneta_poll(port: port1, fail: 2)\n${poll()}`);
    expect([portOf(filled).nonOccupied, portOf(filled).refillNum, poolOf(filled).holdCnt]).toEqual([32, 0, 2 * BULK]);
  });

  test('a ring whose queue has no memory model leaves nothing behind; without pages the ring is empty', () => {
    const outcomes = [1, 2].map((n) => {
      const run = clean(profile, `${PORT}pool1 = mvneta_open(port: port1, fail: ${n})\n`);
      const { pools, systems } = run.world;
      return [last(run.outcomes), portOf(run).running, pools.length, systems.rxqs.length, portOf(run).nonOccupied];
    });
    expect(outcomes).toEqual([
      ['enomem', false, 0, 0, 0],
      ['short_fill', true, 1, 1, 0],
    ]);
  });

  test('a page that cannot be mapped is lost to the ring', () => {
    const run = clean(profile, `${PORT}pool1 = mvneta_open(port: port1, fail: 3)\n`);
    expect([last(run.outcomes), poolOf(run).holdCnt, portOf(run).nonOccupied]).toEqual(['ok', BULK - 1, RING]);
  });
});

test('6.1, the old way: PASS takes every page out of the pool and unmaps it; it never returns', () => {
  const text = `${JUMBO.replace('txq: 16', 'txq: 16, pass: release')}${receive(9014)}${poll()}${NEXT}`;
  const run = clean('linux-6.1', text);
  const skb = run.object<SkBuff>('skb1');
  expect([skb.ppRecycle, skb.truesize, poolOf(run).releaseCnt, run.object<Device>('device1').unmaps]).toEqual([
    ...[false, SK_BUFF + 3 * PAGE, 3, 3],
  ]);
  const freed = clean('linux-6.1', `${text}kfree_skb(skb: skb1)\n`);
  expect([poolOf(freed).ring.length, freed.world.pages.length]).toEqual([0, BULK - 3]);
});

test('6.12 has no page_pool_release_page', () => {
  const run = new WalkThrough(
    'linux-6.12',
    'device1 = device_add()\nport1 = mvneta_probe(device: device1, pass: release)',
  );
  expect(last(run.outcomes)).toBe('skipped');
});
