import path from 'node:path';
import type { Command } from 'commander';
import { expectedAnswers, type ExpectedAnswers } from '../export/expected_answers';
import { exportFolder } from '../export/export_folder';
import { isOutsideProgram } from '../program/outside_program';
import { isOnSecondCpu, type Program } from '../program/program';
import type { ExportDocument } from '../report/documents/export_document';
import { plural } from '../report/figures';
import { PROFILES, type Profile } from '../rules/profiles';
import { UsageError } from '../session/errors';
import { kernelSources } from '../targets/linux/module_build';
import { STREAM } from '../targets/read_input';
import { conditionsOf, type RunConditions } from './support/conditions';
import { EXIT_CLEAN, EXIT_TOO_LITTLE, type Exit } from './support/exit';
import { whyNoKernel } from './support/kernel_runs';
import { profileNamed } from '../session/named';
import { printDocument, printLine } from './support/output';
import { readProgram } from './support/read_program';
import { ownVersion } from './support/version';
import { assertWritableDirectory } from './support/writable';
import { exportOutside } from './support/outside/export_outside';
import { writeFolder } from './support/write_folder';

interface ExportOptions {
  readonly output: string;
  readonly profile?: string;
  readonly target?: string;
  readonly abuse?: boolean;
  readonly provoke?: boolean;
  readonly json?: boolean;
}

/** `skbcheck export FILE -o DIR`: writes a kernel module, or a C program, that runs a program by itself. */
export function addExport(program: Command, exit: Exit): void {
  program
    .command('export')
    .description('write a kernel module or a C program that makes the calls of a program: a reproducer to send')
    .argument('<file>', 'a program')
    .requiredOption('-o, --output <dir>', 'the folder to write; it must be new, empty, or hold the same files')
    .option('--profile <name>', 'the profile that every kernel must follow; default: each its own')
    .option('--target <kernel>', 'of a program of user space: the kernel that shows the bug; its answers are compared')
    .option('--abuse', 'let calls through that break contracts on purpose')
    .option('--provoke', 'let calls through that are legal and make the kernel warn')
    .option('--json', 'print one JSON document')
    .action(async (file: string, options: ExportOptions) => {
      const read = readProgram(file);
      if (isOutsideProgram(read)) {
        await exportOutside(file, nameOf(file), read, options);
        return;
      }
      if (options.target !== undefined)
        throw new UsageError('--target belongs to programs of user space; a module has the answers of every release');
      assertForKernels(file, read);
      assertWritableDirectory(options.output);
      const conditions = conditionsOf(file, read, options);
      const answers = answersOf(read, conditions, options.profile);
      assertTelling(file, answers);
      const name = nameOf(file);
      const files = exportFolder(kernelSources(), { name, program: read, answers, version: ownVersion() });
      writeFolder(options.output, files);
      const document = documentOf(options.output, name, answers, conditions, Object.keys(files));
      if (options.json === true) printDocument('export', document);
      else printExported(document);
      exit.code = document.releases.every(({ leftOut }) => leftOut.length > 0) ? EXIT_TOO_LITTLE : EXIT_CLEAN;
    });
}

/** Of the test in KTAP: a program from stdin has no name of its own. */
function nameOf(file: string): string {
  if (file === STREAM) return 'program';
  return path
    .basename(file)
    .replace(/\.skb$/, '')
    .replace(/[^\w-]+/g, '-');
}

/** @throws UsageError when no kernel can make the calls */
function assertForKernels(file: string, program: Program): void {
  const why = program.calls.some(isOnSecondCpu)
    ? 'cpu1: two CPUs of a kernel cannot be steered to a point'
    : whyNoKernel(program.calls.map(({ command }) => command));
  if (why !== undefined)
    throw new UsageError(`${file} runs on the model only, so no module can make its calls: ${why}`);
}

function answersOf(program: Program, conditions: RunConditions, asked: string | undefined): ExpectedAnswers[] {
  const { abuse, provoke } = conditions;
  const one = asked === undefined ? undefined : kernelProfile(asked);
  return PROFILES.map((kernel) => {
    const profile = one ?? kernel;
    return expectedAnswers(program, { profile, release: kernel.name, abi: kernel.abi, abuse, provoke });
  });
}

/** @throws UsageError when the profile is of no kernel */
function kernelProfile(name: string): Profile {
  const profile = profileNamed(name);
  if (profile.modelOnly !== undefined) throw new UsageError(`--profile ${name} is of no kernel: ${profile.modelOnly}`);
  return profile;
}

/** @throws UsageError when nothing would be compared, or the wrong answer cannot be seen */
function assertTelling(file: string, answers: readonly ExpectedAnswers[]): void {
  if (answers.every(({ calls }) => calls.every(({ skipped, settling }) => settling || skipped !== undefined)))
    throw new UsageError(`${file}: every call is left out; is --provoke or --abuse missing?`);
  for (const { calls, wrong } of answers)
    if (wrong !== undefined && calls[wrong.call].words.length === 0)
      throw new UsageError(
        `${file} leaves no object whose state a kernel shows, so a module cannot see: ${wrong.because}`,
      );
}

function documentOf(
  folder: string,
  name: string,
  answers: readonly ExpectedAnswers[],
  { mutant }: RunConditions,
  files: readonly string[],
): ExportDocument {
  return {
    folder,
    name,
    files: [...files].sort(),
    ...(mutant === undefined ? {} : { withoutMutant: mutant.id }),
    releases: answers.map(({ release, calls, wrong }) => ({
      release,
      calls: calls.filter(({ skipped }) => skipped === undefined).length,
      leftOut: calls.flatMap(({ skipped, text }) => (skipped === undefined ? [] : [`${text}: ${skipped}`])),
      ...(wrong === undefined ? {} : { wrong: wrong.because }),
    })),
  };
}

function printExported({ folder, files, releases, withoutMutant }: ExportDocument): void {
  for (const { release, leftOut } of releases) for (const line of leftOut) printLine(`${release} leaves out ${line}`);
  for (const { release, calls, wrong } of releases)
    printLine(
      `${release}: ${plural(calls, 'call')}, ` +
        (wrong === undefined ? 'a kernel must answer as the model' : `a kernel with this bug has it: ${wrong}`),
    );
  if (withoutMutant !== undefined)
    printLine(`mutant ${withoutMutant} breaks the model, not the kernel: the module expects the unbroken rules`);
  printLine(`written: ${plural(files.length, 'file')} in ${folder}; there: make && insmod repro.ko && dmesg`);
}
