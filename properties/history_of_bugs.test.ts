// history-of-bugs (src/search/bugs/): a kernel with known bugs is searched beside a model that knows none of them, and
// the page of real bugs is a function of the results. The model of a release stands for its kernel here.

import { realBugsPage } from '../src/report/reference/real_bugs_page';
import { bugsText } from '../src/report/bugs_text';
import type { BugsDocument } from '../src/report/documents/bugs_document';
import { absentBugs } from '../src/rules/bugs/absent_bugs';
import { bugsOf, NEWEST_RULES } from '../src/rules/bugs/release_bugs';
import type { RuleName } from '../src/rules/history/histories';
import { MUTANTS } from '../src/rules/mutants';
import { attribute } from '../src/search/bugs/attribute';
import { BlindKernel } from '../src/search/bugs/blind_kernel';
import type { BugsOnRelease } from '../src/search/bugs/bug_outcome';
import { RecordedAnswers } from '../src/search/bugs/recorded_answers';
import { SearchClock } from '../src/search/bugs/search_clock';
import { searchRelease } from '../src/search/bugs/search_release';
import { searchModel } from '../src/search/search_model';
import { Session } from '../src/session/session';
import { sentenceOf } from '../src/session/verdict';
import { effort } from './support/effort';
import { findScenario } from '../src/generate/scenarios/registry';
import type { Scenario } from '../src/generate/scenario';
import { mutantOf, profileOf, programOf } from './support/model';
import { modelLink } from './support/model_link';

const RELEASE = '6.12.74';
const TARGET = `linux-${RELEASE}`;

const open = (): ReturnType<BlindOpen> => Promise.resolve(modelLink(TARGET, profileOf(TARGET)));
type BlindOpen = ConstructorParameters<typeof BlindKernel>[1];

const SILENT = { onScenario: () => undefined, onFound: () => undefined };

const only = (...ids: string[]): Parameters<typeof searchRelease>[1] => ({
  bug: ({ id }) => ids.includes(id),
  scenarios: null,
});

/** @param looks - at the clock, which stands for the time */
function searched(ids: readonly string[], looks: number): Promise<BugsOnRelease> {
  let now_ms = 0;
  const limits = { seed: 1, time_ms: looks, look_ms: 1e6, interrupted: () => false, now_ms: () => now_ms++ };
  return searchRelease({ target: TARGET, release: RELEASE, open }, only(...ids), limits, SILENT);
}

const DEAD = { kind: 'panic', detail: 'it always dies', console: '' } as const;

const documentOf = (...releases: BugsOnRelease[]): BugsDocument => ({
  seed: 1,
  seconds: 30,
  asked: null,
  scenarios: null,
  releases,
});

test('the blind model has no value of a bug of the release', () => {
  for (const release of ['6.1', '6.12.43', '6.16.12', '7.0.13', '7.2.12']) {
    const rules = new BlindKernel(release, open).rulesWith();
    for (const { mended } of bugsOf(release))
      for (const rule of Object.keys(mended) as RuleName[]) expect(rules[rule]).toBe(NEWEST_RULES[rule]);
  }
});

test('a bug that is put back has the value of the release, and the others stay mended', () => {
  const kernel = new BlindKernel(RELEASE, open);
  const bug = kernel.bugs.find(({ id }) => id === 'A18');
  expect(kernel.rulesWith().poolFragsAligned).toBe(true);
  kernel.putBack(bug === undefined ? [] : [bug]);
  expect(kernel.rulesWith().poolFragsAligned).toBe(false);
  expect(kernel.rulesWith().groRefusesZcopy).toBe(true);
  expect(kernel.hidden.map(({ id }) => id)).not.toContain('A18');
});

test('a bug is found blind, with the difference, the program and what was found before', async () => {
  const { bugs, scenarios } = await searched(['A18'], 8);
  const found = bugs.filter(({ outcome }) => outcome === 'found');
  expect(found.map(({ bug }) => bug)).toContain('A18');
  const a18 = bugs.find(({ bug }) => bug === 'A18');
  expect(a18?.sentence).toMatch(/frag_offset is 8 in the model, 1 in the kernel/);
  expect(a18?.program).toContain('page_pool_alloc_frag');
  expect(scenarios.map(({ unattributed }) => unattributed)).toEqual(scenarios.map(() => []));
});

test('a bug that no search met is asked for with the program of its mutant, and gets its cause', async () => {
  const { bugs } = await searched(['H4', 'H13'], 12);
  // Those that are found beside them are in the result as well.
  const asked = bugs.filter(({ bug }) => ['H4', 'H13'].includes(bug));
  expect(asked.map(({ bug, outcome, cause }) => [bug, outcome, cause])).toEqual([
    ['H4', 'not found', expect.stringMatching(/^its own program /)],
    ['H13', 'not searched', expect.stringMatching(/^scenario veth runs on the model only: /)],
  ]);
});

