import { exploreSchedulesAsync, streamsOf, type Exploration, type Streams } from '../../../explore/explore_schedules';
import { callLines } from '../../../program/call_lines';
import { printProgram } from '../../../program/print';
import type { Program } from '../../../program/program';
import { renumbered } from '../../../reduce/rename';
import { countsText, whySaysNothing, type Counts } from '../../../report/documents/counts';
import type { SchedulesDocument } from '../../../report/documents/explore_document';
import { countsOfSession } from '../session_counts';
import { Session } from '../../../session/session';
import { sentenceOf } from '../../../session/verdict';
import { announce } from '../announce';
import { conditionsOf } from '../conditions';
import { breathe, Interrupt } from '../interrupt';
import { profileNamed } from '../../../session/named';
import { parseCount } from '../options';
import { printDocument, printLine } from '../output';
import { readProgramText } from '../read_program';
import { sessionOptions } from '../../../session/session_options';
import { plural } from '../../../report/figures';
import { UsageError } from '../../../session/errors';
import { EXIT_CLEAN, EXIT_FINDING, EXIT_INTERRUPTED, EXIT_TOO_LITTLE, type Exit } from '../exit';

const SCHEDULES_MAX = 1_000_000_000;

export interface ExploreFileOptions {
  readonly cpu1?: string;
  readonly profile?: string;
  readonly mutant?: string;
  readonly max: string;
  readonly json?: boolean;
}

/** `skbcheck explore FILE`: runs every schedule of a program. */
export async function exploreFile(file: string, options: ExploreFileOptions, exit: Exit): Promise<number> {
  const max = parseCount('--max', options.max, 1, SCHEDULES_MAX);
  const { text, program: written } = readProgramText(file);
  const { mutant } = conditionsOf(file, written, options);
  const profile = profileNamed(options.profile ?? written.profile);
  const program = { ...written, profile: profile.name };
  const streams = streamsOf(program, options.cpu1 === undefined ? undefined : positionsOf(text, options.cpu1));
  if (streams.second.length === 0)
    throw new UsageError(`${file} has no calls of a second CPU: write them as cpu1 lines, or name lines with --cpu1`);
  const session = new Session(sessionOptions(profile, mutant, profile.abi, false));
  const interrupt = new Interrupt();
  announce(exit);
  const pause = async (): Promise<boolean> => (await breathe(), interrupt.interrupted);
  const found = await exploreSchedulesAsync(session, program, streams, max, pause).finally(() => interrupt.dispose());
  const counts = countsOfSession(session);
  if (options.json === true)
    printDocument('explore-schedules', documentOf(file, program, options, streams, found, counts));
  else printFound(file, program, options, streams, found, counts);
  if (found.failed > 0) return EXIT_FINDING;
  if (interrupt.interrupted) return EXIT_INTERRUPTED;
  return whySaysNothing(counts, false) === undefined ? EXIT_CLEAN : EXIT_TOO_LITTLE;
}

/** Positions of the calls on lines `7` or `7..9`. */
function positionsOf(text: string, range: string): ReadonlySet<number> {
  const match = /^(\d{1,7})(?:\.\.(\d{1,7}))?$/.exec(range);
  if (match === null) throw new UsageError(`--cpu1 takes a line or a range of lines such as 7..9, not '${range}'`);
  const from = Number(match[1]);
  const to = Number(match[2] ?? match[1]);
  const positions = new Set<number>();
  callLines(text).forEach((line, position) => {
    if (line >= from && line <= to) positions.add(position);
  });
  if (positions.size === 0) throw new UsageError(`--cpu1 ${range}: no command is on these lines`);
  return positions;
}

function lengths({ first, second }: Streams): string {
  return `${plural(first.length, 'command')} on one CPU, ${second.length} on the other`;
}

function printFound(
  file: string,
  program: Program,
  options: ExploreFileOptions,
  streams: Streams,
  found: Exploration,
  counts: Counts,
): void {
  const mutant = options.mutant === undefined ? '' : `, mutant ${options.mutant}`;
  const all = found.exhausted ? ', more were not run (--max, or Ctrl-C)' : '';
  const holds = whySaysNothing(counts, false) ?? 'all hold';
  const failed = found.failed === 0 ? holds : `${found.failed} ${found.failed === 1 ? 'fails' : 'fail'}`;
  printLine(`${file}: ${lengths(streams)} (${program.profile}${mutant})`);
  printLine(`${plural(found.schedules, 'schedule')}${all}: ${failed}`);
  printLine(`  ${countsText(counts, false)}`);
  for (const { signature, schedules } of found.findings) printLine(`  ${signature}: ${schedules}`);
  for (const { program: first, verdict } of found.findings) {
    printLine(`\n# ${sentenceOf(verdict)}`);
    process.stdout.write(printProgram(renumbered(first)));
  }
}

function documentOf(
  file: string,
  program: Program,
  options: ExploreFileOptions,
  { first, second }: Streams,
  { schedules, failed, exhausted, findings }: Exploration,
  counts: Counts,
): SchedulesDocument {
  return {
    ...counts,
    file,
    profile: program.profile,
    ...(options.mutant === undefined ? {} : { mutant: options.mutant }),
    commands: [first.length, second.length],
    schedules,
    failed,
    exhausted,
    findings: findings.map((finding) => ({
      signature: finding.signature,
      schedules: finding.schedules,
      verdict: finding.verdict,
      program: printProgram(renumbered(finding.program)),
    })),
  };
}
