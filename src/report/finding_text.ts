import pc from 'picocolors';
import { plural } from './figures';
import { printCallLines } from '../program/print';
import type { FindingReport } from './finding_report';

/**
 * A finding for people: the violated statement, the program with the guilty command marked, the world before and after
 * that command, and two commands to paste. A pure function of the data.
 */
export function findingText(report: FindingReport, colour: boolean): string {
  const c = pc.createColors(colour);
  const lines: string[] = [];
  lines.push(c.bold(c.red(report.sentence)));
  const mutant = report.mutant === undefined ? '' : `, mutant ${report.mutant}`;
  lines.push(c.dim(`${report.profile}${mutant}, target ${report.target}, ${lengths(report)}`));
  lines.push('');
  const guilty = report.place === null ? -1 : report.place.call;
  printCallLines(report.program).forEach((line, i) => lines.push(i === guilty ? c.red(`>>> ${line}`) : `    ${line}`));
  if (report.place !== null && report.place.settling)
    lines.push(c.red(`>>> (settle) ${report.settleLine ?? report.place.command}`));
  if (report.before.length > 0) lines.push('', c.dim('before:'), ...report.before.map((line) => `    ${line}`));
  if (report.after.length > 0) lines.push(c.dim('after:'), ...report.after.map((line) => `    ${line}`));
  if (report.detail.length > 0) lines.push('', ...report.detail.map((line) => `    ${line}`));
  if (report.file !== null) {
    lines.push(
      '',
      `reproduce: npx skbcheck run ${report.file}${optionsOf(report)}`,
      `keep:      npx skbcheck keep ${report.file} NAME`,
    );
  }
  return `${lines.join('\n')}\n`;
}

/** A finding at the moment when it is found: two lines, because its program may be long. */
export function rawFindingText(sentence: string, commands: number, file: string, colour: boolean): string {
  const c = pc.createColors(colour);
  return `${c.red(`raw finding: ${sentence}`)}\n    ${plural(commands, 'command')} in ${file}, being reduced`;
}

function lengths({ commandsBefore, commandsAfter, exhausted }: FindingReport): string {
  const calls = plural(commandsAfter, 'command');
  const reduced = commandsBefore === commandsAfter ? calls : `${calls}, reduced from ${commandsBefore}`;
  return exhausted === true ? `${reduced}, the time was over (skbcheck reduce goes on)` : reduced;
}

/** The options of the run. */
function optionsOf({ mutant, target, abuse, provoke }: FindingReport): string {
  const options = [
    mutant === undefined ? '' : ` --mutant ${mutant}`,
    target === 'model' ? '' : ` --target ${target}`,
    abuse ? ' --abuse' : '',
    provoke ? ' --provoke' : '',
  ];
  return options.join('');
}