test('a violation of the blind model is no finding of the kernel', async () => {
  const kernel = new BlindKernel(RELEASE, open);
  const place = { call: 0, command: 'alloc_skb', settling: false };
  const verdict = { kind: 'violation', place, invariant: 'geometry', objectKind: 'skb', message: '' } as const;
  const program = programOf(profileOf(TARGET), 'skb1 = alloc_skb(size: 0)\n');
  expect(await attribute(kernel, program, verdict)).toEqual({ kind: 'nothing' });
  await kernel.close();
});

test('a difference that does not show again is attributed to no bug', async () => {
  const kernel = new BlindKernel(RELEASE, open);
  const place = { call: 0, command: 'alloc_skb', settling: false };
  const program = programOf(profileOf(TARGET), 'skb1 = alloc_skb(size: 0)\n');
  const once = { kind: 'divergence', place, field: 'memory in use', message: '' } as const;
  expect(await attribute(kernel, program, once)).toEqual({ kind: 'nothing' });
  const death = { kind: 'death', death: 'unconfirmed', console: '', title: '' } as const;
  expect(await attribute(kernel, program, { ...death, place: null })).toEqual({ kind: 'nothing' });
  expect(await attribute(kernel, program, { ...death, death: 'panic', place })).toEqual({ kind: 'nothing' });
  await kernel.close();
});

test('a model with a bug put back executes the guilty call: one that it skips would explain anything', async () => {
  const profile = profileOf(TARGET);
  // A kernel does what it is asked to. A model is told that such a call is no caller's.
  const rules = { ...profile.rules, skbZerocopyMayMeetWriters: true };
  const kernel = new BlindKernel(RELEASE, () => Promise.resolve(modelLink(TARGET, { ...profile, rules })));
  const bug = kernel.bugs.find(({ id }) => id === 'J3-skb-zerocopy');
  const program = programOf(profile, mutantOf('J3-skb-zerocopy').program);
  const call = program.calls.findIndex(({ command }) => command.name === 'skb_zerocopy');
  const answers = new RecordedAnswers(kernel, program, call);
  expect(await answers.agree([])).toBe(false);
  expect(await answers.agree(bug === undefined ? [] : [bug])).toBe(true);
  const verdict = await kernel.follow(program, []);
  expect(verdict).toMatchObject({ kind: 'divergence', place: { call } });
  expect(await attribute(kernel, program, verdict)).toMatchObject({ kind: 'these', bugs: [{ id: 'J3-skb-zerocopy' }] });
  // Nobody may be asked any more.
  expect(await attribute(kernel, program, verdict, () => true)).toEqual({ kind: 'cut' });
  await kernel.close();
});

test('the blind model of each release is clean by itself', () => {
  for (const release of ['6.1.192', '6.12.43', '6.18.15', '7.1.13'])
    for (const scenario of ['core', 'gro', 'segment', 'splice', 'xdp', 'xsk']) {
      const profile = profileOf(`linux-${release}`);
      const rules = new BlindKernel(release, open).rulesWith();
      const session = new Session({ profile: profile.name, rules, abi: profile.abi });
      const limits = { commands: effort(500), findings: 1, stop: () => false };
      const { findings } = searchModel(findScenario(scenario) as Scenario, { ...profile, rules }, session, 1, limits);
      const said = findings.map(({ verdict }) => `${release} ${scenario}: ${sentenceOf(verdict)}`);
      expect(said).toEqual([]);
    }
});

test('a scenario of which nothing was compared is not searched, and an interrupted search finds nothing missing', async () => {
  const none = { ...modelLink(TARGET, profileOf(TARGET)), execute: () => Promise.resolve({ death: DEAD }) };
  let now_ms = 0;
  const limits = { seed: 1, time_ms: 6, look_ms: 1e6, interrupted: () => false, now_ms: () => now_ms++ };
  const kernel = { target: TARGET, release: RELEASE, open: () => Promise.resolve(none) };
  const dead = await searchRelease(kernel, only('A18'), limits, SILENT);
  expect(dead.bugs.map(({ outcome, cause }) => [outcome, cause])).toEqual([
    ['not searched', expect.stringMatching(/^no observation of scenario core was compared: /)],
  ]);
  const stopped = { ...limits, interrupted: () => true };
  const cut = await searchRelease({ ...kernel, open }, only('A18'), stopped, SILENT);
  expect(cut.bugs).toMatchObject([{ outcome: 'not searched', cause: 'the search was interrupted' }]);
});

test('boots and looks at differences are no time of the search, and nested work counts once', async () => {
  let now_ms = 0;
  const pass = (ms: number): Promise<void> => Promise.resolve(void (now_ms += ms));
  const clock = new SearchClock(() => now_ms);
  const before = clock.read();
  await pass(5);
  await clock.during('look', async () => {
    await pass(20);
    await clock.during('boot', () => pass(100));
    await pass(3);
  });
  await expect(clock.during('boot', () => pass(7).then(() => Promise.reject(new Error('no boot'))))).rejects.toThrow();
  await pass(1);
  expect(clock.since(before)).toEqual({ search: 6, boot: 107, look: 23 });
});

