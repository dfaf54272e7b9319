import type { FuzzRun } from './fuzz_run';
import { countsText, whySaysNothing } from './documents/counts';
import { count, plural } from './figures';

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
  lines.push(...notCompared(run).map((line) => `  ${line}`));
  for (const finding of run.findings) lines.push(`  ${finding.signature}: ${finding.file}`);
  return lines.join('\n');
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
