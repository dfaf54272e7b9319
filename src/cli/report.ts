import { existsSync } from 'node:fs';
import path from 'node:path';
import { Option, type Command } from 'commander';
import type { Benchmark } from '../benchmark/benchmark';
import type { CampaignReport } from '../campaign/campaign_types';
import { unsearchedLanes } from '../campaign/campaign_report';
import { firstLine, UsageError } from '../session/errors';
import { readInput } from '../targets/read_input';
import { note, printJson } from './support/output';
import { maintainerText } from '../report/maintainer_report';
import { reportExit } from './support/campaign/campaign_exit';
import { EXIT_CLEAN, EXIT_FINDING, EXIT_TOO_LITTLE, type Exit } from './support/exit';
import { programsBelow, reportForMaintainer } from './support/report_for_maintainer';

interface ReportOptions {
  readonly mutants?: string;
  readonly for?: string;
  readonly target?: readonly string[];
  readonly json?: boolean;
}

/** `skbcheck report DIR`, and `skbcheck report FILE|DIR --for maintainer`. */
export function addReport(program: Command, exit: Exit): void {
  program
    .command('report')
    .description('make the report of a campaign anew, or with --for maintainer the mail of a finding')
    .argument('<dir>', "the campaign's directory, with its report.json; with --for also a program")
    .addOption(new Option('--for <reader>', 'print a report of each program for this reader').choices(['maintainer']))
    .option('--target <target...>', 'with --for: the kernels to try; default: all that are set up')
    .option('--mutants <file>', 'also show this table of `mutants --json`')
    .option('--json', 'print the names of the files and the totals as one JSON document')
    .action(async (directory: string, options: ReportOptions) => {
      if (options.for === 'maintainer') {
        exit.code = await printForMaintainer(directory, options);
        return;
      }
      if (options.target !== undefined) throw new UsageError('--target belongs to --for maintainer');
      const report = readReport(path.join(directory, 'report.json'));
      const mutants = options.mutants === undefined ? undefined : readMutants(options.mutants);
      // Imported only here, because charts take a moment to load.
      const { writeReports } = await import('./support/campaign/campaign_reports.js');
      const files = await writeReports(directory, report, mutants);
      for (const file of files) note(`written: ${file}`);
      if (options.json === true) printJson({ files, totals: report.totals });
      exit.code = reportExit(report);
    });
}

/** @returns the exit code: a report that no kernel was tried for says too little */
async function printForMaintainer(file: string, { target = [], json }: ReportOptions): Promise<number> {
  const reports = [];
  for (const program of programsBelow(file)) {
    const report = await reportForMaintainer(program, target);
    reports.push(report);
    if (json !== true) process.stdout.write(maintainerText(report));
  }
  if (json === true) printJson(reports.length === 1 ? reports[0] : reports);
  if (reports.some(({ tried }) => tried.length === 0)) return EXIT_TOO_LITTLE;
  return reports.some(({ tried }) => tried.some(({ has }) => has)) ? EXIT_FINDING : EXIT_CLEAN;
}

/** The fields that a report of version 0.1.0 does not have yet. */
const SINCE_0_1_0 = { limits: { time_ms: null, commands: null }, overBefore: false };

/** @throws UsageError when the file is not a report that this version understands */
function readReport(file: string): CampaignReport {
  if (!existsSync(file)) throw new UsageError(`there is no ${file}: a campaign writes it when it ends`);
  const report = readJson(file) as Partial<CampaignReport> | null;
  if (typeof report !== 'object' || report === null || report.format !== 1)
    throw new UsageError(`${file} is no report of a campaign in format 1`);
  for (const part of ['problems', 'series', 'lanes', 'findings'] as const)
    if (!Array.isArray(report[part])) throw new UsageError(`${file} has no ${part}`);
  for (const part of ['totals', 'canaries'] as const)
    if (typeof report[part] !== 'object') throw new UsageError(`${file} has no ${part}`);
  return { ...SINCE_0_1_0, unsearched: unsearchedLanes(report.lanes ?? []), ...report } as CampaignReport;
}

function readMutants(file: string): Benchmark {
  const table = readJson(file) as Partial<Benchmark> | null;
  if (table === null || !Array.isArray(table.rows) || !Array.isArray(table.strategies))
    throw new UsageError(`${file} is no table of 'skbcheck mutants --json'`);
  return table as Benchmark;
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readInput(file).toString('utf8'));
  } catch (error) {
    throw new UsageError(`cannot read ${file}: ${firstLine(error)}`);
  }
}
