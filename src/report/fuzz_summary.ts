import type { FuzzRun } from './fuzz_run';
import { countsText, whySaysNothing } from './documents/counts';
import { count, plural } from './figures';

/** One line for people at the end of a search, and one for each finding. */
export function summaryText(run: FuzzRun): string {
  const rate = run.seconds > 0 ? run.executed / run.seconds : 0;
  const profile = run.target === run.profile ? '' : ` (${run.profile})`;
  const mutant = run.mutant === undefined ? '' : `, mutant ${run.mutant}`;
  const executed = `${count(run.programs)} programs, ${count(run.executed)} commands in ${run.seconds.toFixed(1)} s`;
  const compares = run.target !== 'model';
  const found =
    run.findings.length > 0
      ? plural(run.findings.length, 'finding')
      : (whySaysNothing(run, compares) ?? `nothing found`);
  const lines = [
    `${run.scenario} on ${run.target}${profile}${mutant}: ${executed} (${count(rate)}/s), seed ${run.seed}: ${found}`,
    `  ${countsText(run, compares)}`,
  ];
  for (const finding of run.findings) lines.push(`  ${finding.signature}: ${finding.file}`);
  return lines.join('\n');
}
