import { appendFileSync } from 'node:fs';
import { ProgramGenerator, generateOn } from '../src/generate/generator';
import { formatSeed, generatorSeed, programAfter } from '../src/generate/seed';
import { compileProgram, type CompiledProgram } from '../src/outside/compile';
import { judgeProgram, PROLOGUE } from '../src/outside/judge_program';
import { plural } from '../src/program/counts';
import { printProgram } from '../src/program/print';
import { profileNamed, scenarioNamed } from '../src/session/named';
import { Session } from '../src/session/session';
import { sessionOptions } from '../src/session/session_options';
import { sentenceOf, signatureOf } from '../src/session/verdict';
import { DRIVER_NAMES, whyNoDriver, type DriverName } from '../src/targets/linux/outside/drivers';
import { openDriver, type DriverLink } from '../src/targets/linux/outside/open_driver';
import { count, noCounts, type DriverCounts } from './driver_counts';
import { readDma } from './kernel_readings';

/**
 * `npm run bench-drivers -- [--kernel linux-7.3,linux-6.12] [--driver e1000e,…] [--packets 20000] [--seed 1]
 * [--minutes 60] [--findings FILE]`: random programs of the scenario outside-driver on a machine with two network
 * devices and a wire between them. Prints a line of JSON for each driver and kernel: what programs did, what was found,
 * what was skipped and why. With `--findings` the programs of findings are appended to a file.
 */
const words = process.argv.slice(2);
const option = (name: string, otherwise: string): string => {
  const at = words.indexOf(`--${name}`);
  return at < 0 ? otherwise : words[at + 1];
};

const SCENARIO = scenarioNamed('outside-driver');
const PACKETS = Number(option('packets', '20000'));
const SEED = Number(option('seed', '1'));
const END_MS = Date.now() + Number(option('minutes', '60')) * 60_000;
const FINDINGS = option('findings', '');
/** Programs between two counts of what the kernel holds. */
const COUNT_EVERY = 24;
const DEATHS_MAX = 5;

/** Programs that showed a finding, and those of them that showed it again on a machine of their own. */
interface Shown {
  programs: number;
  again: number;
}

/** Findings and counts of one driver on one kernel. */
interface Row {
  readonly kernel: string;
  readonly driver: string;
  readonly skipped?: string;
  readonly counts?: DriverCounts;
  /** By signature. */
  readonly findings?: Readonly<Record<string, Shown>>;
  /** Frames that the host carried. */
  readonly carried?: number;
  /** The words of DMA debugging at the end; absent: the kernel has none. */
  readonly dma?: unknown;
  /** Objects of the kernel after the first programs, and at the end. */
  readonly slabs?: unknown;
  readonly seconds?: number;
}

async function main(): Promise<void> {
  const kernels = option('kernel', 'linux-7.3,linux-6.12').split(',');
  const drivers = option('driver', DRIVER_NAMES.join(',')).split(',') as DriverName[];
  for (const driver of drivers) for (const kernel of kernels) print(await rowOf(kernel, driver));
}

function print(row: Row): void {
  process.stdout.write(`${JSON.stringify(row)}\n`);
}

async function rowOf(kernel: string, driver: DriverName): Promise<Row> {
  const skipped = whyNoDriver(driver);
  if (skipped !== undefined) return { kernel, driver, skipped };
  const start_ms = Date.now();
  const counts = noCounts();
  const findings: Record<string, Shown> = {};
  const profile = profileNamed(kernel);
  const session = new Session({ ...sessionOptions(profile, undefined, profile.abi, false), checks: false });
  const generator = new ProgramGenerator(SCENARIO, profile);
  let machine: DriverLink | undefined;
  let [carried, deaths] = [0, 0];
  let dma: unknown;
  let slabs: Record<string, number>[] = [];
  const found = (signature: string, text: string, again: boolean): void => {
    const shown = (findings[signature] ??= { programs: 0, again: 0 });
    shown.programs++;
    if (again) shown.again++;
    if (FINDINGS !== '' && shown.programs <= 2)
      appendFileSync(FINDINGS, `# ${signature}${again ? '' : ' (once, and not again)'}\n${text}\n`);
  };
  /** Whether a program shows something again: the wire is of this process, which a busy machine may keep waiting. */
  const showsAgain = async (compiled: CompiledProgram, signature: string): Promise<boolean> => {
    const alone = await openDriver(kernel, driver, (line) => process.stderr.write(`${line}\n`));
    const { death, results } = await alone.link.run([compiled.steps]);
    await alone.link.close();
    if (death !== undefined) return signature.startsWith('death');
    const { verdict } = judgeProgram(compiled, results[0]);
    return verdict.kind !== 'clean' && signatureOf(verdict) === signature;
  };
  for (let at = 0; counts.sent < PACKETS && Date.now() < END_MS && deaths < DEATHS_MAX; at++) {
    machine ??= await openDriver(kernel, driver, (line) => process.stderr.write(`${line}\n`));
    const number = programAfter(SEED, at);
    session.begin();
    const made = generateOn(generator, session.world, profile.name, generatorSeed(number));
    const program = { ...made, seed: formatSeed(SCENARIO.name, number) };
    const compiled = compileProgram(session, program, PROLOGUE);
    const answer = await machine.link.run([compiled.steps]);
    if (answer.death !== undefined) {
      deaths++;
      carried += frames(machine);
      await machine.link.close();
      const signature = `death: ${answer.death.detail}`;
      const text = `${printProgram(program)}\n${answer.death.console.slice(-3000)}`;
      found(signature, text, await showsAgain(compiled, signature));
      machine = undefined;
      slabs = [];
      continue;
    }
    const judgement = judgeProgram(compiled, answer.results[0]);
    count(counts, judgement);
    const { verdict } = judgement;
    if (verdict.kind !== 'clean') {
      // A device that a program broke stays so.
      carried += frames(machine);
      await machine.link.close();
      const signature = signatureOf(verdict);
      const text = `${sentenceOf(verdict)}\n${printProgram(program)}`;
      found(signature, text, await showsAgain(compiled, signature));
      machine = undefined;
      slabs = [];
      continue;
    }
    dma = await readDma(machine.link);
    if (at % COUNT_EVERY === COUNT_EVERY - 1) {
      const { state } = await machine.link.state();
      if (state !== undefined) slabs.push(slabsOf(state.counters));
      process.stderr.write(`${kernel} ${driver}: ${plural(counts.sent, 'frame')}, ${JSON.stringify(findings)}\n`);
    }
  }
  if (machine !== undefined) {
    carried += frames(machine);
    await machine.link.close();
  }
  const seconds = Math.round((Date.now() - start_ms) / 1000);
  const [first, last] = [slabs[0], slabs.at(-1)];
  return {
    kernel,
    driver,
    counts,
    findings,
    carried,
    ...(dma === undefined ? {} : { dma }),
    slabs: { first, last },
    seconds,
  };
}

const frames = ({ wire }: DriverLink): number => wire.carried[0].frames + wire.carried[1].frames;

const slabsOf = (counters: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(Object.entries(counters).filter(([name]) => /^slab\.skb|^slab\.PACKET|net_namespace/.test(name)));

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
