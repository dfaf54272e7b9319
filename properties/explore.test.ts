// Small scopes, tried exhaustively: which worlds are the same, that recognising them loses nothing, and which bugs are
// found by construction.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { ExploreScenario, exploreScenario, type ScenarioExploration } from '../src/explore/explore_scenario';
import { stateOf } from '../src/explore/state_key';
import { SmallScope } from '../src/generate/small_scope';
import { ProgramSource } from '../src/generate/generator';
import { profilesOf, type Scenario } from '../src/generate/scenario';
import { findScenario, SCENARIOS } from '../src/generate/scenarios/registry';
import type { Call } from '../src/program/program';
import { MUTANTS, type Mutant } from '../src/rules/mutants';
import { PROFILES } from '../src/rules/profiles';
import type { Session } from '../src/session/session';
import { signatureOf } from '../src/session/verdict';
import { buildOnce, folderForTests, interruptSkbcheck, ROOT, skbcheck, type Ended } from './support/cli';
import { effort } from './support/effort';
import { brokenProfile, mutantOf, profileOf, programOf, sessionOf, verdictOf } from './support/model';

const CORE = findScenario('core') as Scenario;
const NEWEST = profileOf('linux-6.12');
const STATES = 1_000_000;
/** Enough that a share of two in a hundred is no chance. */
const ORDERS = effort(200);
/** Two programs side by side share one cache of their CPU, and its offsets show which one came first. */
const PER_CPU = ['netdev_alloc_skb', 'napi_alloc_skb'];
const OWN_PROGRAM_MAX = 3;
const DEEPEST_FAIL = 2;
/** A packet of GRO has hundreds of variants: one mutant takes 20 s, the other was not found in that time. */
const LONG = ['C16-tun', 'B9-gro-pull-leak'];

const scenarioOf = ({ scenario }: Mutant): Scenario => findScenario(scenario ?? 'core') as Scenario;
const ownCalls = (mutant: Mutant): readonly Call[] => programOf(profileOf(mutant.profile), mutant.program).calls;
const namesOf = (calls: readonly Call[]): string[] => [...new Set(calls.map(({ command }) => command.name))];

const firstCalls = (source: ProgramSource, seed: number): Call[] =>
  source
    .program(seed)
    .calls.filter(({ command }) => !PER_CPU.includes(command.name))
    .slice(0, 12);

/** Runs calls on an empty world. */
function reach(session: Session, calls: readonly Call[]): void {
  session.begin();
  for (const call of calls) session.execute(call);
}

/** Explores until the first finding. */
function untilFound(mutant: Mutant, depth: number, only?: readonly string[]): ScenarioExploration {
  const scope = new SmallScope(scenarioOf(mutant), mutant.profile, only, DEEPEST_FAIL);
  const session = sessionOf(brokenProfile(mutant));
  const onProgram = (): boolean => session.failed && session.verdict.kind !== 'limit';
  return exploreScenario(scope, session, { depth, states: STATES }, { onProgram });
}

