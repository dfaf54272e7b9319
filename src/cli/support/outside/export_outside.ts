import type { ExportedOutside, SeenOutside } from '../../../export/outside/exported_outside';
import { outsideFolder } from '../../../export/outside/outside_folder';
import { compileProgram, type CompiledCall } from '../../../outside/compile';
import { PROLOGUE, type Judgement } from '../../../outside/judge_program';
import { PROMISES } from '../../../outside/promises';
import type { Program } from '../../../program/program';
import type { ExportOutsideDocument } from '../../../report/documents/export_document';
import { plural } from '../../../report/figures';
import { UsageError } from '../../../session/errors';
import { profileNamed } from '../../../session/named';
import { Session } from '../../../session/session';
import { sessionOptions } from '../../../session/session_options';
import { placeOf, sentenceOf, type Verdict } from '../../../session/verdict';
import { kernelSources } from '../../../targets/linux/module_build';
import { assertRunsOn } from '../kernel_runs';
import { openOutsideJudge } from './outside_run';
import { printDocument, printLine } from '../output';
import { ownVersion } from '../version';
import { assertWritableDirectory } from '../writable';
import { writeFolder } from '../write_folder';

interface Asked {
  readonly output: string;
  readonly target?: string;
  readonly json?: boolean;
}

/**
 * Writes a C program that makes the system calls of a program.
 * @throws UsageError when the program is clean on the kernel that is to show its bug
 */
export async function exportOutside(file: string, name: string, program: Program, asked: Asked): Promise<void> {
  const { output, target } = asked;
  assertWritableDirectory(output);
  if (target !== undefined) assertRunsOn(target, file, program);
  const compiled = compileProgram(freshSession(program), program, PROLOGUE);
  const seen = target === undefined ? undefined : await seenOn(target, file, program, compiled.calls);
  const exported: ExportedOutside = { name, program, compiled, version: ownVersion(), ...(seen && { seen }) };
  const files = outsideFolder(kernelSources(), exported);
  writeFolder(output, files);
  const document: ExportOutsideDocument = {
    folder: output,
    name,
    files: Object.keys(files).sort(),
    as: program.as ?? 'user',
    calls: compiled.calls.length,
    ...(seen && { seen: { target: seen.target, sentence: seen.sentence } }),
  };
  if (asked.json === true) printDocument('export-outside', document);
  else printExported(document);
}

function freshSession({ profile: name }: Program): Session {
  const profile = profileNamed(name);
  return new Session({ ...sessionOptions(profile, undefined, profile.abi, false), checks: false });
}

async function seenOn(
  target: string,
  file: string,
  program: Program,
  calls: readonly CompiledCall[],
): Promise<SeenOutside> {
  const judge = await openOutsideJudge(program, target);
  judge.measures = true;
  try {
    return seenOf(target, file, calls, await judge.look(program));
  } finally {
    await judge.close();
  }
}

function seenOf(
  target: string,
  file: string,
  calls: readonly CompiledCall[],
  { verdict, results = [] }: Partial<Judgement> & { readonly verdict: Verdict },
): SeenOutside {
  if (verdict.kind === 'clean' || verdict.kind === 'limit')
    throw new UsageError(
      `${file}: ${target} shows nothing wrong: name a kernel that has the bug, or leave --target out`,
    );
  const place = placeOf(verdict);
  const guilty = place === null ? -1 : calls.findIndex(({ position }) => position === place.call);
  const promise = verdict.kind === 'promise' ? PROMISES.find(({ name }) => name === verdict.promise) : undefined;
  return {
    target,
    sentence: sentenceOf(verdict),
    ...(promise && { promise }),
    isInLog: verdict.kind !== 'promise',
    isInSlabs: verdict.kind === 'promise' && verdict.promise === 'given-back',
    guilty: guilty < 0 ? null : guilty,
    results,
  };
}

function printExported({ folder, files, calls, seen }: ExportOutsideDocument): void {
  if (seen === undefined)
    printLine('no kernel was asked (--target), so the program prints its answers and compares none');
  else printLine(`${seen.target} has it: ${seen.sentence}`);
  printLine(`written: ${plural(files.length, 'file')} in ${folder}, ${plural(calls, 'call')}`);
  printLine('there: gcc -O1 -o repro repro.c && ./repro');
}
