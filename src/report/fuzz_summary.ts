import type { MetFinding } from '../search/met_finding';
import type { FuzzRun } from './fuzz_run';
import { coverText } from './covers';
import { countsText, whySaysNothing } from './documents/counts';
import { count, plural } from './figures';
import { outcomeTable } from './outcome_table';

/** Names in a line. */
const NAMED_MAX = 5;

/** One line for people at the end of a search, and one for each finding. */
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
    `  ${countsText(run, compares)}`,
  ];
  if (run.reducingSeconds >= 0.1) lines.push(`  reducing: ${run.reducingSeconds.toFixed(1)} s`);
  lines.push(...neverLines(run), ...run.covers.map((cover) => `  ${coverText(cover)}`));
  if (run.neverSeen !== undefined)
    lines.push(...outcomeTable(run.commandCounts, run.neverSeen).map((line) => `  ${line}`));
  lines.push(...notCompared(run).map((line) => `  ${line}`));
  lines.push(...run.known.map((known) => `  ${knownText(known)}`));
  for (const finding of run.findings) lines.push(`  ${finding.signature}: ${finding.file}`);
  return lines.join('\n');
}

/** A known bug, as half a line: `known, not new: … (A18; mended in 6.12.115), met by 3 programs`. */
export function knownText({ id, title, programs, mendedIn, commit }: MetFinding): string {
  const by = commit === undefined ? '' : ` by ${commit}`;
  const state = mendedIn === null ? 'no release mends it' : `mended in ${mendedIn}${by}`;
  return `known, not new: ${title} (${id}; ${state}), met by ${plural(programs, 'program')}`;
}

/** Commands and invariants of which the search says nothing. */
function neverLines({ neverExecuted, neverEvaluated, commandCounts, invariants }: FuzzRun): string[] {
  const commands = Object.values(commandCounts).filter(({ executed }) => executed > 0).length + neverExecuted.length;
  const laws = Object.values(invariants).filter((evaluations) => evaluations > 0).length + neverEvaluated.length;
  return [
    ...neverLine('executed', neverExecuted, plural(commands, 'command')),
    ...neverLine('evaluated', neverEvaluated, plural(laws, 'invariant')),
  ];
}

function neverLine(what: string, names: readonly string[], all: string): string[] {
  if (names.length === 0) return [];
  const rest = names.length - NAMED_MAX;
  const named = names.slice(0, NAMED_MAX).join(', ');
  return [
    `  never ${what}: ${names.length} of ${all}: ${named}${rest > 0 ? `, and ${rest} more (--json names all)` : ''}`,
  ];
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
