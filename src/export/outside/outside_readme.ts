import { asciiText, mailComment, mailLines } from '../../program/mail_lines';
import { printCallLines } from '../../program/print';
import type { ExportedOutside, SeenOutside } from './exported_outside';

/** `README` of an exported program of user space. Plain ASCII, at most 75 columns. */
export function outsideReadme(exported: ExportedOutside): string {
  const { name, program, seen, version } = exported;
  const about = program.comments?.get(0) ?? [];
  const level = program.as ?? 'user';
  const lines = [
    ...mailLines(`${name}: a sequence of system calls, made by ${WHO[level]}`),
    '',
    ...(about.length === 0 ? [] : [...mailComment(about), '']),
    ...printCallLines(program).flatMap((line) => mailLines(line, '    ', '        ')),
    '',
    'Each line is one or more system calls: repro.c has them with all their',
    'arguments. Run it in a virtual machine that you can lose:',
    '',
    '    gcc -O1 -o repro repro.c',
    '    ./repro',
    '',
    ...seenLines(seen),
    'repro prints each call and its answers. It needs nothing but a C library',
    'and an x86-64 kernel.',
    ...(level === 'user' ? ['Users must be allowed to make user namespaces.'] : []),
    '',
    `Made by skbcheck ${version} (skbcheck export).`,
  ];
  return `${asciiText(lines.join('\n'))}\n`;
}

const WHO = {
  user: 'an ordinary user in user and network namespaces of his own',
  root: 'root in a network namespace of its own',
} as const;

function seenLines(seen: SeenOutside | undefined): string[] {
  if (seen === undefined) return [];
  const { target, sentence, promise, guilty } = seen;
  const call = guilty === null ? '' : `, call ${guilty + 1}`;
  const sign = seen.isInLog
    ? 'The sign is in the kernel log: dmesg.'
    : seen.isInSlabs
      ? 'The sign is in /proc/slabinfo before and after many runs: ./repro 1000'
      : 'repro says whether the answers to that call are those of a kernel with the bug. If so, it ends with 1.';
  return [
    ...mailLines(`Seen on ${target}${call}: ${sentence}`),
    ...(promise === undefined ? [] : mailLines(`Promised: ${promise.statement} (${promise.source})`)),
    ...mailLines(sign),
    '',
  ];
}
