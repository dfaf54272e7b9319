// The invariants themselves: each is looked at, each can fail, and looking only at what a command touched misses nothing.

import { searchModel } from '../src/campaign/search_model';
import type { Scenario } from '../src/generate/scenario';
import { findScenario, SCENARIOS } from '../src/generate/scenarios/registry';
import { INVARIANTS } from '../src/invariants/registry';
import { dropHandle } from '../src/model/handles';
import type { Page } from '../src/model/page';
import type { PagePool } from '../src/model/page_pool_struct';
import { putPage } from '../src/model/page_alloc';
import type { World } from '../src/model/world';
import { printProgram } from '../src/program/print';
import type { Program } from '../src/program/program';
import { MUTANTS } from '../src/rules/mutants';
import { PROFILES, type Profile } from '../src/rules/profiles';
import { firstProgram } from '../src/targets/program_number';
import { brokenProfile, profileOf, programOf, programsFrom, sessionOf, verdictOf } from './support/model';
import { Stepper, type FirstViolation } from './support/stepper';

const SEED = 20261121;
const core = findScenario('core') as Scenario;
const newest = profileOf('linux-6.12');

describe(`what a command touched, and the whole world (seed ${SEED})`, () => {
  /** Runs programs of the base profile under both checks; returns how many of them failed. */
  function compare(profile: Profile, programs: readonly Program[]): number {
    const touched = new Stepper(profile, (checker, world) => checker.afterCommand(world));
    const whole = new Stepper(profile, (checker, world) => checker.wholeWorld(world));
    let failed = 0;
    for (const program of programs) {
      const expected = inShort(whole.run(program));
      const found = inShort(touched.run(program));
      // Compared as text: expect() costs more than the programs.
      if (found !== expected) throw new Error(`whole world: ${expected}\ntouched: ${found}\n${printProgram(program)}`);
      if (expected !== 'clean') failed++;
    }
    return failed;
  }

  function inShort(first: FirstViolation | null): string {
    return first === null
      ? 'clean'
      : `${first.violations[0].invariant} at executed call ${first.executed}, ${first.call}`;
  }

  test.each(PROFILES)('$name: neither check complains about 400 programs', (profile) => {
    expect(compare(profile, programsFrom(profile, SEED, 400))).toBe(0);
  });

  test.each(MUTANTS.map((mutant) => [mutant.id, mutant] as const))(
    'mutant %s: both see the same violation first, at the same call',
    (_id, mutant) => {
      const base = profileOf(mutant.profile);
      const own = programOf(base, mutant.program);
      expect(compare(brokenProfile(mutant), [own])).toBe(1);
      compare(brokenProfile(mutant), programsFrom(base, SEED, 150));
    },
  );
});

describe(`a search of 100,000 commands (seed ${SEED})`, () => {
  test.each(PROFILES)('$name: evaluates every invariant on worlds in which it could fail', (profile) => {
    const wanted = INVARIANTS.filter((invariant) => invariant.belongsTo?.(profile.rules) !== false);
    const unseen = new Set(wanted.map(({ name }) => name));
    // The core first; then what is left is of the systems around it.
    for (const scenario of SCENARIOS) {
      if (scenario.profiles?.includes(profile.name) === false) continue;
      const session = sessionOf(profile);
      const limits = { commands: scenario === core ? 100_000 : 20_000, findings: 1, stop: () => false };
      expect(searchModel(scenario, profile, session, firstProgram(SEED), limits).findings).toEqual([]);
      for (const [name, count] of Object.entries(session.checker.counts())) if (count > 0) unseen.delete(name);
    }
    expect([...unseen]).toEqual([]);
  });
});

/** One thing made wrong by hand in the world that a program leaves. */
interface Harm {
  readonly what: string;
  readonly invariant: string;
  readonly program: string;
  readonly harm: (world: World) => void;
  /** Absent: the newest kernel's. */
  readonly profile?: string;
  /** It can be seen only after settle. */
  readonly settled?: boolean;
}

