import type { MetFinding } from '../search/met_finding';
import type { FuzzFinding, FuzzRun } from './fuzz_run';
import { coverText } from './covers';
import { countsText, whySaysNothing } from './documents/counts';
import { count, fewNames, plural } from './figures';
import { outcomeLine } from './outcome_line';

/** Lines of findings, and of known bugs: the summary fits a screen. */
const FINDINGS_MAX = 8;
const KNOWN_MAX = 3;

/** A search for people: its end, then what it says nothing about, then its figures and findings. */
export function summaryText(run: FuzzRun): string {
  const rate = run.seconds > 0 ? run.executed / run.seconds : 0;
  const profile = run.target === run.profile ? '' : ` (${run.profile})`;
  const mutant = run.mutant === undefined ? '' : `, mutant ${run.mutant}`;
  const time = `${run.seconds.toFixed(1)} s`;
  const executed = `${plural(run.programs, 'program')}, ${plural(run.executed, 'command')} in ${time}`;
  const compares = run.target !== 'model';
  const nothing = run.executed === 0 ? 'nothing was searched' : (whySaysNothing(run, compares) ?? 'nothing found');
  const found = run.findings.length === 0 ? nothing : plural(run.findings.length, 'finding');
  const lines = [
    `${run.scenario} on ${run.target}${profile}${mutant}: ${executed} (${count(rate)}/s), seed ${run.seed}: ${found}`,
    ...notCompared(run).map((line) => `  ${line}`),
    ...neverLines(run),
    ...(run.neverSeen === undefined ? [] : [`  ${outcomeLine(run.commandCounts, run.neverSeen)}`]),
    `  ${countsText(run, compares)}`,
  ];
  if (run.reducingSeconds >= 0.1) lines.push(`  reducing: ${run.reducingSeconds.toFixed(1)} s`);
  lines.push(...run.covers.map((cover) => `  ${coverText(cover)}`));
  lines.push(
    ...firstOf(run.known.map(knownText), KNOWN_MAX, 'known bug'),
    ...firstOf(run.findings.map(foundText), FINDINGS_MAX, 'finding'),
  );
  return lines.join('\n');
}

const foundText = ({ signature, file, exhausted }: FuzzFinding): string =>
  `${signature}: ${file}${exhausted ? ' (not reduced to the end)' : ''}`;

function firstOf(lines: readonly string[], most: number, what: string): string[] {
  const rest = lines.length - most;
  const more = rest > 0 ? [`  and ${plural(rest, `more ${what}`)} (--json has all)`] : [];
  return [...lines.slice(0, most).map((line) => `  ${line}`), ...more];
}

/** A known bug, as half a line: `known, not new: … (A18; mended in 6.12.115), met by 3 programs`. */
export function knownText({ id, title, programs, mendedIn, commit }: MetFinding): string {
  const by = commit === undefined ? '' : ` by ${commit}`;
  const state = mendedIn === null ? 'no release mends it' : `mended in ${mendedIn}${by}`;
  return `known, not new: ${title} (${id}; ${state}), met by ${plural(programs, 'program')}`;
}

/** Commands and invariants of which the search says nothing. */
function neverLines({ neverExecuted, neverEvaluated, commandCounts, invariants, neverSeen }: FuzzRun): string[] {
  const commands = Object.values(commandCounts).filter(({ executed }) => executed > 0).length + neverExecuted.length;
  const laws = Object.values(invariants).filter((evaluations) => evaluations > 0).length + neverEvaluated.length;
  return [
    ...neverLine('executed', neverExecuted, plural(commands, 'command')),
    ...neverLine('evaluated', neverEvaluated, plural(laws, neverSeen === undefined ? 'invariant' : 'promise')),
  ];
}

function neverLine(what: string, names: readonly string[], all: string): string[] {
  if (names.length === 0) return [];
  return [`  never ${what}: ${names.length} of ${all}: ${fewNames(names)}`];
}

/** The reasons that the search says less than its numbers seem to. */
function notCompared({ cutShort, compared, unanswered }: FuzzRun): string[] {
  return [
    ...(cutShort === undefined ? [] : [`ended early: ${cutShort}`]),
    ...(unanswered === undefined || unanswered === 0
      ? []
      : [`the target did not answer ${plural(unanswered, 'command')} in time, it answered ${count(compared ?? 0)}`]),
  ];
}
