import { INVARIANTS } from '../src/invariants/registry';
import { walkWorld } from '../src/invariants/walk/walk_world';
import { generateOn, ProgramGenerator } from '../src/generate/generator';
import { SCENARIOS } from '../src/generate/scenarios/registry';
import { MUTANTS, type Mutant } from '../src/rules/mutants';
import { runOnModel } from '../src/session/run_model';
import { World } from '../src/model/world/world';
import type { Program } from '../src/program/program';
import { changeOf, holdersOf, sum } from '../src/why/change';
import { after, before, historyOf, type History } from '../src/why/history';
import { snapshotOf, type Snapshot } from '../src/why/snapshot';
import { EXPLANATIONS, whyOf, type Why } from '../src/why/why';
import { brokenProfile, profileOf, programOf, sessionOf } from './support/model';
import { placeOf } from '../src/session/verdict';

const DRAWN = 30;
const SEED = Number(process.env.SKBCHECK_WHY_SEED ?? 20_261_129);

/** Mutants drawn by a seed: another seed draws others. */
function drawn(count: number): readonly Mutant[] {
  let state = SEED >>> 0;
  const random = (): number => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
  const all = [...MUTANTS];
  return Array.from({ length: count }, () => all.splice(Math.floor(random() * all.length), 1)[0]);
}

interface Explained {
  readonly mutant: Mutant;
  readonly program: Program;
  readonly why: Why;
  readonly position: number;
  readonly broken: History;
}

function explained(mutant: Mutant): Explained {
  const program = programOf(profileOf(mutant.profile), mutant.program);
  const session = sessionOf(brokenProfile(mutant));
  const { verdict } = runOnModel(session, program);
  const why = whyOf(session, program, verdict);
  if (why === null) throw new Error(`${mutant.id}: no cause`);
  return { mutant, program, why, position: placeOf(verdict)?.call ?? -1, broken: historyOf(session, program) };
}

/** Whether a call changed an object, made or freed it, or changed its holders. */
function isTouched(history: History, position: number, key: string): boolean {
  const [was, is] = [before(history, position), after(history, position)];
  if (JSON.stringify(was.objects.get(key)) !== JSON.stringify(is.objects.get(key))) return true;
  const { gained, lost } = changeOf(was, is, key);
  return gained.length > 0 || lost.length > 0 || sharesWithTouched(was, is, key);
}

/** A head or skb whose frags or members a call changed. */
function sharesWithTouched(was: Snapshot, is: Snapshot, key: string): boolean {
  const text = (snapshot: Snapshot): string => JSON.stringify([snapshot.frags.get(key), snapshot.members.get(key)]);
  return text(was) !== text(is);
}

/** The objects that a cause names, in two runs of one program. */
function stateOf(snapshot: Snapshot, keys: readonly string[]): string {
  return JSON.stringify(
    keys.map((key) => [
      snapshot.objects.get(key) ?? null,
      snapshot.frags.get(key) ?? null,
      holdersOf(snapshot, key).map(({ by, place, counter, count }) => [by, place, counter, count]),
    ]),
  );
}

test('each statement about the world has a cause of its own kind, or is an act that a call itself reports', () => {
  const acts = ['ring-bounds', 'driver-counters'];
  const without = INVARIANTS.map(({ name }) => name).filter((name) => EXPLANATIONS[name] === undefined);
  expect(without.sort()).toEqual(acts.sort());
});

test(`the cause of ${DRAWN} drawn mutants (seed ${SEED}) names an object that a call in it touched`, () => {
  const wrong = drawn(DRAWN)
    .map(explained)
    .filter(({ why, position, broken }) => {
      const last = Math.min(position, broken.moments.length - 1);
      const calls = Array.from({ length: last + 1 }, (_, i) => i);
      const named = calls.filter((call) => call === last || why.line.includes(broken.moments[call].command));
      return !why.objects.some((key) => named.some((call) => isTouched(broken, call, key)));
    })
    .map(({ mutant, why }) => `${mutant.id}: ${why.line}`);
  expect(wrong).toEqual([]);
});