describe('the same world', () => {
  const sources = new Map(PROFILES.map((profile) => [profile.name, new ProgramSource(CORE, profile)]));

  /**
   * Where two pattern writes overlap, bytes of one may be mistaken for bytes of the other. Then one state is counted as
   * two, never two as one.
   */
  const OVERLAPPING = 0.02;

  test('is recognised whichever of two unrelated programs makes its calls first', () => {
    let compared = 0;
    let differing = 0;
    fc.assert(
      fc.property(
        fc.constantFrom(...PROFILES.map(({ name }) => name)),
        fc.nat(100_000),
        fc.nat(100_000),
        fc.array(fc.boolean(), { minLength: 24, maxLength: 24 }),
        (name, one, other, turns) => {
          const source = sources.get(name) as ProgramSource;
          const [a, b] = [one, other].map((seed) => firstCalls(source, seed));
          const shifted = b.map((call) => shiftedBy(call, 1000));
          const session = sessionOf(profileOf(name), { checks: true });
          reach(session, [...a, ...shifted]);
          const { key } = stateOf(session.world);
          const failed = session.failed;
          reach(session, interleaved(a, shifted, turns));
          if (failed || session.failed) return;
          compared++;
          if (stateOf(session.world).key !== key) differing++;
        },
      ),
      { numRuns: ORDERS },
    );
    expect(compared).toBeGreaterThan(0.75 * ORDERS);
    expect(differing / compared).toBeLessThan(OVERLAPPING);
  });

  test('is recognised where two pools, each with its own device mappings, are made in either order', () => {
    const source = sources.get('linux-6.1') as ProgramSource;
    const [a, b] = [0, 1000].map((by) => firstCalls(source, 11).map((call) => shiftedBy(call, by)));
    expect(a.filter(({ command }) => command.name === 'page_pool_create')).not.toEqual([]);
    const session = sessionOf(profileOf('linux-6.1'));
    reach(session, [...a, ...b]);
    const { key } = stateOf(session.world);
    reach(session, [...b, ...a]);
    expect(stateOf(session.world).key).toBe(key);
  });

  const states = (text: string): string => {
    const session = sessionOf(NEWEST);
    reach(session, programOf(NEWEST, text).calls);
    expect(session.failed).toBe(false);
    return stateOf(session.world).key;
  };

  test('has a key of its own for every change that a later call can see', () => {
    const worlds = [
      '',
      'skb1 = alloc_skb(size: 0)',
      'skb1 = alloc_skb(size: 1024)',
      'skb1 = alloc_skb_fclone(size: 0)',
      'skb1 = alloc_skb(size: 0)\nskb_put(skb: skb1, len: 1)',
      'skb1 = alloc_skb(size: 0)\nskb_put(skb: skb1, len: 2)',
      'skb1 = alloc_skb(size: 0)\nskb2 = alloc_skb(size: 0)',
      'skb1 = alloc_skb(size: 0)\nskb2 = skb_clone(skb: skb1)',
      'skb1 = alloc_skb(size: 0)\nskb2 = skb_get(skb: skb1)',
      'skb1 = alloc_skb(size: 0)\nsock1 = sk_alloc()\nskb_set_owner_w(skb: skb1, sock: sock1)',
      'skb1 = alloc_skb(size: 0)\nsock1 = sk_alloc()\nskb_set_owner_r(skb: skb1, sock: sock1)',
      'page1 = alloc_pages()',
      'page1 = alloc_pages()\ndevice_write(page: page1, len: 64)',
      'page1 = alloc_pages()\npage2 = get_page(page: page1)',
      'page1 = alloc_pages()\npage2 = alloc_pages()',
      'page1 = alloc_pages()\ndevice1 = device_add()',
      'page1 = alloc_pages()\ndevice1 = device_add()\nmapping1 = dma_map_page(device: device1, page: page1)',
      `page1 = alloc_pages()
device1 = device_add()
mapping1 = dma_map_page(device: device1, page: page1)
dma_sync_single_for_cpu(page: page1, len: 64)`,
      'pool1 = page_pool_create()',
      'pool1 = page_pool_create(flags: dma_map)',
      'pool1 = page_pool_create()\npage1 = page_pool_alloc_pages(pool: pool1)',
      `pool1 = page_pool_create()
page1 = page_pool_alloc_pages(pool: pool1)
page2 = page_pool_alloc_pages(pool: pool1)`,
    ];
    expect(new Set(worlds.map(states)).size).toBe(worlds.length);
  });

  test('has one key with other names, in another order, with other bytes, and after objects that left no trace', () => {
    const first = states('skb1 = alloc_skb(size: 0)\npage1 = alloc_pages()\nskb_put(skb: skb1, len: 4)');
    expect(states('page1 = alloc_pages()\nskb1 = alloc_skb(size: 0)\nskb_put(skb: skb1, len: 4)')).toBe(first);
    expect(states('p = alloc_pages()\nq = alloc_skb(size: 0)\nskb_put(skb: q, len: 4)')).toBe(first);
    const extra = 'page2 = alloc_pages()\ndevice_write(page: page2, len: 64)\nput_page(page: page2)\n';
    expect(states(`${extra}page1 = alloc_pages()\nskb1 = alloc_skb(size: 0)\nskb_put(skb: skb1, len: 4)`)).toBe(first);
    const copied = 'skb1 = alloc_skb(size: 0)\nskb_put(skb: skb1, len: 4)\nskb2 = skb_copy(skb: skb1)';
    const written =
      'skb1 = alloc_skb(size: 0)\nskb_put(skb: skb1, len: 4)\nskb2 = alloc_skb(size: 0)\nskb_put(skb: skb2, len: 4)';
    // The same bytes twice are not the same as different bytes.
    expect(states(copied)).not.toBe(states(written));
  });
});

