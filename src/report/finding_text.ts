import pc from 'picocolors';
import { plural } from './figures';
import { worldDifference } from './world_text/world_difference';
import { printCallLines } from '../program/print';
import { explainedLines } from './explain_text';
import { reduceWords } from './hints/reduce_words';
import { shellWords } from './shell_words';
import type { FindingReport } from './finding_report';

/** A line begins with its name and its object. */
const SUBJECT_MAX = 24;
/** How stdin is named. */
const STREAM = '-';
/** Columns of a cause. */
const WIDTH = 116;

/**
 * A finding for people: the violated statement and its cause, the program with the guilty command marked, the change of
 * the world by that command, what may change in the program, and two commands to paste. A pure function of the data.
 */
export function findingText(report: FindingReport, colour: boolean): string {
  const c = pc.createColors(colour);
  const lines: string[] = [];
  lines.push(c.bold(c.red(report.sentence)));
  if (report.why !== undefined) lines.push(...wrapped(`why: ${report.why.line}`, '     '));
  const mutant = report.mutant === undefined ? '' : `, mutant ${report.mutant}`;
  lines.push(c.dim(`${report.profile}${mutant}, target ${report.target}, ${lengths(report)}`));
  lines.push('');
  // A program as root is another one.
  if (report.program.as !== undefined) lines.push(`    as: ${report.program.as}`);
  const guilty = report.place === null ? -1 : report.place.call;
  const answered = (line: string, at: number): string => {
    const answer = report.answers?.get(at);
    return answer === undefined ? line : `${line}  ${c.dim(`# ${answer}`)}`;
  };
  printCallLines(report.program).forEach((line, i) =>
    lines.push(answered(i === guilty ? c.red(`>>> ${line}`) : `    ${line}`, i)),
  );
  if (report.place !== null && report.place.settling)
    lines.push(answered(c.red(`>>> (settle) ${report.settleLine ?? report.place.command}`), guilty));
  lines.push(...differenceLines(report, c), ...explainedLines(report));
  if (report.detail.length > 0) lines.push('', ...report.detail.map((line) => `    ${line}`));
  // A program that came by stdin is in no file that a command could name.
  if (report.file !== null && report.file !== STREAM) {
    lines.push(
      '',
      `reproduce: npx skbcheck ${shellWords(reproducingWords(report, report.file))}`,
      ...goOnLines(report, report.file),
      `keep:      npx skbcheck keep ${shellWords([report.file])} NAME`,
    );
  }
  return `${lines.join('\n')}\n`;
}

/** A finding at the moment when it is found: two lines, because its program may be long. */
export function rawFindingText(sentence: string, commands: number, file: string, colour: boolean): string {
  const c = pc.createColors(colour);
  return `${c.red(`raw finding: ${sentence}`)}\n    ${plural(commands, 'command')} in ${file}, being reduced`;
}

/** A text in lines of at most WIDTH columns; all but the first are indented. */
function wrapped(text: string, indent: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = indent + word;
    } else line += line === '' ? word : ` ${word}`;
  }
  return [...lines, line];
}

/** The change of the world by the guilty call. Objects that the cause names are shown even where they stay. */
function differenceLines({ before, after, why }: FindingReport, c: ReturnType<typeof pc.createColors>): string[] {
  const named = why?.objects ?? [];
  const shows = (line: string): boolean =>
    named.some((key) => new RegExp(`\\b${key}\\b`).test(line.slice(0, SUBJECT_MAX)));
  const lines = worldDifference(before, after, shows);
  if (lines.length === 0) return [];
  const coloured = (line: string): string =>
    line.startsWith('+') ? c.green(line) : line.startsWith('-') ? c.red(line) : line;
  return ['', c.dim('the world before (-) and after (+) it:'), ...lines.map((line) => `    ${coloured(line)}`)];
}

function lengths({ commandsBefore, commandsAfter, exhausted }: FindingReport): string {
  const calls = plural(commandsAfter, 'command');
  const reduced = commandsBefore === commandsAfter ? calls : `${calls}, reduced from ${commandsBefore}`;
  return exhausted === true ? `${reduced}, not to the end` : reduced;
}

/** How a reduction that was cut goes on. Nothing reduces the difference of two targets but their comparison. */
function goOnLines({ exhausted, compare, target, mutant, abuse }: FindingReport, file: string): string[] {
  if (exhausted !== true) return [];
  if (compare !== undefined) return ['go on:     the same comparison with a longer --time'];
  return [`go on:     npx skbcheck ${shellWords(reduceWords({ file, target, mutant, abuse }, file))}`];
}

function reproducingWords(report: FindingReport, file: string): string[] {
  return report.compare === undefined ? ['run', file, ...optionsOf(report)] : [...report.compare, file];
}

/** The options of the run. */
function optionsOf({ mutant, target, abuse, provoke }: FindingReport): string[] {
  return [
    ...(mutant === undefined ? [] : ['--mutant', mutant]),
    ...(target === 'model' ? [] : ['--target', target]),
    ...(abuse ? ['--abuse'] : []),
    ...(provoke ? ['--provoke'] : []),
  ];
}
