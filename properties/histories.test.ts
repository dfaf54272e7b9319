// The rules of a release come from their histories.

import { HISTORIES, RULE_NAMES, rulesOf, type RuleName } from '../src/rules/history/histories';
import { always, changed, isOpenAt, valueAt, type History } from '../src/rules/history/history';
import { parseRelease, releaseIn, releaseOf, seriesOf } from '../src/rules/history/release';
import { areBroken, findProfile, PROFILES } from '../src/rules/profiles';
import { skbcheckHere } from './support/in_process';

const valueIn = <Value>(history: History<Value>, release: string): Value => valueAt(history, releaseOf(release));

/** The rules whose values differ between two releases, with both values. */
function differences(from: string, to: string): Record<string, readonly [unknown, unknown]> {
  const [before, after] = [rulesOf(from), rulesOf(to)];
  const names = RULE_NAMES.filter((name) => before[name] !== after[name]);
  return Object.fromEntries(names.sort().map((name) => [name, [before[name], after[name]]]));
}

test('from 6.1.192 to 6.12.117, these rules change', () => {
  expect(differences('6.1.192', '6.12.117')).toEqual({
    coalesceRefusesClonedRecycle: [true, false],
    coalesceTakesPoolReferences: [false, true],
    destroyStopsSync: [false, true],
    destroyUnmapsOutstanding: [false, true],
    deviceMayGoAfterDestroy: [false, true],
    directRecycleChecksSoftirq: [true, false],
    dmaAddrLayout: ['upper', 'shifted'],
    dmaAddrLossRefused: [false, true],
    frameSkbIsMarked: [false, true],
    frameSkbLeavesPool: [true, false],
    groBigIpv4: [false, true],
    groChainRefusesLongLinear: [false, true],
    groChainsSplittable: [false, true],
    groFlushByPair: [false, true],
    groFrag0IsLinear: [false, true],
    groListChecksPull: [false, true],
    groTcpFraglist: [false, true],
    groTcpListSkipsGso: [false, true],
    hasReleasePage: [true, false],
    napiLocalRecyclesDirect: [false, true],
    ppRefCountAlways: [false, true],
    redirectSupportsFrags: [false, true],
    skbZerocopyKeepsSharedFrag: [false, true],
    skbZerocopyMayMeetWriters: [false, true],
    smallHeadCache: [false, true],
    splicesPagesFromIter: [false, true],
    tracksDmaMappings: [false, true],
    trimHeadEatsLinear: [true, false],
    uncloneLeavesSmallHeads: [false, true],
    xdpMetalenMax: [32, 252],
    xskAcceptsEmpty: [true, false],
    xskMultiBuffer: [false, true],
    xskPublishesByPosition: [false, true],
    xskReclaimsInvalid: [false, true],
    xskReservesForAll: [true, false],
  });
});

test('from 6.12.117 to 7.3.4, these rules change', () => {
  expect(differences('6.12.117', '7.3.4')).toEqual({
    buildsSkbFromBuff: [false, true],
    cpumapForbidsDirectUntilFlush: [false, true],
    cpumapReceivesBuiltFirst: [false, true],
    cpumapRetriesAllocation: [false, true],
    cpumapSkbProgStopsAtFirst: [true, false],
    filterReturnsError: [true, false],
    groFixedIdNeedsDf: [true, false],
    groMarksAccEcn: [false, true],
    groMergesCwr: [false, true],
    hasNetIovs: [false, true],
    napiSmallPageFrag: [true, false],
    pageFragCarvesUpwards: [false, true],
    skbZerocopyPutsItsHead: [false, true],
    udpPartialStatesWhole: [true, false],
    uncloneLeavesSmallHeads: [true, false],
    xskDropCompletes: [false, true],
    xskFullRingIsEagain: [false, true],
    xskKeepsPromises: [false, true],
    xskPublishesByPosition: [true, false],
    xskReservesForAll: [false, true],
    xskShowsProgress: ['never', 'taken'],
    xskSkbListsAddrs: [false, true],
    xskZerocopyChecksMetadata: [false, true],
    xskZerocopyFreesSkb: [false, true],
  });
});

test('the name of a series means its newest release', () => {
  expect(rulesOf('6.1')).toBe(rulesOf('6.1.192'));
  expect(rulesOf('6.12')).toBe(rulesOf('6.12.117'));
  expect(rulesOf('7.3')).toBe(rulesOf('7.3.4'));
});

describe('the value of a rule', () => {
  const history = changed(
    'old',
    { value: 'new', since: '6.14', backports: { '6.12': '6.12.44' }, source: '' },
    { value: 'newer', since: { after: '6.16', by: '7.0' }, backports: { '6.17': '6.17.5' }, source: '' },
    { value: 'stable', since: null, backports: { '6.12': { after: '6.12.50', by: '6.12.60' } }, source: '' },
  );

  test.each([
    ['6.1.192', 'old', false],
    ['6.12.43', 'old', false],
    ['6.12.44', 'new', false],
    ['6.12.50', 'new', false],
    ['6.12.51', 'new', true],
    ['6.12.60', 'stable', false],
    ['6.12', 'stable', false],
    ['6.13.9', 'old', false],
    ['6.14', 'new', false],
    ['6.16.12', 'new', false],
    ['6.17.4', 'new', false],
    ['6.17.5', 'newer', false],
    ['6.18', 'new', true],
    ['7.0.0', 'newer', false],
    ['7.3.4', 'newer', false],
  ])('at %s is %s (unknown: %s)', (release, value, isOpen) => {
    expect([valueIn(history, release), isOpenAt(history, releaseOf(release))]).toEqual([value, isOpen]);
  });

  test('never changes without a change', () => {
    expect(valueIn(always(3), '6.1')).toBe(3);
    expect(isOpenAt(always(3), releaseOf('6.8'))).toBe(false);
  });
});

