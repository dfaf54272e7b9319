// A bisection over releases finds the neighbours between which an answer changes.

import { mkdtempSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { bisectReleases } from '../src/compare/bisect_releases';
import { ReleaseAsker } from '../src/cli/support/bisect/ask_release';
import { gitLines, versionText } from '../src/cli/support/bisect/git_lines';
import { candidatesBetween, type Candidate } from '../src/cli/support/bisect/bisect_candidates';
import { bisectText } from '../src/report/bisect_text';
import { parseProgram } from '../src/program/parse';
import { nearestRelease } from '../src/targets/linux/nearest_release';
import { debianVersion, isDebian, missingPrerequisites } from '../src/targets/linux/prerequisites';
import { folderForTests } from './support/cli';
import { falseSources, LISTS, UPDATE, URIS, withHeadersThatDoNotCompile, withPrograms } from './support/false_packages';

const SEED = 184467;

test(`the neighbours of the change are found, with few questions (seed ${SEED})`, async () => {
  const drawn = fc.integer({ min: 2, max: 80 }).chain((count) =>
    fc.record({
      count: fc.constant(count),
      change: fc.integer({ min: 1, max: count - 1 }),
      setUp: fc.array(fc.boolean(), { minLength: count, maxLength: count }),
      broken: fc.uniqueArray(fc.integer({ min: 1, max: Math.max(1, count - 2) }), { maxLength: 6 }),
    }),
  );
  await fc.assert(
    fc.asyncProperty(drawn, async ({ count, change, setUp, broken }) => {
      const releases = setUp.map((isSetUp, at) => ({ name: `6.12.${at}`, isSetUp }));
      const asked: number[] = [];
      const unusable = broken.filter((at) => at > 0 && at < count - 1);
      const result = await bisectReleases(releases, (at) => {
        asked.push(at);
        return Promise.resolve(unusable.includes(at) ? null : at < change);
      });
      const usable = releases.map((_, at) => at).filter((at) => !unusable.includes(at));
      expect(result.before).toBe(usable.findLast((at) => at < change));
      expect(result.after).toBe(usable.find((at) => at >= change));
      expect(result.unusable.every((at) => at > result.before && at < result.after)).toBe(true);
      expect(new Set(asked).size).toBe(asked.length);
      // A quarter of what is left may lie on the longer side of each question.
      expect(asked.length).toBeLessThanOrEqual(2 + unusable.length + Math.ceil(Math.log(count) / Math.log(4 / 3)));
    }),
    { seed: SEED, numRuns: 300 },
  );
});

test('a release that is set up is asked before one that must be fetched', async () => {
  const releases = Array.from({ length: 9 }, (_, at) => ({ name: `7.${at}`, isSetUp: at === 3 }));
  const asked: number[] = [];
  await bisectReleases(releases, (at) => {
    asked.push(at);
    return Promise.resolve(at < 4);
  });
  expect(asked[0]).toBe(3);
});

const SCRIPT = '../skbcheck/ci/bisect.sh';

test('the lines for git are those of a change in a stable series, between two, and of a fix', () => {
  expect(gitLines({ before: '6.12.43', after: '6.12.74', change: 'appears' }, SCRIPT, 'f.skb')).toEqual([
    'git bisect start v6.12.74 v6.12.43',
    `git bisect run ${SCRIPT} f.skb`,
  ]);
  expect(gitLines({ before: '6.17.13', after: '6.18.15', change: 'disappears' }, SCRIPT, 'f.skb')).toEqual([
    'git bisect start --term-old=broken --term-new=mended v6.18.15 v6.17',
    `git bisect run ${SCRIPT} --mended f.skb`,
  ]);
  expect(gitLines({ before: '6.17.13', after: '6.18.15', change: 'changes' }, SCRIPT, 'f.skb')).toEqual([]);
});

test('releases that could not be asked are counted where there are many, and the text says what to do', () => {
  const common = { file: 'f.skb', profile: 'linux-6.12', steps: [], releases: 51, by: 'model' } as const;
  const found = { before: '6.12.43', after: '7.3.4', change: 'appears', next: [] } as const;
  const textOf = (unusable: string[], unfetched?: true): string =>
    bisectText({ ...common, found: { ...found, unusable, unfetched } });
  expect(textOf(['7.0.4'])).toBe(
    'f.skb: the finding appears between 6.12.43 and 7.3.4 (asked 0 of 51)\ncould not be asked: 7.0.4',
  );
  const many = Array.from({ length: 9 }, (_, at) => `7.0.${at}`);
  expect(textOf(many, true)).toContain(
    'could not be asked: 9 from 7.0.0 to 7.0.8\nthe repository cannot be reached; run it again when it can',
  );
});

test('a kernel states its version as a number', () => {
  expect([0x060c2b, 0x070300].map(versionText)).toEqual(['6.12.43', '7.3']);
});

const candidates: Candidate[] = ['6.1.0-57', '6.12.43+deb12', '6.12.95+deb12', '6.16.12+deb13', '7.3.4+deb13'].map(
  (release) => ({ name: release.replace(/\+.*/, ''), release: `${release}-amd64`, isSetUp: true }),
);
const namesBetween = (from?: string, to?: string): string[] =>
  candidatesBetween(candidates, from, to).map(({ name }) => name);

test('a series stands for its oldest release as the first, and for its newest as the last', () => {
  expect(namesBetween('6.12', '6.16')).toEqual(['6.12.43', '6.12.95', '6.16.12']);
  expect(namesBetween('6.1', 'linux-6.12')).toEqual(['6.1.0-57', '6.12.43', '6.12.95']);
  expect(namesBetween()).toHaveLength(5);
});

test.each([
  ['7.3', '6.12', 'is not older than'],
  ['6.12.43', '6.12.43', 'are one release, 6.12.43: nothing lies between; name two'],
  ['5.4', '7.3', 'there is no such release'],
])('from %s to %s is a mistake', (from, to, why) => expect(() => namesBetween(from, to)).toThrow(why));

test.each([
  ['6.12.50', 'linux-6.12.43'],
  ['6.12.90-rc1', 'linux-6.12.95'],
  ['6.15.0', 'linux-6.12.95'],
  ['7.4.0-rc2+', 'linux-7.3.4'],
  ['5.15.1', 'linux-6.1.0-57'],
])('the nearest release of %s is %s', (release, target) => {
  const records = candidates.map((one) => ({ target: `linux-${one.name}`, release: one.release }));
  expect(nearestRelease(release, records)?.target).toBe(target);
});

const canSetUp = isDebian() && missingPrerequisites().length === 0;

(canSetUp ? describe : describe.skip)('a release that must be fetched', () => {
  const folder = folderForTests('bisect-releases');
  const { PATH, SKBCHECK_CACHE } = process.env;
  const program = parseProgram('profile linux-6.12\nskb1 = alloc_skb(size: 100)\n', 'a.skb');
  const askerOf = (said: string[] = []): ReleaseAsker =>
    new ReleaseAsker(program, { abuse: false, provoke: false }, (line) => said.push(line), falseSources(folder));
  const own = `6.12.90+deb${debianVersion()}-amd64`;
  const ofBoth = [own, '6.12.90+deb99-amd64'];
  const packages = ofBoth.flatMap((release) => [`linux-image-${release}`, `linux-headers-${release}`]);

  beforeEach(() => {
    process.env.SKBCHECK_CACHE = mkdtempSync(path.join(folder, 'cache-'));
    withHeadersThatDoNotCompile(folder, packages, ofBoth);
  });
  afterEach(() => {
    process.env.PATH = PATH;
    if (SKBCHECK_CACHE === undefined) delete process.env.SKBCHECK_CACHE;
    else process.env.SKBCHECK_CACHE = SKBCHECK_CACHE;
  });

  test.each(ofBoth)('is the package of this Debian, also where the list has %s for its number', async (release) => {
    const said: string[] = [];
    const step = await askerOf(said).ask({ name: '6.12.90', release, isSetUp: false });
    expect(said.filter((line) => line.startsWith('downloading'))).toEqual([`downloading ${own}`]);
    expect(step).toMatchObject({ release: '6.12.90', signature: null });
    expect(step.sentence).toMatch(/^cannot be asked: cannot build the module against .*: a header is missing/);
  });

  test('is asked for once where the repository cannot be reached, and after that only what is set up', async () => {
    const [release] = ofBoth;
    const said = "E: Temporary failure resolving 'debian.example'";
    const lost = `case "$*" in *download*|*update*) echo "${said}" >&2; exit 100;; esac`;
    withPrograms(folder, { 'apt-get': `${LISTS}\n${URIS}\n[ -e "$lists/debian_Packages" ] && ${lost}\n${UPDATE}` });
    const asker = askerOf();
    const fetched = { name: '6.12.90', release, isSetUp: false };
    const others = [fetched, { name: '6.12.95', release, isSetUp: true }];
    expect(others.map((one) => asker.canAsk(one))).toEqual([true, true]);
    expect((await asker.ask(fetched)).sentence).toMatch(/^cannot be asked: cannot download .*failure resolving/);
    expect(others.map((one) => asker.canAsk(one))).toEqual([false, true]);
  });
});