test('a search whose looks at differences take too long is cut, and says when', async () => {
  let now_ms = 0;
  const limits = { seed: 1, time_ms: 1e6, look_ms: 40, interrupted: () => false, now_ms: () => now_ms++ };
  const { scenarios } = await searchRelease({ target: TARGET, release: RELEASE, open }, only('A18'), limits, SILENT);
  expect(scenarios).toMatchObject([{ scenario: 'core', ended: 'boots and looks at differences took their 0 s' }]);
  expect((scenarios[0].bootSeconds ?? 0) + (scenarios[0].lookSeconds ?? 0)).toBeGreaterThanOrEqual(0.04);
});

test('scenarios that are asked for are searched alone, and their bugs are those of the result', async () => {
  let now_ms = 0;
  const limits = { seed: 1, time_ms: 8, look_ms: 1e6, interrupted: () => false, now_ms: () => now_ms++ };
  const asked = { bug: () => true, scenarios: ['core'] };
  const { has, scenarios } = await searchRelease({ target: TARGET, release: RELEASE, open }, asked, limits, SILENT);
  expect(scenarios.map(({ scenario }) => scenario)).toEqual(['core']);
  expect(has.filter(({ scenario }) => scenario === 'core').map(({ id }) => id)).toEqual(
    bugsOf(RELEASE).flatMap(({ id, scenario }) => (scenario === 'core' ? [id] : [])),
  );
});

test('a death behind a use after free is the bug of that call where both work on one object', async () => {
  const release = '6.18.15';
  const kernel = new BlindKernel(release, () => Promise.resolve(modelLink(TARGET, profileOf(`linux-${release}`))));
  const x20 = kernel.bugs.filter(({ id }) => id === 'X20');
  const program = programOf(profileOf(`linux-${release}`), mutantOf('X20').program);
  const sendto = program.calls.findIndex(({ command }) => command.name === 'xsk_sendto');
  // The first call of settle closes the socket.
  const closes = program.calls.length;
  expect(await kernel.breaksIn(program, sendto, x20)).toBe(true);
  expect(await kernel.breaksIn(program, closes, x20)).toBe(true);
  // It was made before.
  expect(await kernel.breaksIn(program, 0, x20)).toBe(false);
  expect(await kernel.breaksIn(program, closes, [])).toBe(false);
  await kernel.close();
});

test('the page has each bug of each kernel in its cell, and each miss with its cause', async () => {
  const result = await searched(['A18', 'H13'], 8);
  const page = realBugsPage('Made by a test.', [documentOf(result)]);
  for (const { bug } of result.bugs)
    expect(page).toMatch(new RegExp(`^\\| \\[${bug}\\] \\| .* \\| (\\d+ s|missed|no) \\|$`, 'm'));
  expect(page).toMatch(/scenario veth runs on the model only/i);
  expect(page).toBe(realBugsPage('Made by a test.', [documentOf(result)]));
  expect(bugsText(documentOf(result))).toContain(`${TARGET} (${RELEASE}): `);
});

test('a bug that a longer search finds has both times, and no result of the shorter one is lost', async () => {
  const result = await searched(['A18', 'H13'], 8);
  const missed = result.bugs.map((bug) => ({ ...bug, outcome: 'not found' as const, cause: 'it was not drawn' }));
  const short = { ...documentOf({ ...result, bugs: missed }), seconds: 20 };
  const long = { ...documentOf(result), seconds: 300 };
  const page = realBugsPage('Made by a test.', [short, long]);
  expect(page).toMatch(/^\| \[A18\] \| .* \| \d+ s of 5 min \|$/m);
  expect(page).toMatch(/^\| \[H13\] \| .* \| missed \|$/m);
  expect(realBugsPage('Made by a test.', [long, short])).toBe(page);
  const cut = result.scenarios.map((one) => ({ ...one, seconds: 44, ended: 'it did not boot' }));
  const ended = { ...documentOf({ ...result, bugs: missed, scenarios: cut }), seconds: 300 };
  expect(realBugsPage('Made by a test.', [short, ended])).toMatch(/^\| \[A18\] \| .* \| missed \(44 s\) \|$/m);
  const perhaps = result.bugs.map((bug) => ({ ...bug, outcome: 'one of several' as const, with: ['C5'] }));
  const unsure = realBugsPage('Made by a test.', [documentOf({ ...result, bugs: perhaps })]);
  expect(unsure).toMatch(/^\| \[A18\] \| .* \| perhaps \|$/m);
  expect(unsure).toMatch(/0 were\s+found,\s+and\s+2\s+may\s+be\s+what\s+was\s+found\./);
});

test('a bug of no kernel of the table is absent with a cause, and no bug is both', () => {
  const releases = ['6.12.43', '7.0.13'];
  const there = releases.flatMap((release) => bugsOf(release).map(({ id }) => id));
  const absent = absentBugs(releases);
  expect(absent.filter(({ id }) => there.includes(id))).toEqual([]);
  expect(absent.filter(({ cause }) => cause === '')).toEqual([]);
  for (const { id } of MUTANTS) expect([...there, ...absent.map((bug) => bug.id)]).toContain(id);
  expect(absent.find(({ id }) => id === 'A10')?.cause).toMatch(/has the fix|preempt/i);
});
