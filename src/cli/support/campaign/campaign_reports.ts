// Imported dynamically, because the charts take a moment to load.

import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { CoverageMapData } from 'istanbul-lib-coverage';
import type { CampaignFinding, CampaignReport } from '../../../campaign/campaign_types';
import { writeAtomically } from '../../../campaign/store/atomic_write';
import type { Benchmark } from '../../../benchmark/benchmark';
import { parseProgram } from '../../../program/parse';
import { findMutant } from '../../../rules/mutants';
import { findProfile } from '../../../rules/profiles';
import { campaignHtml } from '../../../report/campaign_report/campaign_html';
import { COVERAGE_INDEX, writeCoveragePages } from '../../../report/coverage_report/coverage_html';
import { junitXml } from '../../../report/junit';
import { sarifText } from '../../../report/sarif';
import { reachableOutcomes } from './reachable_outcomes';
import { sarifPlaces } from './sarif_places';
import { unreducedReports } from './unreduced_reports';
import type { StepThrough } from '../../../report/picture/step_through';
import { Session } from '../../../session/session';
import { firstLine } from '../../../session/errors';
import { note } from '../output';
import { sessionOptions } from '../../../session/session_options';
import { stepThrough, type EndedElsewhere } from '../step_through';

/**
 * Findings beyond this are listed with their programs but without steps, so that the page stays small enough to open.
 */
const STEPPED_MAX = 500;
const REPORT = 'report.html';
const COVERAGE = 'coverage';

/**
 * Writes report.html, junit.xml, findings.sarif and, from coverage.json, the pages of the model's code, into a
 * campaign's directory.
 *
 * @param mutants - a table of `skbcheck mutants --json` for the page
 * @returns the files
 */
export async function writeReports(
  directory: string,
  report: CampaignReport,
  mutants?: Benchmark,
): Promise<readonly string[]> {
  const steps = stepsOfFindings(report);
  const coverage = writeCoverage(directory);
  const page = {
    ...{ report, steps, directory, reachable: reachableOutcomes(report) },
    ...(mutants === undefined ? {} : { mutants }),
    ...(coverage === null ? {} : { coverage }),
  };
  const texts = {
    [REPORT]: campaignHtml(page),
    'junit.xml': junitXml(report, directory, unreducedReports(report, directory)),
    'findings.sarif': sarifText(report, guiltyLines(steps), sarifPlaces(directory)),
  };
  const files: string[] = [];
  for (const [name, text] of Object.entries(texts)) {
    const file = path.join(directory, name);
    await writeAtomically(file, text);
    files.push(file);
  }
  return coverage === null ? files : [...files, path.join(directory, coverage)];
}

/** Writes the pages of the model's code. Returns the address of the first; null when the campaign counted nothing. */
function writeCoverage(directory: string): string | null {
  const file = path.join(directory, 'coverage.json');
  if (!existsSync(file)) return null;
  try {
    const data = JSON.parse(readFileSync(file, 'utf8')) as CoverageMapData;
    writeCoveragePages(path.join(directory, COVERAGE), data, `../${REPORT}`);
    return `${COVERAGE}/${COVERAGE_INDEX}`;
  } catch (error) {
    // The findings are worth more than the counts.
    note(`no ${COVERAGE}/${COVERAGE_INDEX}: cannot use ${file}: ${firstLine(error)}`);
    return null;
  }
}

/** By id of the finding: the steps of its program on the model; of the reduced program if there is one. */
export function stepsOfFindings({ findings }: CampaignReport): Map<string, StepThrough> {
  const steps = new Map<string, StepThrough>();
  for (const finding of findings) {
    if (steps.size >= STEPPED_MAX) break;
    const one = stepsOfFinding(finding);
    if (one !== null) steps.set(finding.id, one);
  }
  return steps;
}

/** Null when this version cannot run the program, or when the finding has none. */
function stepsOfFinding(finding: CampaignFinding): StepThrough | null {
  if (finding.cause !== 'program') return null;
  const text = finding.reduced ?? finding.program;
  const { lane } = finding;
  const profile = findProfile(lane.profile);
  const mutant = lane.mutant === undefined ? undefined : findMutant(lane.mutant);
  if (profile === undefined || (lane.mutant !== undefined && mutant === undefined)) return null;
  try {
    const session = new Session(sessionOptions(profile, mutant, profile.abi, false));
    return stepThrough(session, parseProgram(text, finding.id), text, elsewhere(finding));
  } catch {
    // One program that cannot be run must not prevent the report.
    return null;
  }
}

function elsewhere({ sentence, report, lane }: CampaignFinding): EndedElsewhere {
  const call = report === undefined ? undefined : guiltyCall(report);
  return {
    sentence,
    ...(call === undefined ? {} : { call }),
    note:
      lane.target === 'model'
        ? 'The model no longer finds a violation in this program. The steps show how it runs now.'
        : `It was found on ${lane.target}. The steps show the model, which finds no violation.`,
  };
}

/** The line of the program that a report marks with `>>>`. The program is the report's first indented block. */
function guiltyCall(report: string): number | undefined {
  const lines = report.split('\n');
  const start = lines.indexOf('') + 1;
  for (let i = start; i < lines.length && lines[i] !== ''; i++) if (lines[i].startsWith('>>> ')) return i - start;
  return undefined;
}

/** By id of the finding: the number of the guilty line, from 1. */
export function guiltyLines(steps: ReadonlyMap<string, StepThrough>): Map<string, number> {
  const lines = new Map<string, number>();
  for (const [id, { steps: calls, failedStep }] of steps) {
    const line = failedStep === undefined ? -1 : (calls[failedStep]?.line ?? -1);
    if (line >= 0) lines.set(id, line + 1);
  }
  return lines;
}
