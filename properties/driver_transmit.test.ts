// The packets that a driver like mvneta sends, redirects and returns, and the programs that are attached and detached.
// Numbers are computed by hand from drivers/net/ethernet/marvell/mvneta.c and kernel/bpf/devmap.c of 6.12; comments
// name the differences of 6.1.

import { DMA_BIDIRECTIONAL, DMA_FROM_DEVICE, type Device } from '../src/model/structs/device';
import type { PagePool } from '../src/model/structs/page_pool';
import { WalkThrough } from './support/walk_through';
import type { MvnetaPort } from '../src/model/structs/mvneta_port';

const BULK = 64;
const RING = 8;
const JUMBO_MTU = 9000;

const receive = (len: number, count = 1): string => `mvneta_receive(port: port1, len: ${len}, count: ${count})\n`;
const poll = (rest: string): string => `mvneta_poll(port: port1, ${rest})\n`;
const setup = (port: number, prog: string, pool = 9): string =>
  `pool${pool} = mvneta_xdp_setup(port: port${port}, prog: ${prog})\n`;
const open = (port: number): string => `pool${port} = mvneta_open(port: port${port})\n`;
const REDIRECT = poll('verdict: redirect, target: port2');

/** Two ports on devices of their own; the first is open with a program, the second waits. */
function ports({ ring = RING, txq = 64, prog = 'plain', mtu = 1500 }): string {
  return `device1 = device_add()
device2 = device_add()
port1 = mvneta_probe(device: device1, ring: ${ring}, txq: 16)
port2 = mvneta_probe(device: device2, ring: 4, txq: ${txq})
mvneta_change_mtu(port: port1, mtu: ${mtu})
${setup(1, prog)}${open(1)}`;
}

const BOTH = ports({}) + open(2);
const BOTH_JUMBO = `${ports({ prog: 'frags', mtu: JUMBO_MTU })}mvneta_change_mtu(port: port2, mtu: ${JUMBO_MTU})
${open(2)}`;

function clean(profile: string, text: string): WalkThrough {
  const run = new WalkThrough(profile, text);
  expect([run.broken, run.outcomes.filter((outcome) => outcome === 'skipped')]).toEqual([null, []]);
  return run;
}

const portOf = (run: WalkThrough, name: string): MvnetaPort => run.object<MvnetaPort>(name);
const poolOf = (run: WalkThrough): PagePool => run.object<PagePool>('pool1');
const maps = ({ object }: { object: Device }): number[] => [object.maps, object.unmaps];
const device = (run: WalkThrough, name: string): { object: Device } => ({ object: run.object<Device>(name) });
const last = <T>(list: readonly T[]): T => list[list.length - 1];

