import { absentBugs } from '../../rules/bugs/absent_bugs';
import { bugsOf, type ReleaseBug } from '../../rules/bugs/release_bugs';
import type { BugOnRelease, Unattributed } from '../../search/bugs/bug_outcome';
import type { BugsDocument } from '../documents/bugs_document';
import { count, plural } from '../figures';
import { kernelResults, type KernelResults, type Timed } from './merged_bugs';
import { wrapped } from './wrapped';

/** One bug over all kernels. */
interface Row {
  readonly bug: ReleaseBug;
  readonly on: readonly (Timed<BugOnRelease> | undefined)[];
}

/**
 * docs/explanation/real-bugs.md: a pure function of the results of `history-of-bugs`.
 * @param made - the line that says that the page is made by a program
 * @param documents - one or more results; a kernel may be in several
 */
export function realBugsPage(made: string, documents: readonly BugsDocument[]): string {
  const releases = kernelResults(documents);
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
    ...causesSection('Not found', 'not found', releases, aboutMisses(releases)),
    ...causesSection('Not searched', 'not searched', releases),
    ...unattributedSection(releases),
    ...laterSection(releases),
    ...searchesSection(releases),
    ...absentSection(releases),
  ].join('\n');
}

function rowsOf(releases: readonly KernelResults[]): Row[] {
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
  releases: readonly KernelResults[],
  rows: readonly Row[],
): string[] {
  const budgets = [...new Set(documents.map((document) => document.seconds))].sort((a, b) => a - b);
  const found = rows.filter(({ on }) => on.some((one) => one?.outcome === 'found')).length;
  const pairs = releases.flatMap(({ bugs }) => bugs);
  const searched = pairs.filter(({ outcome }) => outcome !== 'not searched');
  const hits = searched.filter(({ outcome }) => outcome === 'found').length;
  const unsure = searched.filter(({ outcome }) => outcome === 'one of several').length;
  return [
    ...wrapped(
      'A mutant is a bug that we put into a rule ourselves. This table is about bugs that kernels of Debian really ' +
        'have, as they were released. Each is known, and a later release mends it: the table asks whether a search ' +
        'finds it, and has no new bugs.',
    ),
    '',
    ...wrapped(
      'The search is blind. Each bug that the release has by the [histories](../reference/histories.md) is mended in ' +
        'the model, so the model knows nothing of it. A difference between the kernel and this model is a finding. ' +
        'Only then the bugs are put back into the model, one after the other, to see which one explains the finding. ' +
        'It explains a difference if the model executes that call and then agrees with the kernel. It explains a ' +
        'death or a warning of the kernel if in that call the model breaks an invariant that the bug is known to ' +
        'break. The kernel notices memory that was freed too early only later: then an earlier call, which works on ' +
        'the same object, breaks the invariant. Nothing explains a difference that does not show again in a fresh ' +
        'guest. If each of several bugs explains it, all are named, and none counts as found. A bug that explains ' +
        'one stays in the model, so that others behind it can be found. The choice of scenarios is not blind: only ' +
        'those that a known bug is about are searched.',
    ),
    '',
    ...wrapped(
      `Each of these scenarios was searched for ${plural(budgets[0] ?? 0, 'second')} on each kernel, with one seed, ` +
        'on one virtual CPU under software emulation, on a machine with two cores that did other work at the same ' +
        `time.${longer(budgets)} Without \`--time\` the command takes five minutes for each. ` +
        'A search ends early where boots and looks at differences take three times its time.',
    ),
    '',
    ...wrapped(
      `${plural(rows.length, 'bug')} on ${plural(releases.length, 'kernel')}: ${found} found on one kernel at least. ` +
        `Of ${plural(searched.length, 'pair')} of a bug and a kernel that was searched for it, ${hits} were found` +
        `${unsure === 0 ? '' : `, and ${unsure} may be what was found`}.`,
    ),
  ];
}

/** @param budgets - the shortest first */
function longer(budgets: readonly number[]): string {
  const [, ...more] = budgets.map(timeText);
  if (more.length === 0) return '';
  return ` Some kernels were searched again in some scenarios, for ${more.join(' or ')}: their cells say so.`;
}

/** `20 s`, `5 min`. */
function timeText(seconds: number): string {
  return seconds >= 60 && seconds % 60 === 0 ? `${count(seconds / 60)} min` : `${count(seconds)} s`;
}

const CELLS = { 'one of several': 'perhaps', 'not found': 'missed' } as const;

