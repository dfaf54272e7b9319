import type { FuzzRun } from './fuzz_run';
import { count, plural } from './figures';

/** One line for people at the end of a search, and one for each finding. */
export function summaryText(run: FuzzRun): string {
  const rate = run.seconds > 0 ? run.commands / run.seconds : 0;
  const profile = run.target === run.profile ? '' : ` (${run.profile})`;
  const mutant = run.mutant === undefined ? '' : `, mutant ${run.mutant}`;
  const time = `${run.seconds.toFixed(1)} s`;
  const executed = `${plural(run.programs, 'program')}, ${plural(run.commands, 'command')} in ${time}`;
  const found = run.findings.length === 0 ? 'nothing found' : plural(run.findings.length, 'finding');
  const lines = [
    `${run.scenario} on ${run.target}${profile}${mutant}: ${executed} (${count(rate)}/s), seed ${run.seed}: ${found}`,
  ];
  for (const finding of run.findings) lines.push(`  ${finding.signature}: ${finding.file}`);
  return lines.join('\n');
}
