// The return hook of 2018: memory info in the skb, no page of a pool as a frag, and the three answers to
// skb_try_coalesce.

import { canEndSo, isAvailable } from '../src/commands/available';
import { placeOf } from '../src/session/verdict';
import { profileFor } from '../src/cli/support/fuzz/fuzz_profile';
import { chooseTarget } from '../src/targets/choose_target';
import { reduceOnModel } from '../src/search/reduce_finding';
import { searchModel } from '../src/search/search_model';
import { ProgramSource } from '../src/generate/generator';
import { profilesOf, type Scenario } from '../src/generate/scenario';
import { findScenario } from '../src/generate/scenarios/registry';
import type { SkBuff } from '../src/model/structs/sk_buff';
import type { Sock } from '../src/model/structs/sock';
import { printProgram } from '../src/program/print';
import { findProfile, PROFILES, type Profile } from '../src/rules/profiles';
import type { Rules } from '../src/rules/rules';
import { UsageError } from '../src/session/errors';
import { brokenProfile, mutantOf, profileOf, programOf, sessionOf, verdictOf } from './support/model';
import { Stepper } from './support/stepper';

const SEED = 184467;
const SEARCHED = 200_000;
const scenario = findScenario('rfc-2018') as Scenario;
const VARIANTS = ['rfc-2018', 'rfc-2018-frag-list', 'rfc-2018-refuse'] as const;
type Variant = (typeof VARIANTS)[number];

/**
 * Numbers by hand: build_skb(4096) has 3776 usable bytes and truesize 4096 + sizeof(sk_buff) 256 = 4352; alloc_skb(0)
 * of a 6.1 base has 192 usable bytes and truesize 192 + 576 = 768.
 */
const S = 256;
const SMALL = 768;

/** Two skbs that coalesce: 1000 bytes in a head of pool1, and an empty one. */
const TWO = `pool1 = page_pool_create(pool_size: 16, flags: dma_map)
page1 = page_pool_alloc_pages(pool: pool1)
skb1 = build_skb(page: page1, frag_size: 4096)
skb_put(skb: skb1, len: 1000)
skb_set_mem_info(skb: skb1)
skb2 = alloc_skb(size: 0)
`;

/** The world of a program before settle; every call must be legal, and every invariant must hold. */
function worldAfter(profile: Profile, text: string) {
  const stepper = new Stepper(profile, (checker, world) => checker.wholeWorld(world));
  stepper.begin();
  for (const call of programOf(profile, text).calls) {
    expect([call.command.name, stepper.step(call)]).toEqual([call.command.name, true]);
    expect(stepper.checker.wholeWorld(stepper.world) ? [] : stepper.world.violations).toEqual([]);
  }
  return stepper.world;
}

function withRules(name: Variant, rules: Partial<Rules>): Profile {
  const profile = profileOf(name);
  return { ...profile, rules: { ...profile.rules, ...rules } };
}

/** The calls that the text forbids to a caller. */
function refusedBy(profile: Profile, text: string): string[] {
  const stepper = new Stepper(profile, () => true);
  stepper.begin();
  return programOf(profile, text)
    .calls.filter((call) => !stepper.step(call))
    .map((call) => call.command.name);
}

