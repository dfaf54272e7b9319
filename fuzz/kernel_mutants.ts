import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { Interrupt, withSignal } from '../src/cli/support/interrupt';
import { parseDuration } from '../src/cli/support/options';
import { searchSeed } from '../src/cli/support/search_seed';
import { didYouMean } from '../src/program/did_you_mean';
import { note, printLine } from '../src/cli/support/output';
import { plural } from '../src/program/counts';
import { printProgram } from '../src/program/print';
import { findMutant } from '../src/rules/mutants';
import { firstLine, UsageError } from '../src/session/errors';
import { sentenceOf, signatureOf } from '../src/session/verdict';
import { buildMutant } from './build_mutant';
import { readKernelMutants, type KernelMutant } from './kernel_mutant';
import { tableOf, type KernelMutantRow } from './kernel_mutants_table';
import { judgeOnKernel, searchKernel, type KernelFinding, type KernelSearch } from './search_kernel';
import { EXIT_CLEAN, EXIT_FINDING, EXIT_INTERRUPTED, EXIT_TARGET, EXIT_USAGE } from '../src/cli/support/exit';

/** Commands for each scenario on the kernel without a bug: most bugs need fewer. */
const CONTROL_COMMANDS = 40_000;

interface Options {
  readonly source: string;
  readonly output: string;
  readonly out?: string;
  readonly time: string;
  readonly reduceTime: string;
  readonly seed?: string;
  readonly control: boolean;
  readonly json?: boolean;
}

/** One mutant with its result. */
interface Done {
  readonly mutant: KernelMutant;
  readonly row: KernelMutantRow;
  readonly finding: KernelFinding | null;
}

class KernelMutants {
  private readonly interrupt = new Interrupt();
  private readonly search: KernelSearch;

  constructor(private readonly options: Options) {
    const seed = options.seed;
    this.search = {
      target: options.output,
      seed: searchSeed(seed).number,
      time_ms: parseDuration('--time', options.time),
      reduceTime_ms: parseDuration('--reduce-time', options.reduceTime),
      interrupted: () => this.interrupt.interrupted,
      say: note,
    };
  }

  async run(mutants: readonly KernelMutant[]): Promise<number> {
    const all: Done[] = [];
    try {
      for (const mutant of mutants) {
        if (this.interrupt.interrupted) break;
        const done = await this.one(mutant);
        all.push(done);
        if (this.options.json !== true) printLine(tableOf([done.row], all.length === 1));
      }
      const control = this.options.control && !this.interrupt.interrupted ? await this.control(all) : [];
      if (this.options.json === true)
        printLine(JSON.stringify({ seed: this.search.seed, mutants: all.map(({ row }) => row), control }, null, 2));
      else for (const line of control) printLine(line);
      if (this.interrupt.interrupted) return withSignal(EXIT_INTERRUPTED);
      const isAllFound = all.every(({ finding }) => finding !== null);
      return isAllFound && control.length === 0 ? EXIT_CLEAN : EXIT_FINDING;
    } finally {
      this.interrupt.dispose();
    }
  }

  private async one(mutant: KernelMutant): Promise<Done> {
    note(`${mutant.id}: ${mutant.title}`);
    const buildSeconds = await this.build(mutant);
    const { finding, ...searched } = await searchKernel(mutant.scenario, this.search);
    const about = { id: mutant.id, scenario: mutant.scenario.name, buildSeconds, ...searched };
    if (finding === null) return { mutant, row: { ...about, signature: null }, finding };
    const { program, verdict, commands, seconds, commandsBefore, reduceSeconds } = finding;
    const row = {
      ...about,
      ...{ commands, seconds, commandsBefore, reduceSeconds },
      signature: signatureOf(verdict),
      commandsAfter: program.calls.length,
      model: await this.modelAgrees(mutant, finding),
    };
    this.keep(mutant, finding);
    return { mutant, row, finding };
  }

  /** @returns seconds */
  private async build(mutant: KernelMutant | null): Promise<number> {
    const startedAt_ms = performance.now();
    await buildMutant(this.options.source, this.options.output, mutant === null ? [] : [mutant]);
    return (performance.now() - startedAt_ms) / 1000;
  }

