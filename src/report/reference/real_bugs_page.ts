import { absentBugs } from '../../rules/bugs/absent_bugs';
import type { ReleaseBug } from '../../rules/bugs/release_bugs';
import { compareReleases, releaseOf } from '../../rules/history/release';
import type { BugOnRelease, BugsOnRelease, Unattributed } from '../../search/bugs/bug_outcome';
import type { BugsDocument } from '../documents/bugs_document';
import { count, plural } from '../figures';
import { wrapped } from './wrapped';

/** One bug over all kernels. */
interface Row {
  readonly bug: ReleaseBug;
  readonly on: readonly (BugOnRelease | undefined)[];
}

/**
 * docs/explanation/real-bugs.md: a pure function of the results of `history-of-bugs`.
 * @param made - the line that says that the page is made by a program
 * @param documents - one or more results; a kernel is in one of them
 */
export function realBugsPage(made: string, documents: readonly BugsDocument[]): string {
  const releases = documents
    .flatMap((document) => document.releases)
    .sort((a, b) => compareReleases(releaseOf(a.release), releaseOf(b.release)));
  const rows = rowsOf(releases);
  return [
    '# Real bugs in unmodified kernels',
    '',
    made,
    '',
    ...introduction(documents, releases, rows),
    '',
    ...table(releases, rows),
    '',
    ...foundSection(releases, rows),
    ...causesSection('Not found', 'not found', releases),
    ...causesSection('Not searched', 'not searched', releases),
    ...unattributedSection(releases),
    ...searchesSection(releases),
    ...absentSection(releases),
  ].join('\n');
}

function rowsOf(releases: readonly BugsOnRelease[]): Row[] {
  const bugs = new Map<string, ReleaseBug>();
  // The fix in the newest series is that of mainline.
  for (const bug of releases.flatMap(({ has }) => has)) bugs.set(bug.id, bug);
  return [...bugs.values()].map((bug) => ({
    bug,
    on: releases.map(({ bugs: results }) => results.find((one) => one.bug === bug.id)),
  }));
}

function introduction(
  documents: readonly BugsDocument[],
  releases: readonly BugsOnRelease[],
  rows: readonly Row[],
): string[] {
  const seconds = [...new Set(documents.map((document) => document.seconds))].map((budget) => plural(budget, 'second'));
  const found = rows.filter(({ on }) => on.some((one) => one?.outcome === 'found')).length;
  const pairs = releases.flatMap(({ bugs }) => bugs);
  const searched = pairs.filter(({ outcome }) => outcome !== 'not searched');
  const hits = searched.filter(({ outcome }) => outcome === 'found').length;
  return [
    ...wrapped(
      'A mutant is a bug that we put into a rule ourselves. This table is about bugs that kernels of Debian really ' +
        'have, as they were released, and that a later release mends.',
    ),
    '',
    ...wrapped(
      'The search is blind: each bug that the release has by the [histories](../reference/histories.md) is mended in ' +
        'the model, so that nothing tells of it. A difference between the kernel and this model is a finding. Only ' +
        'then the bugs are put back into the model, one after the other, to see which one explains the finding. That ' +
        'bug stays in the model, so that others behind it can be found.',
    ),
    '',
    ...wrapped(
      `Each scenario that a bug is about was searched for ${seconds.join(' or ')} on each kernel, once, ` +
        'with one seed, on one virtual CPU under software emulation, on a machine with two cores that did other work at the same ' +
        'time. That is far less than the five minutes that the command takes by itself.',
    ),
    '',
    ...wrapped(
      `${plural(rows.length, 'bug')} on ${plural(releases.length, 'kernel')}: ${found} found on one kernel at least. ` +
        `Of ${plural(searched.length, 'pair')} of a bug and a kernel that can show it, ${hits} were found.`,
    ),
  ];
}

const CELLS = { 'not found': 'missed', 'not searched': 'no' } as const;

function table(releases: readonly BugsOnRelease[], rows: readonly Row[]): string[] {
  return [
    `| bug | mended by | ${releases.map(({ release }) => release).join(' | ')} |`,
    `| --- | --- | ${releases.map(() => '---').join(' | ')} |`,
    ...rows.map(
      ({ bug, on }) => `| ${bug.id} | ${bug.commit ?? 'below'} | ${on.map((one) => cellOf(one)).join(' | ')} |`,
    ),
    '',
    ...wrapped(
      'A time: the seconds of the search of a scenario until the bug was found, without those for reducing and ' +
        'attributing. "missed": the kernel has it by its history, and the search did not find it. "no": no search ' +
        'on a kernel can find it. "-": the release does not have it.',
    ),
  ];
}

function cellOf(result: BugOnRelease | undefined): string {
  if (result === undefined) return '-';
  return result.outcome === 'found' ? `${count(Math.round(result.afterSeconds ?? 0))} s` : CELLS[result.outcome];
}