describe('the head returns to its pool through the memory info', () => {
  const HEAD = `pool1 = page_pool_create(pool_size: 16, flags: dma_map)
page1 = page_pool_alloc_pages(pool: pool1)
skb1 = build_skb(page: page1, frag_size: 4096)
skb_set_mem_info(skb: skb1)
`;

  test.each([
    ['when the skb is freed', 'kfree_skb(skb: skb1)\n'],
    [
      'when the last of the clones is freed',
      'skb2 = skb_clone(skb: skb1)\nkfree_skb(skb: skb1)\nkfree_skb(skb: skb2)\n',
    ],
    ['when the skb gets another head', 'pskb_expand_head(skb: skb1, nhead: 0, ntail: 0)\n'],
    ['when its only holder is a copy that shares nothing', 'skb2 = pskb_copy(skb: skb1)\nkfree_skb(skb: skb1)\n'],
  ])('%s', (_when, text) => {
    const { pools } = worldAfter(profileOf('rfc-2018'), HEAD + text);
    expect([pools[0].ring.length, pools[0].releaseCnt]).toEqual([1, 0]);
  });

  test('not while a clone still holds it', () => {
    const { pools } = worldAfter(profileOf('rfc-2018'), `${HEAD}skb2 = skb_clone(skb: skb1)\nkfree_skb(skb: skb1)\n`);
    expect(pools[0].ring.length).toBe(0);
  });

  test('it leaves the pool for good, unmapped, when the ring is full', () => {
    const text = HEAD.replace('pool_size: 16', 'pool_size: 1');
    const second = text.split('\n').slice(1).join('\n').replaceAll('page1', 'page2').replaceAll('skb1', 'skb2');
    const { pools, pages } = worldAfter(
      profileOf('rfc-2018'),
      `${text}${second}kfree_skb(skb: skb1)\nkfree_skb(skb: skb2)\n`,
    );
    expect([pools[0].ring.length, pools[0].releaseCnt, pages.length]).toEqual([1, 1, 63]);
  });

  test('the head of skb_copy is kmalloc memory and carries no memory info', () => {
    const world = worldAfter(profileOf('rfc-2018'), `${HEAD}skb2 = skb_copy(skb: skb1)\n`);
    expect(world.skbs.map(({ memInfo, data }) => [memInfo !== null, data.page !== null])).toEqual([
      [true, true],
      [false, false],
    ]);
  });

  test('the mistake of the header block breaks skb_copy, pskb_copy and skb_realloc_headroom, not skb_clone', () => {
    const mistaken = brokenProfile(mutantOf('R1-header-mistake'));
    const ends = (call: string) => {
      const verdict = verdictOf(sessionOf(mistaken), programOf(mistaken, `${HEAD}${call}`));
      return verdict.kind === 'violation' ? verdict.invariant : verdict.kind;
    };
    expect(ends('skb2 = skb_copy(skb: skb1)\n')).toBe('returns-to-its-pool');
    expect(ends('skb2 = pskb_copy(skb: skb1)\n')).toBe('returns-to-its-pool');
    expect(ends('skb2 = skb_copy_expand(skb: skb1, newheadroom: 64, newtailroom: 0)\n')).toBe('returns-to-its-pool');
    expect(ends('skb2 = skb_clone(skb: skb1)\n')).toBe('clean');
  });

  test('pskb_expand_head must forget the memory info with the head', () => {
    const kept = withRules('rfc-2018', { expandHeadClearsMemInfo: false });
    const program = programOf(kept, `${HEAD}pskb_expand_head(skb: skb1, nhead: 0, ntail: 0)\n`);
    expect(verdictOf(sessionOf(kept), program)).toMatchObject({ invariant: 'returns-to-its-pool' });
  });
});

describe('no page of a pool is a frag', () => {
  const JUMBO = `pool1 = page_pool_create(pool_size: 16, flags: dma_map|dma_sync_dev)
page1 = page_pool_alloc_pages(pool: pool1)
page2 = page_pool_alloc_pages(pool: pool1)
device_write(page: page2, len: 1000)
dma_sync_single_for_cpu(page: page2, len: 1000)
skb1 = build_skb(page: page1, frag_size: 4096)
skb_set_mem_info(skb: skb1)
`;

  test('the driver may not add one', () => {
    const add = 'skb_add_rx_frag(skb: skb1, page: page2, size: 1000, truesize: 4096)\n';
    expect(refusedBy(profileOf('rfc-2018'), JUMBO + add)).toEqual(['skb_add_rx_frag']);
    const plain = add.replace('page2', 'page3');
    expect(refusedBy(profileOf('rfc-2018'), `${JUMBO}page3 = get_page(page: page2)\n${plain}`)).toEqual([
      'skb_add_rx_frag',
    ]);
  });

  test('released from the pool it is a plain page: unmapped, counted as released, dropped by a put', () => {
    const text = `${JUMBO}page_pool_release_page(page: page2)
skb_add_rx_frag(skb: skb1, page: page2, size: 1000, truesize: 4096)
`;
    const world = worldAfter(profileOf('rfc-2018'), text);
    const { page } = world.skbs[0].data.frags[0];
    expect([page.ppSignature, page.mappings, page.refcount, world.pools[0].releaseCnt]).toEqual([false, 0, 1, 1]);
    const after = worldAfter(profileOf('rfc-2018'), `${text}kfree_skb(skb: skb1)\n`);
    expect([after.pools[0].ring.length, after.pools[0].releaseCnt]).toEqual([1, 1]);
  });
});

