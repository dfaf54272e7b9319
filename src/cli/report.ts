import { existsSync } from 'node:fs';
import path from 'node:path';
import { Option, type Command } from 'commander';
import type { Benchmark } from '../benchmark/benchmark';
import type { CampaignReport } from '../campaign/campaign_types';
import { unsearchedLanes } from '../campaign/campaign_report';
import { campaignCounts, campaignReportOf, type CampaignDocument } from '../report/documents/campaign_document';
import { whySaysNothing } from '../report/documents/counts';
import { FORMAT_VERSION } from '../report/documents/documents';
import { firstLine, UsageError } from '../session/errors';
import { readInput } from '../targets/read_input';
import { maintainerText } from '../report/maintainer_report';
import { note, printDocument } from './support/output';
import { reportExit } from './support/campaign/campaign_exit';
import { EXIT_CLEAN, EXIT_FINDING, EXIT_TOO_LITTLE, type Exit } from './support/exit';
import { programFiles } from './support/program_files';
import { reportForMaintainer } from './support/report_for_maintainer';

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
    .option('--target <target...>', 'with --for: the kernels to try; default: all of 6.1, 6.12 and 7.3')
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
      const counts = campaignCounts(report);
      const why = whySaysNothing(counts, false);
      if (why !== undefined) note(`${directory}: ${why}`);
      if (options.json === true) printDocument('report', { ...counts, files, totals: report.totals });
      exit.code = reportExit(report);
    });
}

/** @returns the exit code: a report that no kernel was tried for says too little */
async function printForMaintainer(file: string, { target = [], json }: ReportOptions): Promise<number> {
  const reports = [];
  for (const program of programFiles([file])) {
    const report = await reportForMaintainer(program, target);
    reports.push(report);
    if (json === true) continue;
    process.stdout.write(maintainerText(report));
    if (report.as !== undefined) note(`to be attached, findings/repro/repro.c: ${report.reproducer}`);
  }
  if (json === true) printDocument('report-maintainer', { reports });
  if (reports.some(({ tried }) => tried.length === 0)) return EXIT_TOO_LITTLE;
  return reports.some(({ tried }) => tried.some(({ has }) => has)) ? EXIT_FINDING : EXIT_CLEAN;
}

/** The fields that a report of version 0.1.0 does not have yet. */
const SINCE_0_1_0 = { limits: { time_ms: null, commands: null }, overBefore: false, met: [] };

/** @throws UsageError when the file is not a report that this version understands */
function readReport(file: string): CampaignReport {
  if (!existsSync(file)) throw new UsageError(`there is no ${file}: a campaign writes it when it ends`);
  const report = reportIn(readJson(file));
  if (report === undefined) throw new UsageError(`${file} is no report of a campaign in version ${FORMAT_VERSION}`);
  for (const part of ['problems', 'series', 'lanes', 'findings'] as const)
    if (!Array.isArray(report[part])) throw new UsageError(`${file} has no ${part}`);
  for (const part of ['totals', 'canaries'] as const)
    if (typeof report[part] !== 'object') throw new UsageError(`${file} has no ${part}`);
  return { ...SINCE_0_1_0, unsearched: unsearchedLanes(report.lanes ?? []), ...report } as CampaignReport;
}

/** The report of version 1, or of the releases before documents had a kind; undefined: it is neither. */
function reportIn(document: unknown): Partial<CampaignReport> | undefined {
  if (typeof document !== 'object' || document === null) return undefined;
  if ((document as Partial<CampaignReport>).format === 1) return document as Partial<CampaignReport>;
  const { version, kind, ...fields } = document as { version?: unknown; kind?: unknown };
  if (version !== FORMAT_VERSION || kind !== 'campaign') return undefined;
  return campaignReportOf(fields as CampaignDocument);
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
