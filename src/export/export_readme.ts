import { asciiText, mailComment, mailLines } from '../program/mail_lines';
import { printCallLines } from '../program/print';
import type { Exported } from './exported';

/** `README`: the contents of the folder, how to run it, and how to read its output. Plain ASCII, at most 75 columns. */
export function exportReadme({ name, program, answers, version }: Exported): string {
  const releases = answers.map(({ release }) => release).join(', ');
  const wrong = answers.find(({ wrong: found }) => found !== undefined)?.wrong;
  const about = program.comments?.get(0) ?? [];
  const lines = [
    ...mailLines(`${name}: a sequence of calls of the kernel's packet memory functions`),
    '',
    ...(about.length === 0 ? [] : [...mailComment(about), '']),
    'The module makes these calls one by one, each with the function of the',
    'kernel that its name says:',
    '',
    ...printCallLines(program).flatMap((line) => mailLines(line, '    ', '        ')),
    '',
    'Run it in a virtual machine with one CPU that you can lose. It calls',
    'kernel functions with the state that the bug needs, so a kernel with the',
    'bug may end.',
    '',
    '    make                 # or: make KDIR=/path/to/a/build/tree',
    '    insmod repro.ko',
    '    dmesg                # KTAP; the last line says PASS or FAIL',
    '',
    ...mailLines(
      'After each call the module compares the return value and every live object (lengths, truesize, reference ' +
        `counts, frags, pools, sockets) with what is expected of ${releases}. A splat during a call is a failure ` +
        'too. ' +
        'The line "# call N" comes before the call, so a console that ends there names the call that ended the ' +
        'kernel. SKIP: the sizes of this kernel (struct sk_buff, heads, pages) are others than those that the ' +
        'answers are for.',
    ),
    '',
    ...(wrong === undefined
      ? []
      : [
          ...mailLines(`The answer to call ${wrong.call + 1} is the wrong one, which a kernel with the bug gives:`),
          '',
          ...mailLines(wrong.because, '    '),
          '',
        ]),
    'program/     the calls as data, and the answer to each',
    'repro/       makes the calls and compares',
    'others       each call, and how objects are observed',
    '',
    `Made by skbcheck ${version} (skbcheck export).`,
  ];
  return `${asciiText(lines.join('\n'))}\n`;
}
