// The words of struct page: DMA addresses of every size in every layout, the signature and values that resemble it, the
// syncs of the pool.

import { canEndSo, isAvailable } from '../src/commands/available';
import { searchModel } from '../src/search/search_model';
import { profilesOf, type Scenario } from '../src/generate/scenario';
import { findScenario } from '../src/generate/scenarios/registry';
import { Page } from '../src/model/structs/page';
import { PagePool, PP_FLAG_DMA_MAP, PP_FLAG_PAGE_FRAG } from '../src/model/structs/page_pool';
import {
  firstWord,
  looksLikeTail,
  pagePoolGetDmaAddr,
  pagePoolPageIsPp,
  pagePoolSetDmaAddr,
} from '../src/model/mm/struct_page';
import { World } from '../src/model/world/world';
import { printProgram } from '../src/program/print';
import { DEBIAN_AMD64, ILP32, ILP32_DMA64, type Abi } from '../src/rules/abi';
import type { Rules } from '../src/rules/rules';
import { profileOf, programOf, sessionOf, verdictOf } from './support/model';

const SEED = 184467;
const SEARCHED = 100_000;
const scenario = findScenario('struct-page') as Scenario;

/**
 * Page-aligned addresses: low, at 4 GiB with an odd and with an even upper half, at the 44 bits that 6.12 keeps,
 * beyond.
 */
const LOW = 0x1000;
const ODD = 0x1_0000_2000;
const EVEN = 0x2_0000_3000;
const LAST_SHIFTED = 0xfff_ffff_f000;
const BEYOND = 0x1000_0000_0000;
const WIDE = [LOW, ODD, EVEN, LAST_SHIFTED, BEYOND];

const MACHINES: Record<string, Abi> = {
  'words of 64, DMA of 64': DEBIAN_AMD64,
  'words of 64, DMA of 32': { ...DEBIAN_AMD64, dmaAddrSize: 4 },
  'words of 32, DMA of 32': ILP32,
  'words of 32, DMA of 64, big endian': ILP32_DMA64,
  'words of 32, DMA of 64, little endian': { ...ILP32_DMA64, bigEndian: false },
};
const LAYOUTS = ['private', 'union', 'two_words', 'upper', 'shifted'] as const;
type Layout = (typeof LAYOUTS)[number];

/** One world for all: its memory takes longer to make than all of these tests. */
const shared = new World(profileOf('linux-6.12').rules, DEBIAN_AMD64);

function worldWith(abi: Abi, changes: Partial<Rules>, base = 'linux-6.12'): World {
  shared.rules = { ...profileOf(base).rules, ...changes };
  shared.abi = abi;
  return shared;
}

/**
 * Stores an address in a page of a pool; returns whether it is read back, and whether the page looks like a tail page.
 */
function stored(abi: Abi, layout: Layout, address: number): { kept: boolean; tail: boolean } {
  const world = worldWith(abi, { dmaAddrLayout: layout, dmaAddrLossRefused: false });
  const page = new Page();
  page.ppSignature = true;
  page.pp = new PagePool();
  page.pp.flags = PP_FLAG_DMA_MAP;
  pagePoolSetDmaAddr(world, page, address);
  return { kept: pagePoolGetDmaAddr(world, page) === address, tail: looksLikeTail(world, page) };
}

/** By hand, from the layouts: the addresses that a machine does not keep, and those that look like compound_head. */
const LOST: Record<Layout, readonly number[]> = {
  private: [ODD, EVEN, LAST_SHIFTED, BEYOND],
  union: [],
  two_words: [],
  upper: [],
  shifted: [BEYOND],
};