describe('skb_try_coalesce of a head of a pool', () => {
  const merged = `${TWO}skb_try_coalesce(to: skb2, from: skb1)\n`;

  test('release: the page leaves its pool and becomes a plain frag', () => {
    const { skbs, pools } = worldAfter(profileOf('rfc-2018'), merged);
    const [to] = skbs;
    const { page, size } = to.data.frags[0];
    expect([skbs.length, to.data.nrFrags, size, to.truesize]).toEqual([1, 1, 1000, SMALL + 4352 - S]);
    expect([page.ppSignature, page.mappings, page.refcount, pools[0].releaseCnt]).toEqual([false, 0, 1, 1]);
  });

  test('frag_list: the skb lives on as a member, with its head in the pool, and no truesize is freed', () => {
    const { skbs, pools } = worldAfter(profileOf('rfc-2018-frag-list'), merged);
    const to = skbs.find((skb) => skb.data.fragList !== null) as SkBuff;
    const member = to.data.fragList as SkBuff;
    expect([to.len, to.dataLen, to.data.nrFrags, to.truesize]).toEqual([1000, 1000, 0, SMALL + 4352]);
    expect([member.len, member.users, member.memInfo === pools[0], pools[0].releaseCnt]).toEqual([1000, 1, true, 0]);
    const freed = worldAfter(profileOf('rfc-2018-frag-list'), `${merged}kfree_skb(skb: skb2)\n`);
    expect([freed.skbs.length, freed.pools[0].ring.length]).toEqual([0, 1]);
  });

  test('frag_list: a second skb joins behind the first, and a member leaves its socket', () => {
    const text = `sock1 = sk_alloc()
${TWO}page2 = page_pool_alloc_pages(pool: pool1)
skb3 = build_skb(page: page2, frag_size: 4096)
skb_put(skb: skb3, len: 500)
skb_set_mem_info(skb: skb3)
skb_set_owner_w(skb: skb3, sock: sock1)
skb_set_owner_r(skb: skb2, sock: sock1)
skb_try_coalesce(to: skb2, from: skb1)
skb_try_coalesce(to: skb2, from: skb3)
`;
    const world = worldAfter(profileOf('rfc-2018-frag-list'), text);
    const to = world.skbs.find((skb) => skb.data.fragList !== null) as SkBuff;
    const lengths: number[] = [];
    for (let member = to.data.fragList; member !== null; member = member.next) lengths.push(member.len);
    const sock = world.socks[0] as Sock;
    expect([lengths, to.len]).toEqual([[1000, 500], 1500]);
    expect([sock.wmemAlloc, sock.rmemAlloc]).toEqual([1, SMALL + 2 * 4352]);
  });

  test('refuse: both stay as they are', () => {
    const { skbs, pools } = worldAfter(profileOf('rfc-2018-refuse'), merged);
    expect(skbs.map(({ len, truesize }) => [len, truesize])).toEqual([
      [1000, 4352],
      [0, SMALL],
    ]);
    expect(pools[0].releaseCnt).toBe(0);
  });

  test('none, as it was broken: a page with the state of its pool is a frag', () => {
    const broken = brokenProfile(mutantOf('R2-coalesce-unanswered'));
    expect(verdictOf(sessionOf(broken), programOf(broken, merged))).toMatchObject({
      invariant: 'no-pool-page-in-frags',
    });
  });

  test.each(VARIANTS)('%s: bytes that fit into the tail are copied, with any kind of head', (variant) => {
    const text = TWO.replace('len: 1000', 'len: 192');
    const { skbs, pools } = worldAfter(profileOf(variant), `${text}skb_try_coalesce(to: skb2, from: skb1)\n`);
    expect([skbs.length, skbs[0].len, skbs[0].dataLen, pools[0].ring.length]).toEqual([1, 192, 0, 1]);
  });
});