describe('worlds of one key', () => {
  test.each(SCENARIOS.map((scenario) => [scenario.name, scenario] as const))('behave alike: %s', (_name, scenario) => {
    const profile = profilesOf(scenario).at(-1) ?? NEWEST;
    const scope = new SmallScope(scenario, profile.name);
    const pairs = pairsOf(scope, sessionOf(profile));
    expect(pairs.length).toBeGreaterThan(0);
    const [one, other] = [sessionOf(profile), sessionOf(profile)];
    let compared = 0;
    for (const [a, b] of pairs) compared += compareNext(scope, one, other, a, b);
    expect(compared).toBeGreaterThan(50);
  });

  test.each([
    ['core', undefined, 2, undefined],
    ['core', 'F1', 3, ['napi_alloc_skb', 'skb_put', 'alloc_skb', 'skb_try_coalesce']],
    ['core', 'A11', 3, ['page_pool_create', 'page_pool_alloc_pages', 'get_page', 'page_pool_recycle_direct']],
    ['core', 'B1', 4, ['alloc_pages', 'build_skb', 'skb_clone', 'kfree_skb']],
    ['splice', undefined, 2, undefined],
    ['xdp', undefined, 2, undefined],
  ] as const)('are interchangeable: %s, mutant %s, depth %i', (name, mutant, depth, only) => {
    const profile = mutant === undefined ? NEWEST : brokenProfile(mutantOf(mutant));
    const scope = new SmallScope(findScenario(name) as Scenario, profile.name, only);
    const recognising = exploreScenario(scope, sessionOf(profile), { depth, states: STATES });
    const forgetful = exploreScenario(scope, sessionOf(profile), { depth, states: STATES }, { forgetful: true });
    const signatures = ({ findings }: ScenarioExploration): string[] =>
      findings.map(({ signature }) => signature).sort();
    expect(signatures(recognising)).toEqual(signatures(forgetful));
    expect(recognising.end).toBe('exhausted');
    expect(recognising.states).toBeLessThan(forgetful.states);
    // The graph of states counts exactly the programs that can be tried.
    expect(recognising.programs).toBe(BigInt(forgetful.tried + 1));
    expect(forgetful.metAgain).toBe(0);
  });
});

describe('a bug within the scope', () => {
  // The mutants of XDP and AF_XDP need frame lengths that the scope does not offer, or more states than a test has time
  // for.
  const offered = ({ scenario }: Mutant): boolean => !/^(xdp|xsk|cpumap)/.test(scenario ?? 'core');
  const asked = ({ id, needs }: Mutant): boolean => needs !== 'schedule' && !LONG.includes(id);
  const small = MUTANTS.filter((mutant) => asked(mutant) && offered(mutant)).flatMap((mutant) => {
    const calls = ownCalls(mutant);
    return calls.length <= OWN_PROGRAM_MAX ? [[mutant.id, calls.length, mutant] as const] : [];
  });

  test.each(small)('is found: mutant %s, by programs of up to %i of its own commands', (_id, length, mutant) => {
    const { findings } = untilFound(mutant, length, namesOf(ownCalls(mutant)));
    expect(findings).toHaveLength(1);
    const [{ program, verdict }] = findings;
    expect(program.calls.length).toBeLessThanOrEqual(length);
    expect(verdictOf(sessionOf(brokenProfile(mutant)), program)).toEqual(verdict);
    expect(verdictOf(sessionOf(profileOf(mutant.profile)), program)).toEqual({ kind: 'clean' });
  });

  test('is found by all commands of the scenario: mutant F3-never within 2 calls', () => {
    const { findings, end } = untilFound(mutantOf('F3-never'), 2);
    expect(findings.map(({ program }) => program.calls.length)).toEqual([2]);
    expect(end).toBe('stopped');
  });
});