describe.each(Object.entries(MACHINES))('%s', (name, abi) => {
  const addresses = abi.dmaAddrSize === 4 ? [LOW, 0xffff_f000] : WIDE;
  const narrow = abi.dmaAddrSize > abi.wordSize;

  test.each(LAYOUTS)(`layout '%s' returns every address that it can keep`, (layout) => {
    const lost = addresses.filter((address) => !stored(abi, layout, address).kept);
    expect(lost).toEqual(narrow ? LOST[layout] : []);
  });

  test.each(LAYOUTS)(`layout '%s' never looks like a tail page, but for the upper half on compound_head`, (layout) => {
    const tails = addresses.filter((address) => stored(abi, layout, address).tail);
    // Upper halves 1 and 0xfff are odd.
    const odd = narrow && layout === 'union' && abi.bigEndian === true ? [ODD, LAST_SHIFTED] : [];
    expect(tails).toEqual(odd);
  });

  test('the layout of its kernels keeps every address, or refuses it', () => {
    const own: Layout[] = narrow ? ['two_words', 'upper', 'shifted'] : ['union', 'two_words', 'upper', 'shifted'];
    for (const layout of own) {
      const world = worldWith(abi, { dmaAddrLayout: layout, dmaAddrLossRefused: layout === 'shifted' });
      for (const address of addresses) {
        const page = new Page();
        if (pagePoolSetDmaAddr(world, page, address)) expect(pagePoolGetDmaAddr(world, page)).toBe(address);
        else
          expect([name, layout, address]).toEqual([
            expect.stringContaining('words of 32, DMA of 64'),
            'shifted',
            BEYOND,
          ]);
      }
    }
  });
});

test('pp_frag_count uses the word of dma_addr_upper on words of 32 bits, and no word of it on words of 64', () => {
  const read = (abi: Abi): number => {
    const page = new Page();
    page.pp = new PagePool();
    page.pp.flags = PP_FLAG_DMA_MAP | PP_FLAG_PAGE_FRAG;
    page.dmaAddr = ODD;
    page.ppRefCount = 7;
    return pagePoolGetDmaAddr(worldWith(abi, { dmaAddrLayout: 'upper' }), page);
  };
  expect([read(ILP32_DMA64), read(DEBIAN_AMD64)]).toEqual([7 * 2 ** 32 + 0x2000, ODD]);
});

describe('the signature of a pool', () => {
  const pageOfPool = (index: number, pfmemalloc: boolean): Page => {
    const page = new Page();
    page.ppSignature = true;
    page.dmaIndex = index;
    page.pfmemalloc = pfmemalloc;
    return page;
  };
  const onList = (next: number): Page => {
    const page = new Page();
    page.lruNext = next;
    return page;
  };

  test.each(['linux-6.1', 'linux-6.12', 'linux-6.12-ilp32', 'linux-6.12-ilp32-dma64', 'linux-6.1-ilp32-dma64'])(
    '%s recognizes its pages with any index, pfmemalloc or not, and no kernel pointer',
    (name) => {
      const { rules, abi } = profileOf(name);
      const world = worldWith(abi, {}, name);
      for (const index of rules.tracksDmaMappings ? [0, 1, 2, 0x1fffff] : [0])
        for (const pfmemalloc of [false, true]) {
          const page = pageOfPool(index, pfmemalloc);
          // Computed through the words, not by the short cut for pages on no list.
          page.lruNext = 1;
          expect([pagePoolPageIsPp(world, page), firstWord(world, page) & 3]).toEqual([true, pfmemalloc ? 2 : 0]);
        }
      const passing: number[] = [];
      for (let next = 1; next < 0x100000; next++) if (pagePoolPageIsPp(world, onList(next))) passing.push(next);
      expect(passing).toEqual([]);
    },
  );

  test('the mask of A4 mistakes a pointer above a low PAGE_OFFSET for it when bits 2 to 6 are those of 0x40', () => {
    const wide = worldWith(ILP32, { signatureMask: 'too_wide' });
    const passes = [15, 16, 17, 32 + 16, 0x40000 + 16].map((next) => pagePoolPageIsPp(wide, onList(next)));
    expect(passes).toEqual([false, true, false, true, true]);
    // A usual PAGE_OFFSET has the topmost bits: the same mask does no harm.
    const usual = worldWith({ ...ILP32, pageOffset: 0xc000_0000 }, { signatureMask: 'too_wide' });
    expect(pagePoolPageIsPp(usual, onList(16))).toBe(false);
  });

  test('without a mask a pfmemalloc page of a pool is not recognized (A5), others are', () => {
    const world = worldWith(DEBIAN_AMD64, { signatureMask: 'none' }, 'linux-6.1');
    expect([pagePoolPageIsPp(world, pageOfPool(0, false)), pagePoolPageIsPp(world, pageOfPool(0, true))]).toEqual([
      true,
      false,
    ]);
  });
});