const POOL_ARGS = '(pool_size: 16, flags: dma_map|dma_sync_dev)\n';
const POOL = `pool1 = page_pool_create${POOL_ARGS}`;
const POOL_PAGE = `${POOL}page1 = page_pool_alloc_pages(pool: pool1)\n`;
const RECYCLED = `${POOL_PAGE}page_pool_put_full_page(page: page1)\n`;
const SKB = 'skb1 = alloc_skb(size: 256)\nskb_put(skb: skb1, len: 64)\n';
const PORT = 'device1 = device_add()\nport1 = mvneta_probe(device: device1)\npool1 = mvneta_open(port: port1)\n';
const XSK = `netdev1 = netdev_add(no_linear: 1)
umem1 = xdp_umem_reg(chunks: 2, chunk_size: 2048, entries: 8)
xsk1 = xsk_bind(umem: umem1, netdev: netdev1, entries: 8)
umem_write(umem: umem1, len: 2048)
xsk_tx_desc(xsk: xsk1, len: 60)
xsk_sendto(xsk: xsk1)
skb1 = netdev_tx_next(netdev: netdev1)
`;
const CLONED = `${SKB}skb2 = skb_clone(skb: skb1)\n`;

/** The page that a program got from its pool: it has a name, or rests in the ring. */
function poolPage(world: World): Page {
  const [pool] = world.pools;
  return world.pages.find((page) => pool.ring.includes(page) || (page.pp === pool && page.poolSlots === 0)) as Page;
}