describe('an exploration', () => {
  test.each(PROFILES.map((profile) => [profile.name, profile] as const))('of core is clean on %s', (_name, profile) => {
    const scope = new SmallScope(CORE, profile.name);
    const { findings, end, limited } = exploreScenario(scope, sessionOf(profile), { depth: 2, states: STATES });
    expect({ findings, end, limited }).toEqual({ findings: [], end: 'exhausted', limited: 0 });
  });

  test('tries only the empty program at depth 0', () => {
    const found = exploreScenario(new SmallScope(CORE, NEWEST.name), sessionOf(NEWEST), { depth: 0, states: STATES });
    expect(found).toMatchObject({ states: 1, tried: 0, programs: 1n, end: 'exhausted' });
  });

  test('reports that it did not try everything', () => {
    const scope = new SmallScope(CORE, NEWEST.name);
    const few = exploreScenario(scope, sessionOf(NEWEST), { depth: 3, states: 100 });
    expect(few).toMatchObject({ states: 100, end: 'states', depth: 1 });
    const exploration = new ExploreScenario(scope, sessionOf(NEWEST), { depth: 3, states: STATES });
    expect(exploration.slice(10)).toBe(true);
    exploration.stop('time');
    expect(exploration.slice(10)).toBe(false);
    expect(exploration.result()).toMatchObject({ tried: 10, end: 'time', depth: 0 });
  });

  test('is deterministic', () => {
    const scope = new SmallScope(CORE, NEWEST.name, ['alloc_skb', 'skb_clone', 'skb_put', 'kfree_skb']);
    const once = exploreScenario(scope, sessionOf(NEWEST), { depth: 3, states: STATES });
    expect(exploreScenario(scope, sessionOf(NEWEST), { depth: 3, states: STATES })).toEqual(once);
  });
});

describe('skbcheck explore', () => {
  const folder = folderForTests('explore');
  const F1 = 'explore core --mutant F1 --commands napi_alloc_skb,skb_put,alloc_skb,skb_try_coalesce --depth 4';
  const run = (words: string): Ended => skbcheck(words.split(' '), { cwd: folder });
  const shownFor = (command: string): string => {
    const document = readFileSync(path.join(ROOT, 'docs/reference/explore.md'), 'utf8');
    const start = document.indexOf(`$ npx skbcheck ${command}\n`);
    if (start < 0) throw new Error(`docs/reference/explore.md does not show: ${command}`);
    return document.slice(document.indexOf('\n', start) + 1, document.indexOf('\n```', start));
  };
  const withoutTime = (output: string): string => output.replace(/time .*/, 'time').trimEnd();

  beforeAll(buildOnce);

  test('prints what docs/reference/explore.md shows', () => {
    const { code, stdout } = run(F1);
    expect(code).toBe(1);
    expect(withoutTime(stdout)).toBe(withoutTime(shownFor(F1)));
    const scope = 'explore core --scope --commands alloc_skb,skb_split,page_pool_create,kfree_skb';
    expect(run(scope)).toMatchObject({ code: 0, stdout: `${shownFor(scope)}\n` });
  });

  test('gives one JSON document', () => {
    const { code, stdout } = run('explore core --profile linux-6.1 --depth 1 --json');
    expect(code).toBe(0);
    const { found, ...rest } = JSON.parse(stdout) as { found: object };
    expect(rest).toMatchObject({ scenario: 'core', profile: 'linux-6.1', depth: 1 });
    expect(found).toMatchObject({ end: 'exhausted', depth: 1, limited: 0, findings: [], programs: expect.any(String) });
  });

  test('reports where it stopped', () => {
    const { code, stdout } = run('explore core --depth 4 --max-states 50');
    expect(code).toBe(0);
    expect(stdout).toContain(
      'NOT exhausted, there are more states than --max-states: every program of up to 1 call of',
    );
  });

  test('interrupted, prints what it has', async () => {
    const words = ['explore', 'core', '--depth', '9'];
    const { code, stdout } = await interruptSkbcheck(words, { cwd: folder });
    expect(code).toBe(130);
    expect(stdout).toContain('NOT exhausted, interrupted');
  });

  test.each([
    ['explore cor', /no file and no scenario 'cor', did you mean 'core'\?/],
    ['explore core --max 5', /--max is not for this: core is a scenario/],
    ['explore core --commands alloc_sbk', /has no command 'alloc_sbk', did you mean 'alloc_skb'\?/],
    ['explore core --depth x', /--depth takes a whole number/],
    ['explore core --mutant A6', /scenario core is about/],
    ['explore nowhere.skb --depth 2', /--depth is not for this: nowhere.skb is a file/],
  ])('explains the mistake in: %s', (words, message) => {
    const { code, stderr } = run(words);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });
});

