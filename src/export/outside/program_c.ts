import { PATTERN_FACTOR, PATTERN_INCREMENT } from '../../commands/outside/abi/pattern';
import { ARENA, ARENA_BYTES, type StepResult } from '../../commands/outside/step';
import type { CompiledCall } from '../../outside/compile';
import { PROLOGUE } from '../../outside/judge_program';
import { plural } from '../../program/counts';
import { printCall } from '../../program/print';
import type { ExportedOutside } from './exported_outside';
import { stepsC } from './steps_c';

/**
 * `repro.c`: one file that makes the system calls of a program, prints each answer, and compares it with the answer of
 * the kernel that showed the bug.
 * @param runtime - the text of kernel/repro/user_space.h
 */
export function outsideProgramC(runtime: string, exported: ExportedOutside): string {
  const { compiled, program } = exported;
  return [
    '// SPDX-License-Identifier: MIT OR GPL-2.0',
    `/* ${exported.name}: made by skbcheck ${exported.version}. gcc -O1 -o repro repro.c && ./repro */`,
    `#define ARENA 0x${ARENA.toString(16)}ull`,
    `#define ARENA_BYTES ${ARENA_BYTES}ul`,
    `#define PATTERN_FACTOR ${PATTERN_FACTOR}u`,
    `#define PATTERN_INCREMENT ${PATTERN_INCREMENT}u`,
    runtime,
    ...functionC(
      'prologue',
      'The loopback device of a new network namespace is down.',
      stepsC(PROLOGUE, () => undefined),
    ),
    ...compiled.calls.flatMap((call, at) => callC(call, at, exported)),
    ...runC(exported),
    ...mainC(program.as ?? 'user', exported),
    '',
  ].join('\n');
}

function callC(compiled: CompiledCall, at: number, { program, seen }: ExportedOutside): string[] {
  const seenAt = (step: number): StepResult | undefined => {
    const results = (seen?.results ?? []).filter((result) => result.step === compiled.firstStep + step);
    return results.length === 1 ? results[0] : undefined;
  };
  const mark = seen?.guilty === at ? ', the call that shows the bug' : '';
  const comment = `${textOf(compiled, program.names)}${mark}`;
  return functionC(`call_${at + 1}`, comment, stepsC(compiled.steps, seenAt));
}

function textOf({ call, settling }: CompiledCall, names: ExportedOutside['program']['names']): string {
  return `${settling ? 'At the end: ' : ''}${printCall(call, names)}`;
}

function functionC(name: string, comment: string, lines: readonly string[]): string[] {
  const usesRet = lines.some((line) => /\bret\b/.test(line));
  return [
    `/* ${comment.replaceAll('*/', '* /')} */`,
    `static void ${name}(void)`,
    '{',
    ...(usesRet ? ['\tint64_t ret;', ''] : []),
    ...lines.map((line) => `\t${line}`),
    '}',
    '',
  ];
}

function runC({ compiled, program, seen }: ExportedOutside): string[] {
  const calls = compiled.calls.flatMap((call, at) => {
    const isGuilty = seen?.guilty === at;
    return [
      `\tprintf("%3d: %s\\n", ${at + 1}, ${cString(textOf(call, program.names))});`,
      ...(isGuilty ? ['\tasked = alike = 0;'] : []),
      `\tcall_${at + 1}();`,
      ...(isGuilty ? ['\tguilty_asked = asked;', '\tguilty_alike = alike;'] : []),
    ];
  });
  return [
    ...((seen?.guilty ?? null) === null ? [] : ['static int guilty_asked, guilty_alike;', '']),
    'static void run(void)',
    '{',
    '\tprologue();',
    ...calls,
    '}',
    '',
  ];
}

function mainC(level: 'root' | 'user', { seen, compiled }: ExportedOutside): string[] {
  const tells = seen !== undefined && !seen.isInLog && !seen.isInSlabs && seen.guilty !== null;
  const verdict = tells
    ? [
        '\tif (guilty_asked > 0 && guilty_alike == guilty_asked) {',
        `\t\tprintf("the answers to call ${(seen.guilty ?? 0) + 1} are those of a kernel with the bug\\n");`,
        '\t\treturn 1;',
        '\t}',
        `\tprintf("call ${(seen.guilty ?? 0) + 1} has other answers than on a kernel with the bug\\n");`,
      ]
    : [];
  return [
    `/* ${plural(compiled.calls.length, 'call')}. An argument: the number of runs, each in namespaces of its own. */`,
    'int main(int argc, char **argv)',
    '{',
    '\tlong runs = argc > 1 ? strtol(argv[1], NULL, 10) : 1;',
    '\tpid_t child;',
    '',
    '\tfor (; runs > 1; runs--) {',
    '\t\tchild = fork();',
    '\t\tif (child == 0)',
    '\t\t\tbreak;',
    '\t\twaitpid(child, NULL, 0);',
    '\t}',
    `\tbecome_${level}();`,
    '\tprepare();',
    '\trun();',
    ...verdict,
    '\treturn 0;',
    '}',
  ];
}

function cString(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&').replaceAll('%', '%%')}"`;
}