const HARMS: readonly Harm[] = [
  { what: 'an skb is left after settle', invariant: 'no-leak', program: '', harm: () => undefined, settled: true },
  {
    what: 'a page that is free is put',
    invariant: 'no-double-free',
    program: 'page1 = alloc_pages()\n',
    harm: (world) => {
      const [page] = world.pages;
      putPage(world, page);
      dropHandle(world, 0);
      putPage(world, page);
    },
  },
  {
    what: 'a name holds an skb that is free',
    invariant: 'no-use-after-free',
    program: SKB,
    harm: (world) => (world.skbs[0].freed = true),
  },
  {
    what: "a page is in another pool's ring",
    invariant: 'returns-to-its-pool',
    program: `${RECYCLED}pool2 = page_pool_create${POOL_ARGS}`,
    harm: (world) => (poolPage(world).pp = world.pools[1]),
  },
  {
    what: "the page of a frag is its pool's again",
    invariant: 'no-pool-page-in-frags',
    profile: 'rfc-2018',
    program: `pool1 = page_pool_create(pool_size: 16)
page1 = page_pool_alloc_pages(pool: pool1)
page2 = page_pool_alloc_pages(pool: pool1)
skb1 = build_skb(page: page1, frag_size: 4096)
skb_set_mem_info(skb: skb1)
device_write(page: page2, len: 64)
page_pool_release_page(page: page2)
skb_add_rx_frag(skb: skb1, page: page2, size: 64, truesize: 4096)
`,
    harm: (world) => {
      const [skb] = world.skbs;
      const [pool] = world.pools;
      const { page } = skb.data.frags[0];
      page.ppSignature = true;
      page.pp = pool;
      pool.releaseCnt--;
    },
  },
  {
    what: 'a page of the emergency reserves rests in a pool',
    invariant: 'recycled-is-exclusive',
    program: RECYCLED,
    harm: (world) => (poolPage(world).pfmemalloc = true),
  },
  {
    what: 'a pool reference is counted twice',
    invariant: 'pool-refcount',
    program: POOL_PAGE,
    harm: (world) => poolPage(world).ppRefCount++,
  },
  {
    what: 'a page reference is counted twice',
    invariant: 'page-refcount',
    program: 'page1 = alloc_pages()\n',
    harm: (world) => world.pages[0].refcount++,
  },
  {
    what: 'a page is counted as handed out twice',
    invariant: 'pool-inflight',
    program: POOL_PAGE,
    harm: (world) => world.pools[0].holdCnt++,
  },
  {
    what: 'a page is counted as returned before it is',
    invariant: 'pool-inflight',
    program: POOL_PAGE,
    harm: (world) => world.pools[0].releaseCnt++,
  },
  {
    what: 'a page of a pool is not mapped',
    invariant: 'dma-mapped-once',
    program: POOL_PAGE,
    harm: (world) => poolPage(world).mappings--,
  },
  {
    what: 'a page stores an address that is not its own',
    invariant: 'dma-address-kept',
    program: POOL_PAGE,
    harm: (world) => (poolPage(world).dmaAddr += 4096),
  },
  {
    what: 'the CPU owns bytes of a page that its pool promises to the device',
    invariant: 'dma-ownership',
    program: RECYCLED,
    harm: (world) => {
      const { mapping } = poolPage(world);
      if (mapping !== null) mapping.cpuOwned = [0, 64];
    },
  },
  {
    what: 'dataref counts an skb that does not share',
    invariant: 'dataref',
    program: SKB,
    harm: (world) => world.datas[0].dataref++,
  },
  {
    what: 'dataref counts a header that nobody gave up',
    invariant: 'dataref',
    program: CLONED,
    harm: (world) => (world.datas[0].dataref += 1 << 16),
  },
  {
    what: 'users counts a holder that is not there',
    invariant: 'skb-users',
    program: SKB,
    harm: (world) => world.skbs[0].users++,
  },
  {
    what: 'a zerocopy owner counts one holder less',
    invariant: 'uarg-refcount',
    program: 'uarg1 = ubuf_alloc()\n',
    harm: (world) => world.uargs[0].refcnt--,
  },
  {
    what: 'a socket is charged a byte too much',
    invariant: 'socket-charge',
    program: `${SKB}sock1 = sk_alloc()\nskb_set_owner_w(skb: skb1, sock: sock1)\n`,
    harm: (world) => world.socks[0].wmemAlloc++,
  },
  {
    what: 'a socket is charged a received byte too little',
    invariant: 'socket-charge',
    program: `${SKB}sock1 = sk_alloc()\nskb_set_owner_r(skb: skb1, sock: sock1)\n`,
    harm: (world) => world.socks[0].rmemAlloc--,
  },
  {
    what: 'truesize is a byte more than what was allocated',
    invariant: 'truesize-exact',
    program: SKB,
    harm: (world) => world.skbs[0].truesize++,
  },
  {
    what: 'truesize is a byte less than what the skb pins, by a formula that agrees',
    invariant: 'truesize-covers',
    program: SKB,
    harm: (world) => {
      world.skbs[0].truesize--;
      world.skbs[0].expectedTruesize--;
    },
  },
  {
    what: 'skb_shared_info spills over its buffer',
    invariant: 'geometry',
    program: SKB,
    harm: (world) => world.datas[0].allocSize--,
  },
  { what: 'data_len counts a byte that no frag has', invariant: 'geometry', program: SKB, harm: breakDataLen },
  {
    what: 'bytes are written that a clone sees as well',
    invariant: 'no-shared-write',
    program: CLONED,
    harm: (world) => {
      const { data, dataOffset } = world.skbs[0];
      world.lastIdBefore = Infinity;
      world.memory.writes.push(data.head + dataOffset, 1);
    },
  },
  {
    what: 'a bit of payload flips',
    invariant: 'bytes',
    program: SKB,
    harm: (world) => {
      const { data, dataOffset } = world.skbs[0];
      world.memory.bytes[data.head + dataOffset + 63] ^= 1;
    },
  },
  {
    what: 'a ring holds more pages than it has slots',
    invariant: 'ring-bounds',
    program: `${POOL_PAGE}page2 = page_pool_alloc_pages(pool: pool1)\npage_pool_put_full_page(page: page1)\npage_pool_put_full_page(page: page2)\n`,
    harm: (world) => (world.pools[0].poolSize = 1),
  },
  {
    what: 'a cache holds more pages than it has slots',
    invariant: 'ring-bounds',
    program: POOL_PAGE,
    harm: (world) => {
      const { cache } = world.pools[0] as PagePool;
      world.abi = { ...world.abi, ppAllocCacheSize: cache.length - 1 };
    },
  },
  {
    what: 'a driver does not count what became of a packet',
    invariant: 'driver-counters',
    program: PORT,
    harm: (world) => world.systems.ports[0].seenByProgram++,
  },
  {
    what: 'a slot of the completion ring is reserved for nobody',
    invariant: 'xsk-completion',
    program: XSK,
    harm: (world) => world.systems.umems[0].cq.cachedProd++,
  },
  {
    what: 'a descriptor is taken and forgotten',
    invariant: 'xsk-completion',
    program: XSK,
    harm: (world) => world.systems.xdpSocks[0].tx.cachedCons++,
  },
  {
    what: 'more is reserved than the ring has slots',
    invariant: 'xsk-completion',
    program: XSK,
    harm: (world) => (world.systems.umems[0].cq.consumer -= 8),
  },
  {
    what: 'user memory is written that an skb sends',
    invariant: 'no-shared-write',
    program: XSK,
    harm: (world) => world.memory.writes.push(world.systems.umems[0].pages[0].address, 1),
  },
];