function shiftedBy(call: Call, by: number): Call {
  const args = [...call.args];
  for (const { at } of call.command.handles) if (args[at] >= 0) args[at] += by;
  return { ...call, args, result: call.result < 0 ? -1 : call.result + by };
}

/** The calls of both, each in its order. */
function interleaved(a: readonly Call[], b: readonly Call[], turns: readonly boolean[]): Call[] {
  const [left, right] = [[...a], [...b]];
  const calls: Call[] = [];
  for (const turn of turns) {
    const next = (turn ? left : right).shift() ?? (turn ? right : left).shift();
    if (next !== undefined) calls.push(next);
  }
  return [...calls, ...left, ...right];
}

const PAIRS_MAX = 40;
/** States that are tried for pairs: more give the same kinds of pairs again. */
const STATES_FOR_PAIRS = effort(300);

/** Programs of up to two calls, and three from a few, that lead to one key. */
function pairsOf(scope: SmallScope, session: Session): [Call[], Call[]][] {
  const first = new Map<string, Call[]>();
  const pairs: [Call[], Call[]][] = [];
  const exploration = new ExploreScenario(
    scope,
    session,
    { depth: 3, states: STATES_FOR_PAIRS },
    {
      forgetful: true,
      onProgram: (program) => {
        const calls = [...program().calls];
        if (session.failed) return false;
        reach(session, calls);
        const { key } = stateOf(session.world);
        const known = first.get(key);
        if (known === undefined) first.set(key, calls);
        else pairs.push([known, calls]);
        return false;
      },
    },
  );
  while (exploration.slice(1000));
  const every = Math.max(1, Math.floor(pairs.length / PAIRS_MAX));
  return pairs.filter((_, i) => i % every === 0);
}

/** Makes every call in both worlds, with the objects that correspond to each other. */
function compareNext(scope: SmallScope, one: Session, other: Session, a: readonly Call[], b: readonly Call[]): number {
  reach(one, a);
  reach(other, b);
  const [left, right] = [stateOf(one.world), stateOf(other.world)];
  expect(right.key).toBe(left.key);
  const counterpart = new Map(left.handles.map((id, i) => [id, right.handles[i]]));
  const named = (calls: readonly Call[]): number => calls.filter(({ result }) => result >= 0).length;
  const next = scope.callsIn(one.world, named(a));
  const every = Math.max(1, Math.floor(next.length / 8));
  const sampled = next.filter((_, i) => i % every === 0);
  for (const call of sampled) {
    const args = [...call.args];
    for (const { at } of call.command.handles) if (args[at] >= 0) args[at] = counterpart.get(args[at]) as number;
    const ends = [endOf(one, a, call), endOf(other, b, { ...call, args, result: call.result < 0 ? -1 : named(b) })];
    if (JSON.stringify(ends[0]) !== JSON.stringify(ends[1]))
      throw new Error(
        `${call.command.name}(${call.args.join()}) tells apart ${text(a)} | ${text(b)}: ${JSON.stringify(ends)}`,
      );
  }
  return sampled.length;
}

const text = (calls: readonly Call[]): string =>
  calls.map(({ command, args, fail, context }) => `${command.name}(${args.join()};${fail};${context})`).join(' ');

function endOf(session: Session, calls: readonly Call[], call: Call): unknown {
  reach(session, calls);
  const outcome = session.execute(call);
  return { outcome, ret: session.world.ret, signature: signatureOf(session.verdict), key: stateOf(session.world).key };
}