test('changes of one commit reach the same releases', () => {
  const places = new Map<string, Set<string>>();
  for (const name of RULE_NAMES)
    for (const { commit, since, backports } of (HISTORIES[name] as History<unknown>).changes) {
      if (commit === undefined) continue;
      const sorted = Object.entries(backports ?? {}).sort(([a], [b]) => a.localeCompare(b));
      places.set(commit, (places.get(commit) ?? new Set()).add(JSON.stringify([since, sorted])));
    }
  expect(places.size).toBeGreaterThan(10);
  expect([...places].filter(([, found]) => found.size > 1)).toEqual([]);
});

describe('a profile', () => {
  test.each([
    'linux-6.16.12',
    'linux-6.12.43',
    'linux-7.0',
    'linux-7.4-rc1',
    'linux-6.12.12+bpo',
    'linux-6.16.12+deb13.1',
  ])('%s is found by its name', (name) => {
    expect(findProfile(name)?.name).toBe(name);
    expect(findProfile(name)).toBe(findProfile(name));
  });

  test.each(['linux-6.0', 'linux-5.10.100', 'linux-6', 'linux-6.12-rtt', '6.12', 'linux-6.12.x'])(
    '%s is not found',
    (name) => expect(findProfile(name)).toBeUndefined(),
  );

  test('of a release has rules that are not broken; a copy of them with another value is', () => {
    const profile = findProfile('linux-6.16.12');
    if (profile === undefined) throw new Error('linux-6.16.12 is no profile');
    expect(areBroken(profile.rules)).toBe(false);
    expect(areBroken({ ...profile.rules, coalesceRequiresSameRecycle: false })).toBe(true);
    for (const { rules } of PROFILES) expect(areBroken(rules)).toBe(false);
  });
});

test('a build of Debian is taken for the newest release of its series', () => {
  expect(parseRelease('6.1.0-57')?.patch).toBe(Infinity);
  expect(parseRelease('6.12.117+deb12')?.patch).toBe(117);
  expect(parseRelease('7.4.0-rc1')?.patch).toBe(0);
});

test('a name of a kernel has a release and a series, whatever follows; only a known form is a release', () => {
  expect(releaseIn('6.12.43+deb12-amd64')).toEqual({ major: 6, minor: 12, patch: 43 });
  expect(releaseIn('6.1.0-57-amd64')).toEqual({ major: 6, minor: 1, patch: Infinity });
  expect(releaseIn('5.10.240-mine')).toEqual({ major: 5, minor: 10, patch: 240 });
  expect(releaseIn('vmlinuz')).toBeUndefined();
  expect(['6.12.43+deb12-amd64', '6.1', 'mine'].map(seriesOf)).toEqual(['6.12', '6.1', 'mine']);
  for (const text of ['6.12.43+deb12-amd64', '6.12.43-mine', '5.10.240', '6.12.'])
    expect(parseRelease(text)).toBeUndefined();
});

describe('each change', () => {
  const changes = RULE_NAMES.flatMap((name) =>
    (HISTORIES[name] as History<unknown>).changes.map((change, i) => ({ name, i, change })),
  );
  const valuesOf = (name: RuleName): unknown[] => {
    const { first, changes: later } = HISTORIES[name] as History<unknown>;
    return [first, ...later.map(({ value }) => value)];
  };

  test.each(changes)('of $name ($i) has a source, another value than before, and releases', ({ name, i, change }) => {
    const { since, backports = {}, source } = change;
    expect(source).not.toBe('');
    expect(valuesOf(name)[i + 1]).not.toEqual(valuesOf(name)[i]);
    expect(since !== null || Object.keys(backports).length > 0).toBe(true);
    for (const at of [since, ...Object.values(backports)].filter((known) => known !== null))
      for (const release of typeof at === 'string' ? [at] : [at.after, at.by])
        expect(parseRelease(release)).toBeDefined();
    for (const [series, at] of Object.entries(backports))
      expect(typeof at === 'string' ? at : at.by).toMatch(new RegExp(`^${series.replace('.', '\\.')}\\.\\d+$`));
  });
});

test('the number of a Debian build is no release to ask for: a build of 2025 has not the newest values', async () => {
  const { code, stderr } = await skbcheckHere(['rules', '--at', 'linux-6.1.0-50'], { cwd: __dirname });
  expect(code).toBe(2);
  expect(stderr).toContain('6.1.0-50 is the number of a Debian build, and names no release; give the stable one');
  const tag = await skbcheckHere(['rules', 'groBigIpv4', '--at', 'v6.12.43'], { cwd: __dirname });
  expect(tag.code).toBe(0);
});
