import { cName, cNumber } from '../protocol/header/c_text';
import type { ExpectedAnswers, ExpectedCall } from './expected_answers';
import type { KernelParts } from './kernel_parts';

const LINE_COLUMNS = 100;
const LICENSE = '// SPDX-License-Identifier: GPL-2.0 OR MIT';

/**
 * `program/LINUX_6_12.c`: the calls of one release, each with a comment, its request and the answer to expect.
 * @param madeBy - by the name of a command: the file of the folder that makes the call
 */
export function expectedC(answers: ExpectedAnswers, madeBy: ReadonlyMap<string, string>): string {
  const { release, sizes, kmallocSizes, calls } = answers;
  const sizeRows = sizes.map(({ key, name, value }) => `\t{ ${key}, ${cNumber(value)}, ${cString(name)} },`);
  return [
    LICENSE,
    `/* The calls of the program, and the answers of ${release} by the model of skbcheck. */`,
    '#include <linux/kernel.h>',
    '#include "program/program.h"',
    '',
    ...calls.flatMap((call, at) => callArrays(call, at, madeBy.get(call.command) ?? 'the module')),
    `const struct repro_call ${cName(release)}_calls[] = {`,
    ...calls.map(callRow),
    '};',
    '',
    `const struct repro_size ${cName(release)}_sizes[] = {`,
    ...sizeRows,
    '};',
    '',
    `const u32 ${cName(release)}_kmalloc_sizes[] = {`,
    ...wrapped(kmallocSizes.map(cNumber)),
    '};',
    '',
  ].join('\n');
}

/** `program/program.h`: declares what the files of the releases define. */
export function programHeader(all: readonly ExpectedAnswers[]): string {
  return [
    '/* SPDX-License-Identifier: GPL-2.0 OR MIT */',
    '#ifndef REPRO_PROGRAM_H',
    '#define REPRO_PROGRAM_H',
    '',
    '#include "repro/repro.h"',
    '',
    ...all.flatMap(({ release, calls, sizes, kmallocSizes }) => [
      `extern const struct repro_call ${cName(release)}_calls[${calls.length}];`,
      `extern const struct repro_size ${cName(release)}_sizes[${sizes.length}];`,
      `extern const u32 ${cName(release)}_kmalloc_sizes[${kmallocSizes.length}];`,
    ]),
    '',
    '#endif',
    '',
  ].join('\n');
}

/** `program/program.c`: the name of the program, and the releases whose answers are known. */
export function programC(name: string, all: readonly ExpectedAnswers[]): string {
  return [
    LICENSE,
    '/* The releases whose answers are known. */',
    '#include <linux/kernel.h>',
    '#include <linux/version.h>',
    '#include "program/program.h"',
    '',
    `const char repro_name[] = ${cString(name)};`,
    '',
    'const struct repro_expected repro_expected[] = {',
    ...all.map(releaseRow),
    '};',
    'const u32 repro_expected_count = ARRAY_SIZE(repro_expected);',
    '',
  ].join('\n');
}

/** `program/absent.c`: the kinds and systems that this program does not use. */
export function absentC({ neverReleased, neverObserved, absentSystems }: KernelParts): string {
  return [
    LICENSE,
    '/* Kinds of objects and systems that no call of this program uses: they do nothing. */',
    '#include "core/system.h"',
    '',
    ...neverReleased.map((kind) => `void skbcheck_release_${kind}(struct skbcheck_object *object)\n{\n}\n`),
    ...neverObserved.map(
      (kind) => `u32 *skbcheck_observe_${kind}(u32 *w, struct skbcheck_object *object)\n{\n\treturn w;\n}\n`,
    ),
    ...absentSystems.flatMap((name) => [
      `extern const struct skbcheck_system skbcheck_${name};`,
      `const struct skbcheck_system skbcheck_${name};`,
    ]),
    '',
  ].join('\n');
}

function callArrays(call: ExpectedCall, at: number, madeBy: string): string[] {
  const settle = call.settling ? ' (releases what is left)' : '';
  const title = [`/* Call ${at + 1}${settle}: ${call.text}.`, madeBy, 'calls the kernel. */'].join(' ');
  if (call.skipped !== undefined) return [`/* Call ${at + 1}: ${call.text}. Left out: ${call.skipped}. */`, ''];
  return [
    title,
    `static const u32 request_${at + 1}[] = {`,
    ...wrapped(call.request.map(cNumber)),
    '};',
    ...(call.words.length === 0
      ? []
      : [
          `static const struct repro_word words_${at + 1}[] = {`,
          ...call.words.map(
            ({ owner, name, value }) => `\t{ ${cString(owner)}, ${cString(name)}, ${cNumber(value)} },`,
          ),
          '};',
        ]),
    '',
  ];
}

function callRow(call: ExpectedCall, at: number): string {
  const text = `.text = ${cString(call.text)}`;
  if (call.skipped !== undefined) return `\t{ ${text}, .skipped = ${cString(call.skipped)} },`;
  const words = call.words.length === 0 ? '' : `, .words = words_${at + 1}, .word_count = ARRAY_SIZE(words_${at + 1})`;
  const returns =
    call.returns === undefined
      ? ''
      : `, .number = ${cString(call.returns.number)}, .flag = ${cString(call.returns.flag)}`;
  return (
    `\t{ ${text}, .request = request_${at + 1}, .request_words = ARRAY_SIZE(request_${at + 1}),\n` +
    `\t  .returned = ${cNumber(call.returned)}${returns}${words} },`
  );
}

function releaseRow({ release, calls, sizes, kmallocSizes, wrong }: ExpectedAnswers): string {
  const name = cName(release);
  const [, major, minor] = /(\d+)\.(\d+)/.exec(release) ?? ['', '0', '0'];
  return [
    '\t{',
    `\t\t.release = ${cString(release)}, .version = KERNEL_VERSION(${major}, ${minor}, 0),`,
    `\t\t.sizes = ${name}_sizes, .size_count = ${sizes.length},`,
    `\t\t.kmalloc_sizes = ${name}_kmalloc_sizes, .kmalloc_count = ${kmallocSizes.length},`,
    `\t\t.calls = ${name}_calls, .call_count = ${calls.length},`,
    `\t\t.wrong_call = ${wrong === undefined ? -1 : wrong.call},`,
    `\t\t.wrong_because = ${cString(wrong?.because ?? '')},`,
    '\t},',
  ].join('\n');
}

function wrapped(words: readonly string[]): string[] {
  const lines: string[] = [];
  let line = '\t';
  for (const word of words) {
    if (line.length + word.length > LINE_COLUMNS) {
      lines.push(line.trimEnd());
      line = '\t';
    }
    line += `${word}, `;
  }
  return [...lines, line.trimEnd()];
}

function cString(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&').replace(/[^\x20-\x7e]/g, '?')}"`;
}