describe('a device with high bus addresses', () => {
  const at = (upper: number, flags: string) => `device1 = device_add()
device_set_dma_window(device: device1, upper: ${upper})
pool1 = page_pool_create(device: device1, pool_size: 16, flags: ${flags})
page1 = page_pool_alloc_pages(pool: pool1)
`;
  const outcomesOn = (name: string, text: string): string[] => {
    const session = sessionOf(profileOf(name));
    const program = programOf(profileOf(name), text);
    expect(verdictOf(session, program)).toEqual({ kind: 'clean' });
    const seen: string[] = [];
    for (const { command } of program.calls) {
      const count = session.counts.get(command.name);
      seen.push(command.outcomes.find((_outcome, i) => (count?.outcomes[i] ?? 0) > 0) ?? 'skipped');
    }
    return seen;
  };

  test('6.12 with words of 32 bits refuses to map beyond 44 bits, and the page returns to the allocator', () => {
    expect(outcomesOn('linux-6.12-ilp32-dma64', at(0xfff, 'dma_map|dma_sync_dev'))).toEqual(['ok', 'ok', 'ok', 'ok']);
    expect(outcomesOn('linux-6.12-ilp32-dma64', at(0x1000, 'dma_map'))).toEqual(['ok', 'ok', 'ok', 'enomem']);
    expect(outcomesOn('linux-6.12', at(0x1000, 'dma_map'))).toEqual(['ok', 'ok', 'ok', 'ok']);
  });

  test('6.1 with words of 32 bits keeps both halves, and refuses a pool of fragments', () => {
    expect(outcomesOn('linux-6.1-ilp32-dma64', at(0x1001, 'dma_map|dma_sync_dev'))).toEqual(['ok', 'ok', 'ok', 'ok']);
    expect(outcomesOn('linux-6.1-ilp32-dma64', at(1, 'dma_map|page_frag'))).toEqual(['ok', 'ok', 'einval', 'skipped']);
  });

  test('does not exist where a dma_addr_t has 32 bits', () => {
    expect(outcomesOn('linux-6.12-ilp32', at(1, 'dma_map'))).toEqual(['ok', 'skipped', 'ok', 'ok']);
  });
});

describe('DMA_ATTR_SKIP_CPU_SYNC', () => {
  const WRITE = `pool1 = page_pool_create(pool_size: 16, flags: dma_map|dma_sync_dev)
page1 = page_pool_alloc_pages(pool: pool1)
device_write(page: page1, len: 64)
`;
  const verdictWith = (changes: Partial<Rules>) => {
    const profile = profileOf('linux-6.12');
    const broken = { ...profile, rules: { ...profile.rules, ...changes } };
    return verdictOf(sessionOf(broken), programOf(profile, WRITE));
  };

  test('without the sync of the pool the device writes bytes of the CPU', () => {
    expect(verdictWith({ mapSyncsForDevice: false })).toMatchObject({ invariant: 'dma-ownership' });
  });

  test('a map that syncs by itself needs none', () => {
    expect(verdictWith({ poolSkipsCpuSync: false, mapSyncsForDevice: false })).toEqual({ kind: 'clean' });
  });
});

describe.each(profilesOf(scenario))(`$name, a search of ${SEARCHED} commands (seed ${SEED})`, (profile) => {
  const session = sessionOf(profile);
  const limits = { commands: SEARCHED, findings: 1, stop: () => false };
  const { findings } = searchModel(scenario, profile, session, SEED, limits);

  test('finds nothing, and evaluates dma-address-kept', () => {
    expect(findings.map(({ program }) => printProgram(program))).toEqual([]);
    expect(session.checker.counts()['dma-address-kept']).toBeGreaterThan(1000);
  });

  test('meets every outcome of the commands that decide about words', () => {
    const missing: string[] = [];
    for (const command of scenario.commands) {
      if (!isAvailable(command, profile.name)) continue;
      if (command.system !== 'struct-page' && !['page_pool_create', 'page_pool_alloc_pages'].includes(command.name))
        continue;
      command.outcomes.forEach((outcome, i) => {
        if (canEndSo(command, outcome, profile.name) && !session.counts.get(command.name)?.outcomes[i])
          missing.push(`${command.name}: ${outcome}`);
      });
    }
    expect(missing).toEqual([]);
  });
});
