import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import type { Benchmark } from '../benchmark/benchmark';
import type { CampaignReport } from '../campaign/campaign_types';
import { unsearchedLanes } from '../campaign/campaign_report';
import { firstLine, UsageError } from '../session/errors';
import { note, printJson } from './support/output';
import { reportExit } from './support/campaign/campaign_exit';
import type { Exit } from './support/exit';

const EXAMPLES = `
Makes report.html, junit.xml and findings.sarif in DIR anew from its report.json, with the steps and pictures of this
version.

Example:
  $ npx skbcheck report campaign

Exit codes: 0 no new or flaky finding, 1 some, 2 usage, 4 its campaign executed nothing. See docs/how-to/report.md.`;

/** `skbcheck report DIR`. */
export function addReport(program: Command, exit: Exit): void {
  program
    .command('report')
    .description('make the report of a campaign anew: report.html, junit.xml, findings.sarif')
    .argument('<dir>', "the campaign's directory, with its report.json")
    .option('--mutants <file>', 'also show this table of `mutants --json`')
    .option('--json', 'print the names of the files and the totals as one JSON document')
    .addHelpText('after', EXAMPLES)
    .action(async (directory: string, options: { mutants?: string; json?: boolean }) => {
      const report = readReport(path.join(directory, 'report.json'));
      const mutants = options.mutants === undefined ? undefined : readMutants(options.mutants);
      // Imported only here, because charts take a moment to load.
      const { writeReports } = await import('./support/campaign_reports.js');
      const files = await writeReports(directory, report, mutants);
      for (const file of files) note(`written: ${file}`);
      if (options.json === true) printJson({ files, totals: report.totals });
      exit.code = reportExit(report);
    });
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
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new UsageError(`cannot read ${file}: ${firstLine(error)}`);
  }
}
