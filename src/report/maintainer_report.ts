/** The contents of a mail to a maintainer, as plain data. */
export interface MaintainerReport {
  readonly file: string;
  /** The comment lines of the program, without `#`. */
  readonly about: readonly string[];
  readonly profile: string;
  readonly tried: readonly TriedRelease[];
  readonly calls: readonly ReportedCall[];
  /** Position in `calls` of the call that shows the bug; null: not known. */
  readonly guilty: number | null;
  /** The expected state, and where that is written. */
  readonly expected: readonly string[];
  /** The cause, in the kernel's words; null: none is known. */
  readonly why: string | null;
  /** The kernel's words, from "cut here" on, and the release that said them. Absent: it says nothing. */
  readonly words?: { readonly release: string; readonly lines: readonly string[] };
  /** The command line that writes a reproducer. */
  readonly reproducer: string;
}

/** A release on which the program ran. */
export interface TriedRelease {
  readonly target: string;
  /** `6.12.117+deb12-amd64`. */
  readonly release: string;
  readonly has: boolean;
  /** One line: the difference, splat or death; `clean`. */
  readonly sentence: string;
  readonly signature: string;
}

export interface ReportedCall {
  readonly text: string;
  /** The kernel function or step of a driver. */
  readonly function: string;
  /** The file of kernel/ that calls it. */
  readonly madeBy: string;
}

/** Mails to netdev have at most this many columns, except in quoted logs. */
const COLUMNS = 75;

/** A finding as plain ASCII for a mail. A pure function of the data. */
export function maintainerText(report: MaintainerReport): string {
  return `${[
    ...section(titleOf(report), report.about),
    ...section('Releases tried', releaseLines(report)),
    ...section('Sequence of calls', callLines(report)),
    ...section(
      'Expected',
      [...report.expected, ...(report.why === null ? [] : [`Cause: ${report.why}`])].flatMap((line) => wrapped(line, '')),
    ),
    ...(report.words === undefined
      ? []
      : section(
          `The kernel's own words (${report.words.release})`,
          report.words.lines.map((line) => `  ${line}`),
        )),
    ...section('Reproducer', reproducerLines(report)),
  ]
    .join('\n')
    .replace(/[^\x20-\x7e\n]/g, '?')
    .trimEnd()}\n`;
}

function titleOf({ tried, file }: MaintainerReport): string {
  const bad = tried.find(({ has }) => has);
  return bad === undefined ? `${file}: no release that was tried has it` : bad.sentence;
}

function section(title: string, lines: readonly string[]): string[] {
  return [...wrapped(title, ''), ...(lines.length === 0 ? [] : ['', ...lines]), '', ''];
}

function releaseLines(report: MaintainerReport): string[] {
  const { tried } = report;
  const rows = tried.flatMap(({ release, has, sentence }) =>
    wrapped(`${release}: ${has ? `has it: ${sentence}` : 'does not have it'}`, '    '),
  );
  if (rows.length === 0) return ['No kernel is set up, so none was tried (npx skbcheck kernel setup).'];
  return [...rows, '', ...wrapped(firstBadOf(tried), '')];
}

/** The targets come in the order of their releases. */
function firstBadOf(tried: readonly TriedRelease[]): string {
  const first = tried.findIndex(({ has }) => has);
  if (first < 0) return 'None of them has it.';
  if (first === 0)
    return `The oldest release tried, ${tried[0].release}, has it already: the first bad one is not known.`;
  const [good, bad] = [tried[first - 1].release, tried[first].release];
  return `The first bad release of those tried is ${bad}; ${good} does not have it.`;
}

function callLines({ calls, guilty }: MaintainerReport): string[] {
  const lines = calls.flatMap(({ text }, at) =>
    wrapped(`${at === guilty ? '->' : '  '} ${String(at + 1).padStart(2)}. ${text}`, '       '),
  );
  const functions = new Map(calls.map((call) => [call.function, call.madeBy]));
  const places = [...functions].flatMap(([name, madeBy]) => wrapped(`${name}() is called by kernel/${madeBy}`, '    '));
  return [...lines, '', 'The functions, and the files of the reproducer that call them:', '', ...places];
}

function reproducerLines({ reproducer }: MaintainerReport): string[] {
  return [
    'A kernel module that makes these calls and compares after each. It',
    'needs nothing but the build tree of the kernel:',
    '',
    `    ${reproducer}`,
    '    cd repro && make && insmod repro.ko && dmesg',
  ];
}

/** Breaks a line at spaces; continued lines are indented. Words that are longer stay whole. */
function wrapped(text: string, indent: string): string[] {
  const lines: string[] = [];
  const first = /^ */.exec(text)?.[0] ?? '';
  let line = '';
  for (const word of text.trim().split(/(?<=\S) /)) {
    if (line !== '' && line.length + 1 + word.length > COLUMNS) {
      lines.push(line);
      line = `${indent}${word}`;
    } else line = line === '' ? `${first}${word}` : `${line} ${word}`;
  }
  return [...lines, line];
}