/** len stays headlen + data_len, so that only the frags are missing. */
function breakDataLen(world: World): void {
  const [skb] = world.skbs;
  skb.dataLen++;
  skb.len++;
}

describe('an invariant can fail', () => {
  test.each(HARMS.map((harm) => [harm.invariant, harm.what, harm] as const))(
    '%s, when %s',
    (invariant, _what, harm) => {
      const profile = harm.profile === undefined ? newest : profileOf(harm.profile);
      const stepper = new Stepper(profile, () => true);
      const { world, checker } = stepper;
      stepper.begin();
      const program = programOf(profile, harm.settled === true ? SKB : harm.program);
      for (const call of program.calls)
        expect([call.command.name, stepper.step(call)]).toEqual([call.command.name, true]);
      expect({ before: checker.wholeWorld(world), violations: world.violations }).toEqual({
        before: true,
        violations: [],
      });
      harm.harm(world);
      for (const skb of world.skbs) world.touchSkb(skb);
      for (const page of world.pages) world.touchPage(page);
      if (harm.settled === true) checker.settled(world);
      else checker.afterCommand(world);
      expect([...new Set(world.violations.map((violation) => violation.invariant))]).toEqual([invariant]);
      const seen = world.violations.length;
      if (harm.settled !== true) expect(checker.wholeWorld(world)).toBe(false);
      expect(
        [...new Set(world.violations.slice(seen).map((violation) => violation.invariant))].every(
          (name) => name === invariant,
        ),
      ).toBe(true);
    },
  );

  test('each of them', () => {
    const broken = new Set(HARMS.map((harm) => harm.invariant));
    expect(INVARIANTS.map(({ name }) => name).filter((name) => !broken.has(name))).toEqual([]);
  });
});

describe('abuse by a caller is caught', () => {
  test.each([
    [
      'abuse_kfree_skb_twice',
      'skb1 = alloc_skb(size: 0)\nabuse_kfree_skb_twice(skb: skb1)\n',
      ['no-double-free', 'no-use-after-free'],
    ],
    ['abuse_use_after_free', 'skb1 = alloc_skb(size: 0)\nabuse_use_after_free(skb: skb1)\n', ['no-use-after-free']],
    ['abuse_put_page_twice', 'page1 = alloc_pages()\nabuse_put_page_twice(page: page1)\n', ['no-double-free']],
    [
      'abuse_put_page_twice, of a page that an skb holds',
      'page1 = alloc_pages()\npage2 = get_page(page: page1)\nskb1 = build_skb(page: page1, frag_size: 4096)\nabuse_put_page_twice(page: page2)\n',
      ['page-refcount', 'no-use-after-free'],
    ],
  ])('%s', (_name, text, expected) => {
    const program = programOf(newest, text);
    const verdict = verdictOf(sessionOf(newest, { abuse: true }), program);
    if (verdict.kind !== 'violation') throw new Error(`${verdict.kind}: ${printProgram(program)}`);
    expect(expected).toContain(verdict.invariant);
    expect(verdict.place).toMatchObject({ call: program.calls.length - 1, settling: false });
  });

  test('and does not run where it is not asked for', () => {
    const program = programOf(newest, 'skb1 = alloc_skb(size: 0)\nabuse_kfree_skb_twice(skb: skb1)\n');
    expect(verdictOf(sessionOf(newest), program)).toEqual({ kind: 'clean' });
  });
});