function table(releases: readonly KernelResults[], rows: readonly Row[]): string[] {
  const shortest = Math.min(...releases.flatMap(({ scenarios }) => scenarios.map(({ budget }) => budget)));
  return [
    `| bug | scenario | mended in | ${releases.map(({ release }) => release).join(' | ')} |`,
    `| --- | --- | --- | ${releases.map(() => '---').join(' | ')} |`,
    ...rows.map(
      ({ bug, on }) =>
        `| [${bug.id}] | ${bug.scenario} | ${bug.mendedIn} | ${on.map((one) => cellOf(one, shortest)).join(' | ')} |`,
    ),
    '',
    ...wrapped(
      'The name of a bug leads to its description. It is that of the mutant that breaks the same rule, where there ' +
        'is one. "mended in": the first release with the fix, as far as the histories know, for the newest kernel of ' +
        'the row. Older series may have the fix too.',
    ),
    '',
    ...wrapped(
      'A time: the seconds of the search of a scenario until the bug was found. Where a search counted boots and ' +
        'looks at differences apart, they are not in it: [the searches](#the-searches) say which did. "of 5 min": a ' +
        'longer search found it. "missed": the kernel has it by its history, and the search did not find it. "no": ' +
        'it was not searched. The causes of both stand below. "-": the release does not have it, by its history.',
    ),
  ];
}

/** @param shortest - the time of the search that most cells are about */
function cellOf(result: Timed<BugOnRelease> | undefined, shortest: number): string {
  if (result === undefined) return '-';
  const { outcome, budget, afterSeconds } = result;
  const of = budget === shortest ? '' : ` of ${timeText(budget)}`;
  if (outcome === 'found') return `${count(Math.round(afterSeconds ?? 0))} s${of}`;
  return outcome === 'not searched' ? 'no' : `${CELLS[outcome]}${of === '' ? '' : ` (${timeText(budget)})`}`;
}

function foundSection(releases: readonly KernelResults[], rows: readonly Row[]): string[] {
  return [
    '## The bugs',
    '',
    ...wrapped(
      '"after": the bugs that were found before on that kernel, and were in the model by then. The results in ' +
        '`docs/explanation/real-bugs/` name them. They have the program of each bug that was found. It is reduced ' +
        'unless the kernel dies of it.',
    ),
    '',
    ...rows.flatMap(({ bug, on }) => {
      const at = on.findIndex((one) => one?.outcome === 'found');
      const first = on[at];
      return [
        `### ${bug.id}`,
        '',
        ...wrapped(`The bug: ${bug.title}. ${mendedSentence(bug)}`),
        '',
        ...(first === undefined ? [] : [...firstLines(releases[at].release, first), '']),
      ];
    }),
    ...rows.map(({ bug: { id } }) => `[${id}]: #${id.toLowerCase()}`),
    '',
  ];
}

function mendedSentence({ mendedIn, commit, source }: ReleaseBug): string {
  return `Mended in ${mendedIn}${commit === null ? '' : ` by ${commit}`}: ${source}.`;
}

/** The number of bugs up to which a line names them. */
const NAMED_MAX = 3;

function firstLines(release: string, { sentence, scenario, with: others, after, program }: BugOnRelease): string[] {
  const beside = others.length === 0 ? '' : `, together with ${others.join(', ')}`;
  const before = after.length > NAMED_MAX ? plural(after.length, 'bug') : after.join(', ');
  const behind = after.length === 0 ? '' : `, after ${before}`;
  const seen = `Seen on ${release} in ${scenario}${beside}${behind}`;
  return wrapped(`${seen}: ${inline(sentence ?? '')}${lastCall(sentence, program)}.`);
}

/** The sentence about a return value does not name the call: the program does. */
function lastCall(sentence: string | null, program: string | null): string {
  const last = program?.trim().split('\n').at(-1);
  const isReturned = sentence?.includes('differ in return value') === true;
  return isReturned && last !== undefined ? `; the program ends with \`${last}\`` : '';
}

/** The share of compared commands below which a search says little. */
const COMPARED_MIN = 0.05;