describe.each(VARIANTS)(`%s, a search of ${SEARCHED} commands (seed ${SEED})`, (variant) => {
  const profile = profileOf(variant);
  const session = sessionOf(profile);
  const { findings } = searchModel(scenario, profile, session, SEED, {
    commands: SEARCHED,
    findings: 1,
    stop: () => false,
  });

  test('finds nothing', () => {
    expect(findings.map(({ program }) => printProgram(program))).toEqual([]);
  });

  test('meets every outcome of the commands that this design changes', () => {
    const missing: string[] = [];
    for (const command of scenario.commands) {
      if (!isAvailable(command, variant)) continue;
      if (!['skb_set_mem_info', 'page_pool_release_page', 'skb_try_coalesce'].includes(command.name)) continue;
      command.outcomes.forEach((outcome, i) => {
        if (canEndSo(command, outcome, variant) && !session.counts.get(command.name)?.outcomes[i])
          missing.push(`${command.name}: ${outcome}`);
      });
    }
    expect(missing).toEqual([]);
  });

  test('evaluates no-pool-page-in-frags', () => {
    expect(session.checker.counts()['no-pool-page-in-frags']).toBeGreaterThan(1000);
  });
});

test.each([184467, 1, 4294960000])(
  'the mistake of the header block is found within 10,000 commands from seed %i on',
  (seed) => {
    const mistaken = brokenProfile(mutantOf('R1-header-mistake'));
    const limits = { commands: 10_000, findings: 1, stop: () => false };
    const [found] = searchModel(scenario, mistaken, sessionOf(mistaken), seed, limits).findings;
    expect(found).toMatchObject({ verdict: { kind: 'violation', invariant: 'returns-to-its-pool' } });
    const { program } = reduceOnModel(
      sessionOf(mistaken),
      found.program,
      found.signature,
      placeOf(found.verdict)?.call,
    );
    expect(program.calls.length).toBeLessThanOrEqual(8);
  },
);

test('the kernels do not have it: no memory info, no invariant about frags, the mark in its place', () => {
  for (const profile of PROFILES) {
    expect(profile.rules.poolReturn).toBe('pp_recycle');
    expect(isAvailable({ name: 'skb_set_mem_info', system: 'rfc-2018', design: 'rfc-2018' }, profile.name)).toBe(false);
  }
  for (const profile of profilesOf(scenario)) {
    expect(findProfile(profile.name)?.modelOnly).toBeDefined();
    const source = new ProgramSource(scenario, profile);
    const drawn = new Set<string>();
    for (let seed = 0; seed < 200; seed++)
      for (const { command } of source.program(seed).calls) drawn.add(command.name);
    expect([drawn.has('skb_set_mem_info'), drawn.has('skb_mark_for_recycle')]).toEqual([true, false]);
  }
});

describe('fuzz chooses a profile of its scenario:', () => {
  const core = findScenario('core') as Scenario;
  const said = (run: () => unknown): string => {
    try {
      return String(run());
    } catch (error) {
      return error instanceof UsageError ? error.message : `not a usage error: ${String(error)}`;
    }
  };

  test('the first by default; the target decides where it is a kernel; the newest kernel for the core', () => {
    expect(profileFor(scenario, 'model', undefined, undefined)).toBe('rfc-2018');
    expect(profileFor(scenario, 'model', 'rfc-2018-refuse', undefined)).toBe('rfc-2018-refuse');
    expect(profileFor(core, 'linux-6.1', undefined, undefined)).toBe('linux-6.1');
    expect(profileFor(core, 'model', undefined, undefined)).toBeUndefined();
    expect(profileFor(scenario, 'model', undefined, mutantOf('R1-header-mistake'))).toBe('rfc-2018');
  });

  test('a profile, a kernel or a mutant of other scenarios is a usage error of one line', () => {
    const lines = [
      said(() => profileFor(core, 'model', 'rfc-2018', undefined)),
      said(() => profileFor(scenario, 'model', 'linux-6.1', undefined)),
      said(() => profileFor(scenario, 'linux-6.12', undefined, undefined)),
      said(() => profileFor(core, 'model', undefined, mutantOf('R1-header-mistake'))),
    ];
    expect(lines[0]).toBe('scenario core is about linux-6.1, linux-6.12, linux-7.3, not about rfc-2018');
    expect(lines[1]).toMatch(/^scenario rfc-2018 is about rfc-2018, .*, not about linux-6.1$/);
    expect(lines[2]).toMatch(/^scenario rfc-2018 runs on the model only, not on linux-6.12: /);
    expect(lines[3]).toMatch(/not about rfc-2018, of which mutant R1-header-mistake is$/);
    expect(said(() => chooseTarget('linux-6.12', 'rfc-2018', () => undefined))).toMatch(
      /^profile rfc-2018 runs on the model only, not on linux-6.12: /,
    );
  });
});