  /**
   * Returns `same` when the model's mutant of that id does what the kernel does; otherwise the difference, or `none`.
   */
  private async modelAgrees({ model }: KernelMutant, { program }: KernelFinding): Promise<string> {
    const mutant = findMutant(model);
    if (mutant === undefined || mutant.profile !== program.profile) return 'none';
    const [verdict] = await judgeOnKernel(this.search, [program], mutant);
    return verdict.kind === 'clean' ? 'same' : signatureOf(verdict);
  }

  private keep(mutant: KernelMutant, { program, verdict }: KernelFinding): void {
    const { out } = this.options;
    if (out === undefined) return;
    mkdirSync(out, { recursive: true });
    const comments = new Map([[0, [`# ${mutant.id}: ${sentenceOf(verdict)}`]]]);
    writeFileSync(join(out, `${mutant.name}.skb`), printProgram({ ...program, seed: undefined, comments }));
  }

  /**
   * The same kernel without a bug: no program may show a difference there, and no short search of the same scenarios.
   */
  private async control(all: readonly Done[]): Promise<string[]> {
    await this.build(null);
    const findings = all.flatMap(({ finding }) => finding ?? []);
    const programs = findings.map(({ program }) => program);
    const verdicts = await judgeOnKernel(this.search, programs);
    const shown = verdicts.map((verdict, i) => ({ verdict, program: programs[i] }));
    const scenarios = new Set(all.map(({ mutant }) => mutant.scenario));
    for (const scenario of scenarios) {
      const { finding } = await searchKernel(scenario, { ...this.search, commands: CONTROL_COMMANDS });
      if (finding !== null) shown.push(finding);
    }
    const clean = verdicts.filter(({ kind }) => kind === 'clean').length;
    note(`without a patch, ${clean} of ${plural(verdicts.length, 'program')} ${clean === 1 ? 'is' : 'are'} clean`);
    return shown.flatMap(({ verdict, program }) =>
      verdict.kind === 'clean' ? [] : [`without the patch too: ${sentenceOf(verdict)}\n${printProgram(program)}`],
    );
  }
}

/** The patches with the given ids, or all. */
function chosen(ids: readonly string[]): KernelMutant[] {
  const all = readKernelMutants();
  if (ids.length === 0) return all;
  return ids.map((id) => {
    const mutant = all.find((known) => [known.id, known.name].some((name) => name.toLowerCase() === id.toLowerCase()));
    if (mutant !== undefined) return mutant;
    const names = all.map((known) => known.id);
    throw new UsageError(`no kernel mutant '${id}'${didYouMean(id, names)}; there are: ${names.join(', ')}`);
  });
}

/**
 * `npm run kernel-mutants`: builds each patch of kernel/mutants into a kernel, and searches for it in lockstep.
 * Exit 0: all were found; 1: not all; 2: usage; 3: a kernel could not be built or booted.
 */
async function main(args: readonly string[]): Promise<number> {
  let code = EXIT_CLEAN;
  const program = new Command('kernel-mutants')
    .description('build kernels with known bugs, one after the other, and find the bugs')
    .argument('[id...]', 'ids of patches; default: every patch of kernel/mutants')
    .requiredOption('--source <tree>', 'a kernel source tree of 6.12, or a linux-source tar')
    .requiredOption('-o, --output <dir>', 'directory in which all of them are built')
    .option('--out <dir>', 'keep the reduced programs there')
    .option('--time <time>', 'limit of each search', '5m')
    .option('--reduce-time <time>', 'limit of reducing each finding', '2m')
    .option('--seed <number>', 'number with which each search begins; drawn when absent')
    .option('--no-control', 'skip the build without a bug, which checks that the programs are clean there')
    .option('--json', 'print one JSON document')
    .exitOverride()
    .action(async (ids: string[], options: Options) => {
      code = await new KernelMutants(options).run(chosen(ids));
    });
  await program.parseAsync(args, { from: 'user' });
  return code;
}

function exitCodeOf(error: unknown): number {
  const known = error as { exitCode?: number; code?: string };
  if (known.code?.startsWith('commander.')) return known.exitCode === 0 ? EXIT_CLEAN : EXIT_USAGE;
  note(`skbcheck: error: ${firstLine(error)}`);
  return known.exitCode ?? EXIT_TARGET;
}

void main(process.argv.slice(2))
  .catch(exitCodeOf)
  .then((code) => (process.exitCode = code));