function foundSection(releases: readonly BugsOnRelease[], rows: readonly Row[]): string[] {
  return [
    '## The bugs',
    '',
    ...rows.flatMap(({ bug, on }) => {
      const at = on.findIndex((one) => one?.outcome === 'found');
      const first = on[at];
      return [
        ...wrapped(`- ${bug.id}, scenario ${bug.scenario}: ${bug.title}. The fix: ${bug.source}.`),
        ...(first === undefined ? [] : firstLines(releases[at].release, first)),
      ];
    }),
    '',
  ];
}

function firstLines(release: string, { sentence, scenario, with: others, after }: BugOnRelease): string[] {
  const beside = others.length === 0 ? '' : `, together with ${others.join(', ')}`;
  const behind = after.length === 0 ? '' : `, after ${after.join(', ')}`;
  return wrapped(`- Seen on ${release} in ${scenario}${beside}${behind}: ${inline(sentence ?? '')}`).map(
    (line) => `  ${line}`,
  );
}

/** Kernels whose results have the same cause for a bug stand in one line. */
function causesSection(title: string, outcome: BugOnRelease['outcome'], releases: readonly BugsOnRelease[]): string[] {
  const causes = new Map<string, Map<string, string[]>>();
  for (const { release, bugs } of releases)
    for (const { bug, cause } of bugs.filter((one) => one.outcome === outcome)) {
      const of = causes.get(cause ?? '') ?? new Map<string, string[]>();
      of.set(bug, [...(of.get(bug) ?? []), release]);
      causes.set(cause ?? '', of);
    }
  const lines = [...causes].flatMap(([cause, bugs]) => {
    const where = [...bugs].map(([bug, on]) => (on.length === releases.length ? bug : `${bug} (${on.join(', ')})`));
    return wrapped(`- ${sentenceOf(cause)} ${where.join('; ')}.`);
  });
  return [`## ${title}`, '', ...(lines.length === 0 ? ['Nothing.'] : lines), ''];
}

function unattributedSection(releases: readonly BugsOnRelease[]): string[] {
  const seen = new Map<string, { readonly on: string[]; readonly first: Unattributed }>();
  for (const { release, scenarios } of releases)
    for (const { scenario, unattributed } of scenarios)
      for (const first of unattributed) {
        const key = `${scenario}: ${first.signature}`;
        const known = seen.get(key) ?? { on: [], first };
        known.on.push(release);
        seen.set(key, known);
      }
  const lines = [...seen].flatMap(([key, { on, first }]) => {
    const agrees = first.releaseExplains ? ' The model of the release itself agrees.' : '';
    return wrapped(`- ${key} on ${[...new Set(on)].join(', ')}: ${inline(first.sentence)}.${agrees}`);
  });
  return [
    '## Differences that no bug explains',
    '',
    ...wrapped(
      'Such a difference is a change that no history has yet, a release of which the histories say something ' +
        'wrong, or a bug that nobody has named. It is no proof of a bug.',
    ),
    '',
    ...(lines.length === 0 ? ['There was none.'] : lines),
    '',
  ];
}

function searchesSection(releases: readonly BugsOnRelease[]): string[] {
  const lines = releases.flatMap(({ release, scenarios }) => {
    const searched = scenarios.map(({ scenario, seconds, executed, compared, ended }) => {
      const end = ended === undefined ? '' : `, ended early: ${ended}`;
      return `${scenario} ${seconds.toFixed(0)} s, ${plural(executed, 'command')}, ${count(compared)} compared${end}`;
    });
    return wrapped(`- ${release}: ${searched.length === 0 ? 'nothing' : searched.join('; ')}.`);
  });
  return ['## The searches', '', ...lines, ''];
}

function absentSection(releases: readonly BugsOnRelease[]): string[] {
  const causes = new Map<string, string[]>();
  for (const { id, cause } of absentBugs(releases.map(({ release }) => release)))
    causes.set(cause, [...(causes.get(cause) ?? []), id]);
  return [
    '## Bugs of the list that no kernel of the table has',
    '',
    ...wrapped('Mutants stand for them ([mutants](../reference/mutants.md)); this table cannot.'),
    '',
    ...[...causes].flatMap(([cause, ids]) => wrapped(`- ${sentenceOf(cause)} ${ids.join(', ')}.`)),
    '',
  ];
}

function sentenceOf(cause: string): string {
  return `${cause.charAt(0).toUpperCase()}${cause.slice(1)}:`;
}

/** Words of a kernel or a program must not become Markdown. */
function inline(text: string): string {
  return text
    .replace(/([|*<>[\]_])/g, '\\$1')
    .replace(/\s+/g, ' ')
    .trim();
}