describe.each(['linux-6.1', 'linux-6.12'])('%s', (profile) => {
  describe('XDP_TX', () => {
    const SENT = BOTH + receive(1000) + poll('verdict: tx');

    test('uses the mapping of the pool: no new one, a sync for the device', () => {
      const run = clean(profile, SENT);
      const { maps: mapped, syncsForDevice } = device(run, 'device1').object;
      expect([mapped, syncsForDevice]).toEqual([BULK, BULK + 1]);
      const { tx, stats } = portOf(run, 'port1');
      expect([tx.length, tx[0].size, tx[0].mapping]).toEqual([1, 1000, null]);
      expect([stats.xdpTx, stats.txPackets, stats.txBytes]).toEqual([1, 1, 1000]);
      expect(poolOf(run).cache.length).toBe(BULK - RING - 1);
    });

    test('returns to the cache in its own NAPI, to the ring from elsewhere', () => {
      const own = poolOf(clean(profile, `${SENT}mvneta_tx_done(port: port1, napi: 1)\n`));
      expect([own.cache.length, own.ring.length]).toEqual([BULK - RING, 0]);
      const other = poolOf(clean(profile, `${SENT}mvneta_tx_done(port: port1, napi: 0)\n`));
      expect([other.cache.length, other.ring.length]).toEqual([BULK - RING - 1, 1]);
    });

    test('of a jumbo frame uses a descriptor for each buffer', () => {
      const run = clean(profile, BOTH_JUMBO + receive(9014) + poll('verdict: tx'));
      expect(portOf(run, 'port1').tx.map(({ size }) => size)).toEqual([3518, 3520, 1976]);
      expect(portOf(run, 'port1').stats.txBytes).toBe(9014);
    });

    test('never fills the last descriptor; frames that find no room return to the cache', () => {
      const run = clean(profile, `${ports({ ring: 32 })}${receive(60, 16)}${poll('verdict: tx')}`);
      const { tx, stats } = portOf(run, 'port1');
      expect([tx.length, stats.xdpTx, stats.xdpTxErr]).toEqual([15, 15, 1]);
      expect([last(run.outcomes), poolOf(run).cache.length]).toEqual(['tx_refused', BULK - 32 - 15]);
    });
  });

  describe('XDP_REDIRECT', () => {
    test('maps the frame for the other device; its completion unmaps it and returns the page to its pool', () => {
      const text = BOTH + receive(1000) + REDIRECT;
      const flight = clean(profile, text);
      expect([maps(device(flight, 'device1')), maps(device(flight, 'device2'))]).toEqual([
        [BULK, 0],
        [BULK + 1, 0],
      ]);
      const target = portOf(flight, 'port2').stats;
      expect([portOf(flight, 'port1').stats.xdpRedirect, target.xdpXmit, target.txBytes]).toEqual([1, 1, 1000]);
      const done = clean(profile, `${text}mvneta_tx_done(port: port2)\n`);
      expect(maps(device(done, 'device2'))).toEqual([BULK + 1, 1]);
      expect([poolOf(done).ring.length, poolOf(done).cache.length]).toEqual([1, BULK - RING - 1]);
      expect(done.object<PagePool>('pool2').ring.length).toBe(0);
    });

    test('to a stopped port: -ENETDOWN after the driver counted it, and the frame returns to the cache', () => {
      const run = clean(profile, ports({}) + receive(1000) + REDIRECT);
      expect([last(run.outcomes), portOf(run, 'port1').stats.xdpRedirect]).toEqual(['xmit_down', 1]);
      expect([portOf(run, 'port2').stats.xdpXmit, portOf(run, 'port2').stats.xdpXmitErr]).toEqual([0, 0]);
      expect(poolOf(run).cache.length).toBe(BULK - RING);
    });

    test('of 20 frames to a ring of 8: bulks of 16 and 4, of which 7 and 0 find room', () => {
      const run = clean(profile, `${ports({ ring: 32, txq: 8 })}${open(2)}${receive(60, 20)}${REDIRECT}`);
      const { stats, tx } = portOf(run, 'port2');
      expect([tx.length, stats.xdpXmit, stats.xdpXmitErr, last(run.outcomes)]).toEqual([7, 7, 9 + 4, 'xmit_full']);
      expect(poolOf(run).cache.length).toBe(BULK - 32 - 7);
    });

    test.each([
      [1518, 'redirected', 1],
      [1519, 'redirect_refused', 0],
    ])('of %d bytes to a port with an MTU of 1500, which a VLAN tag may exceed: %s', (len, outcome, redirected) => {
      const run = clean(profile, ports({ mtu: 3000 }) + open(2) + receive(len) + REDIRECT);
      const { stats, redirectErr } = portOf(run, 'port1');
      expect([last(run.outcomes), stats.xdpRedirect, redirectErr]).toEqual([outcome, redirected, 1 - redirected]);
      expect(poolOf(run).cache.length).toBe(BULK - RING - redirected);
    });

    test('to nowhere is refused', () => {
      const run = clean(profile, BOTH + receive(1000) + poll('verdict: redirect'));
      expect([last(run.outcomes), poolOf(run).cache.length]).toEqual(['redirect_refused', BULK - RING]);
    });

    test('that cannot be mapped is not sent, nor are the other frames of its bulk', () => {
      const run = clean(profile, `${BOTH}${receive(60, 3)}${REDIRECT.replace(')', ', fail: 2)')}`);
      const { stats } = portOf(run, 'port2');
      expect([last(run.outcomes), stats.xdpXmit, stats.xdpXmitErr]).toEqual(['xmit_full', 1, 2]);
      expect(maps(device(run, 'device2'))).toEqual([BULK + 1, 0]);
    });
  });

  describe('skbs', () => {
    const PACKET = `${BOTH}skb1 = alloc_skb(size: 500)\nskb_put(skb: skb1, len: 300)
page1 = alloc_pages()
device_write(page: page1, len: 4096)
skb_add_rx_frag(skb: skb1, page: page1, size: 1000, truesize: 4096)\n`;
    const TX = 'mvneta_tx(port: port2, skb: skb1)\n';

    test('are mapped piece by piece, and freed when they are sent', () => {
      const flight = clean(profile, PACKET + TX);
      expect(portOf(flight, 'port2').tx.map(({ size, skb }) => [size, skb !== null])).toEqual([
        [300, false],
        [1000, true],
      ]);
      const done = clean(profile, `${PACKET + TX}mvneta_tx_done(port: port2)\n`);
      expect([maps(device(done, 'device2')), done.world.skbs.length]).toEqual([[BULK + 2, 2], 0]);
    });

    test('that cannot be mapped are dropped, and their earlier mappings are undone', () => {
      const run = clean(profile, PACKET + TX.replace(')', ', fail: 2)'));
      expect([last(run.outcomes), maps(device(run, 'device2')), portOf(run, 'port2').stats.txDropped]).toEqual([
        'dropped_mapping',
        [BULK + 1, 1],
        1,
      ]);
    });
  });

  describe('a program', () => {
    const PLAIN = `device1 = device_add()\nport1 = mvneta_probe(device: device1, ring: 8, txq: 16)\n`;

    test('that is attached or detached restarts the port, with mappings in the other direction', () => {
      const before = clean(profile, PLAIN + open(1));
      expect(poolOf(before).dmaDir).toBe(DMA_FROM_DEVICE);
      const run = clean(profile, PLAIN + open(1) + setup(1, 'plain') + setup(1, 'frags', 8) + setup(1, 'none', 7));
      expect(run.outcomes.slice(-3)).toEqual(['restarted', 'ok', 'restarted']);
      const attached = clean(profile, PLAIN + open(1) + setup(1, 'plain'));
      expect(attached.object<PagePool>('pool9').dmaDir).toBe(DMA_BIDIRECTIONAL);
      // All pages of the first pool were at home: the pool was freed, and everything was unmapped.
      expect([attached.world.pools.length, maps(device(attached, 'device1'))]).toEqual([1, [2 * BULK, BULK]]);
    });

    test('without frags is refused where frames need more than one buffer, and so is such an MTU', () => {
      const mtu = (bytes: number): string => `mvneta_change_mtu(port: port1, mtu: ${bytes})\n`;
      const run = clean(profile, PLAIN + mtu(3521) + setup(1, 'plain') + setup(1, 'frags', 8) + setup(1, 'none', 7));
      expect([run.outcomes.slice(-3), run.returned.slice(-3)]).toEqual([
        ['refused_mtu', 'ok', 'ok'],
        [-95, 0, 0],
      ]);
      const other = clean(profile, PLAIN + mtu(3520) + setup(1, 'plain') + mtu(3521));
      expect([other.outcomes.slice(-2), last(other.returned)]).toEqual([['ok', 'einval'], -22]);
    });

    test('that is attached without memory leaves the port stopped', () => {
      const run = clean(profile, PLAIN + open(1) + setup(1, 'plain').replace(')', ', fail: 1)'));
      expect([last(run.outcomes), portOf(run, 'port1').running, run.world.pools.length]).toEqual([
        'restart_enomem',
        false,
        0,
      ]);
    });
  });

  describe('stop', () => {
    const STOPPED = `${BOTH}${receive(1000)}${REDIRECT}mvneta_stop(port: port1)\n`;

    test('keeps the pool while a frame of it is in another ring', () => {
      const pool = poolOf(clean(profile, STOPPED));
      expect([pool.releasePending, pool.freed, pool.holdCnt - pool.releaseCnt]).toEqual([true, false, 1]);
    });

    test('the frame returns, and the next check finds the pool empty', () => {
      const back = `${STOPPED}mvneta_tx_done(port: port2)\n`;
      expect(poolOf(clean(profile, back)).freed).toBe(false);
      expect(clean(profile, `${back}page_pool_release_retry(pool: pool1)\n`).has('pool1')).toBe(false);
    });

    test('drops the frames of its own ring after the pool was destroyed: one more check ends the pool', () => {
      const text = `${BOTH}${receive(1000)}${poll('verdict: tx')}mvneta_stop(port: port1)\n`;
      const run = clean(profile, text);
      const { ring, holdCnt, releaseCnt } = poolOf(run);
      expect([portOf(run, 'port1').tx.length, ring.length, holdCnt - releaseCnt]).toEqual([0, 1, 1]);
      expect(clean(profile, `${text}page_pool_release_retry(pool: pool1)\n`).has('pool1')).toBe(false);
    });

    test('and unread frames are in their pool again', () => {
      const run = clean(profile, `${ports({})}${receive(1000, 5)}mvneta_stop(port: port1)\n`);
      expect([run.has('pool1'), maps(device(run, 'device1'))]).toEqual([false, [BULK, BULK]]);
    });
  });

  test('each packet is in one counter', () => {
    const run = clean(
      profile,
      [
        `${ports({ ring: 32 })}${open(2)}${receive(60, 30)}`,
        `${poll('verdict: drop, budget: 3')}${poll('verdict: pass, budget: 4')}\n${poll('verdict: tx, budget: 18')}`,
        `${poll('verdict: redirect, target: port2, budget: 2')}${poll('verdict: redirect, budget: 3')}`,
      ].join(''),
    );
    const { stats, redirectErr, seenByProgram } = portOf(run, 'port1');
    const { xdpDrop, xdpPass, xdpTx, xdpTxErr, xdpRedirect } = stats;
    expect([xdpDrop, xdpPass, xdpTx, xdpTxErr, xdpRedirect, redirectErr]).toEqual([3, 4, 15, 3, 2, 3]);
    expect([seenByProgram, stats.rxPackets]).toEqual([30, 30]);
  });
});

test('6.1 does not redirect packets with frags to a device; 6.12 maps each of their buffers', () => {
  const text = BOTH_JUMBO + receive(9014) + REDIRECT;
  const old = clean('linux-6.1', text);
  expect([last(old.outcomes), portOf(old, 'port2').tx.length, poolOf(old).cache.length]).toEqual([
    'redirect_refused',
    0,
    BULK - RING,
  ]);
  const now = clean('linux-6.12', text);
  expect([last(now.outcomes), portOf(now, 'port2').tx.map(({ size }) => size), maps(device(now, 'device2'))]).toEqual([
    'redirected',
    [3518, 3520, 1976],
    [BULK + 3, 0],
  ]);
});
