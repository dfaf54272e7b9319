import { asciiText, mailComment, mailLines } from '../program/mail_lines';

/** The contents of a mail to a maintainer, as plain data. */
export interface MaintainerReport {
  readonly file: string;
  /** Of a program of user space that a release has: the subject of the mail. */
  readonly subject?: string;
  /** The comment lines of the program. */
  readonly about: readonly string[];
  readonly profile: string;
  /** Of a program of user space: whose rights reach it. Absent: its calls are functions of the kernel. */
  readonly as?: 'root' | 'user';
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
  /** The command line that writes a reproducer; of a program of user space the mail only names the file. */
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
  /** The kernel function, step of a driver, or system call. */
  readonly function: string;
  /** The file of kernel/ that calls it; of user space: empty. */
  readonly madeBy: string;
}

/** A finding as plain ASCII for a mail. A pure function of the data. */
export function maintainerText(report: MaintainerReport): string {
  const { words } = report;
  const expected = [...report.expected, ...(report.why === null ? [] : [`Cause: ${report.why}`])];
  const text = [
    ...subjectLines(report),
    ...aboutLines(report),
    ...(report.as === undefined ? [] : section('Who can reach it', mailLines(`${WHO[report.as]}.`))),
    ...section('Releases tried', releaseLines(report)),
    ...section('Sequence of calls', callLines(report)),
    ...section(
      'Expected',
      expected.flatMap((line) => mailLines(line)),
    ),
    ...(words === undefined
      ? []
      : section(
          `The kernel's own words (${words.release})`,
          words.lines.map((line) => `  ${line}`),
        )),
    ...section('Reproducer', reproducerLines(report)),
  ].join('\n');
  return `${asciiText(text).trimEnd()}\n`;
}

const WHO = {
  user: 'An unprivileged user, in user and network namespaces of his own, by the system calls below',
  root: 'Root, in a network namespace of its own, by the system calls below',
} as const;

/** A long subject goes on in lines that begin with a blank (RFC 5322, 2.2.3). */
function subjectLines({ subject }: MaintainerReport): string[] {
  return subject === undefined ? [] : [...mailLines(subject, 'Subject: ', ' '), ''];
}

/** The subject has the title; then only the words of the program are worth a section. */
function aboutLines(report: MaintainerReport): string[] {
  const about = mailComment(report.about);
  return report.subject !== undefined && about.length === 0 ? [] : section(titleOf(report), about);
}

function titleOf({ tried, file }: MaintainerReport): string {
  const bad = tried.findLast(({ has }) => has);
  if (bad !== undefined) return bad.sentence;
  return tried.length === 0 ? `${file}: no release was tried` : `${file}: no release that was tried has it`;
}

function section(title: string, lines: readonly string[]): string[] {
  return [...mailLines(title), ...(lines.length === 0 ? [] : ['', ...lines]), '', ''];
}

function releaseLines(report: MaintainerReport): string[] {
  const { tried } = report;
  const rows = tried.flatMap(({ release, has, sentence }) =>
    mailLines(`${release}: ${has ? `has it: ${sentence}` : 'does not have it'}`, '    ', '        '),
  );
  if (rows.length === 0) return ['No kernel is set up, so none was tried (npx skbcheck kernel setup).'];
  return [...rows, '', ...mailLines(firstBadOf(tried)), ...mendedLines(tried)];
}

/** The newest kernel was silent: its fix, if there is one, may be missing in stable trees. */
function mendedLines(tried: readonly TriedRelease[]): string[] {
  const last = tried.findLast(({ has }) => has);
  const newest = tried.at(-1);
  if (last === undefined || newest === undefined || newest.has) return [];
  return mailLines(
    `${newest.release} does not show it, so it may be fixed there. The newest release of the series of ` +
      `${last.release} may need a backport of the fix.`,
  );
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

function callLines({ calls, guilty, as }: MaintainerReport): string[] {
  const lines = calls.flatMap(({ text }, at) =>
    mailLines(text, `${at === guilty ? '->' : '  '} ${String(at + 1).padStart(2)}. `, '       '),
  );
  if (as !== undefined) return lines;
  const functions = new Map(calls.map((call) => [call.function, call.madeBy]));
  const places = [...functions].flatMap(([name, madeBy]) =>
    mailLines(`${name}() is called by kernel/${madeBy}`, '    '),
  );
  return [...lines, '', 'The functions, and the files of the reproducer that call them:', '', ...places];
}

function reproducerLines({ reproducer, as }: MaintainerReport): string[] {
  if (as !== undefined)
    return [
      'repro.c, attached, makes these system calls and prints the answers:',
      '',
      '    gcc -O1 -o repro repro.c && ./repro',
    ];
  return [
    'A kernel module that makes these calls and compares after each. It',
    'needs nothing but the build tree of the kernel:',
    '',
    `    ${reproducer}`,
    '    cd repro && make && insmod repro.ko && dmesg',
  ];
}