/** How to read the causes of misses. */
function aboutMisses(releases: readonly KernelResults[]): string {
  const few = new Map<string, string[]>();
  for (const { release, scenarios } of releases)
    for (const { scenario } of scenarios.filter(({ executed, compared }) => compared < executed * COMPARED_MIN))
      few.set(scenario, [...(few.get(scenario) ?? []), release]);
  const searches = [...few].map(([scenario, on]) => `${scenario} on ${on.join(', ')}`);
  const little =
    searches.length === 0
      ? ''
      : ` These [searches](#the-searches) compared less than ${COMPARED_MIN * 100} % of their commands, so their ` +
        `misses say little: ${searches.join('; ')}.`;
  return (
    '"Its own program": that of the [mutant](../reference/mutants.md) of the same name. No search has seen it, and ' +
    'the kernel runs it after a miss. A kernel may also have the old value of a rule without the code that makes it ' +
    `a bug.${little}`
  );
}

/** Kernels whose results have the same cause for a bug stand in one line. */
function causesSection(
  title: string,
  outcome: BugOnRelease['outcome'],
  releases: readonly KernelResults[],
  about?: string,
): string[] {
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
  const introduction = about === undefined || lines.length === 0 ? [] : [...wrapped(about), ''];
  return [`## ${title}`, '', ...introduction, ...(lines.length === 0 ? ['Nothing.'] : lines), ''];
}

function unattributedSection(releases: readonly KernelResults[]): string[] {
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
    const what = `${inline(first.sentence)}${lastCall(first.sentence, first.program)}`;
    return wrapped(`- ${key} on ${[...new Set(on)].join(', ')}: ${what}.${agrees}`);
  });
  return [
    '## Differences that no bug explains',
    '',
    ...wrapped(
      'Such a difference is a change that no history had at the time, a release of which the histories said ' +
        'something wrong, or a bug that nobody had named. It is no proof of a bug. Where an invariant is broken, ' +
        'only the mended model breaks it: the kernel has no part in that. An unconfirmed death was not seen again ' +
        'when the program ran alone. The words of a confirmed one are left out.',
    ),
    '',
    ...(lines.length === 0 ? ['There was none.'] : lines),
    '',
  ];
}

/** Bugs that the histories know by now. The results have no row of them. */
function laterSection(releases: readonly KernelResults[]): string[] {
  const later = new Map<string, { readonly bug: ReleaseBug; readonly on: readonly string[] }>();
  for (const { release, has } of releases.filter(({ isWhole }) => isWhole))
    for (const bug of bugsOf(release).filter(({ id }) => !has.some((one) => one.id === id)))
      later.set(bug.id, { bug, on: [...(later.get(bug.id)?.on ?? []), release] });
  if (later.size === 0) return [];
  return [
    '## Bugs that were named after the searches',
    '',
    ...wrapped(
      'The histories name these since, by the values of their rules. The table has no row of them. A difference ' +
        'above that no bug explained may be one of them.',
    ),
    '',
    ...[...later.values()].flatMap(({ bug, on }) =>
      wrapped(`- ${bug.id} (${on.join(', ')}): ${bug.title}. ${mendedSentence(bug)}`),
    ),
    '',
  ];
}

function searchesSection(releases: readonly KernelResults[]): string[] {
  const lines = releases.flatMap(({ release, scenarios }) => {
    const searched = scenarios.map(({ scenario, seconds, bootSeconds, lookSeconds, executed, compared, ended }) => {
      const end = ended === undefined ? '' : `, ended early: ${ended}`;
      const times =
        bootSeconds === null || lookSeconds === null
          ? ' with boots'
          : `, boots ${bootSeconds.toFixed(0)} s, looks ${lookSeconds.toFixed(0)} s`;
      const what = `${plural(executed, 'command')}, ${count(compared)} compared${end}`;
      return `${scenario} ${seconds.toFixed(0)} s${times}, ${what}`;
    });
    return wrapped(`- ${release}: ${searched.length === 0 ? 'nothing' : searched.join('; ')}.`);
  });
  return [
    '## The searches',
    '',
    ...wrapped(
      'A look: the time in which a difference is confirmed, reduced and attributed. "with boots": the time of the ' +
        'search has the boots after deaths, and the confirmation of differences, in it.',
    ),
    '',
    ...lines,
    '',
  ];
}

function absentSection(releases: readonly KernelResults[]): string[] {
  const causes = new Map<string, string[]>();
  for (const { id, cause } of absentBugs(releases.map(({ release }) => release)))
    causes.set(cause, [...(causes.get(cause) ?? []), id]);
  return [
    '## Bugs of the list that no kernel of the table has',
    '',
    ...wrapped(
      'These are [mutants](../reference/mutants.md) only. `npx skbcheck list mutants` says of each what it breaks.',
    ),
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