/** The unbroken profile is the oracle here, and only here: the line itself is made without it. */
test(`what the cause of ${DRAWN} drawn mutants (seed ${SEED}) names is different without the broken rule`, () => {
  const same = drawn(DRAWN)
    .map(explained)
    .filter(({ mutant, program, why, broken, position }) => {
      const twin = historyOf(sessionOf(profileOf(mutant.profile), { checks: false }), program);
      const last = Math.min(position, broken.moments.length - 1, twin.moments.length - 1);
      return !Array.from({ length: last + 1 }, (_, i) => i).some(
        (call) => stateOf(after(broken, call), why.objects) !== stateOf(after(twin, call), why.objects),
      );
    })
    .map(({ mutant, why }) => `${mutant.id}: ${why.line}`);
  // A rule that only lets an act happen (a write, a put in the wrong context) leaves no state behind that differs.
  expect(same.length).toBeLessThanOrEqual(3);
});

test('each mutant has a cause, in one line, that names no constant by its digits and no object twice', () => {
  for (const mutant of MUTANTS) {
    const { why } = explained(mutant);
    expect(why.line).not.toContain('\n');
    expect(why.line).not.toMatch(/\b10737418\d\d\b/);
    expect(why.line).not.toMatch(/undefined|NaN|null/);
    expect(why.line.length).toBeGreaterThan(20);
    expect(new Set(why.objects).size).toBe(why.objects.length);
  }
});

test('the holders that a cause can name are those that the walk of the invariants counts', () => {
  let compared = 0;
  for (const scenario of SCENARIOS) {
    const profile = profileOf(scenario.profiles?.[0] ?? 'linux-6.12');
    const world = new World(profile.rules, profile.abi);
    const generator = new ProgramGenerator(scenario, profile);
    for (let seed = 1; seed <= 5; seed++) {
      world.reset(profile.rules, profile.abi);
      generateOn(generator, world, profile.name, seed);
      walkWorld(world, true);
      const snapshot = snapshotOf(world, []);
      const of = (key: string, counter: Parameters<typeof holdersOf>[2]): number =>
        sum(holdersOf(snapshot, key, counter));
      for (const page of world.pages) {
        const key = `page#${page.id}`;
        compared++;
        expect([of(key, 'refcount'), of(key, 'pp_ref_count'), of(key, 'slots'), of(key, 'mappings')]).toEqual([
          ...[page.seenReferences, page.seenPoolReferences, page.seenPoolSlots, page.seenMappings],
        ]);
      }
      for (const skb of world.skbs) expect(of(`skb#${skb.id}`, 'users')).toBe(skb.seenUsers);
      for (const data of world.datas) expect(of(`data#${data.id}`, 'dataref')).toBe(data.seenDataref);
      for (const uarg of world.uargs) expect(of(`uarg#${uarg.id}`, 'refcnt')).toBe(uarg.seenReferences);
    }
  }
  expect(compared).toBeGreaterThan(500);
});

test('a head of a pool that became a frag of an skb that does not recycle is named, with its put', () => {
  const { why } = explained(MUTANTS.find(({ id }) => id === 'B2') as Mutant);
  expect(why.line).toMatch(/^page#\d+: pool1 counts it; its only holder .* is frag 0 of skb2, which does not recycle/);
  expect(why.line).toContain('kfree_skb would put_page() it');
  expect(why.references).toContainEqual({ by: expect.stringMatching(/^data#/) as string, of: why.objects[0] });
});

test('a reference that a function forgot is told from one that it dropped once too often', () => {
  const forgot = explained(MUTANTS.find(({ id }) => id === 'J1-zap') as Mutant).why.line;
  const twice = explained(MUTANTS.find(({ id }) => id === 'E14') as Mutant).why.line;
  expect(forgot).toMatch(/the page table of mm1 held it until tcp_close, which dropped it without put_page\(\)/);
  expect(twice).toMatch(/put it once \(put_page\(\)\) where no holder let it go/);
});

test('a difference with a kernel says both values, the call that wrote the field, and who holds the object', () => {
  const profile = profileOf('linux-6.12');
  const program = programOf(profile, 'page1 = alloc_pages()\npage2 = get_page(page: page1)\n');
  const place = { call: 1, command: 'get_page', settling: false };
  const message = 'page1: refcount is 2 in the model, 3 in the kernel, after page2 = get_page(page: page1)';
  const verdict = { kind: 'divergence', place, field: 'page refcount', message } as const;
  const why = whyOf(sessionOf(profile), program, verdict);
  expect(why?.line).toMatch(/^page#\d+: get_page takes refcount from 1 to 2 in the model; the kernel has 3: 1 more\./);
  expect(why?.line).toContain('the name page1 and the name page2 hold it');
  expect(why?.fields).toEqual(['refcount']);
});
