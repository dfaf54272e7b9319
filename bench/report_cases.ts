import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Page } from 'playwright-core';
import { writeReports } from '../src/cli/support/campaign/campaign_reports';
import { sessionOptions } from '../src/session/session_options';
import { stepThrough } from '../src/cli/support/step_through';
import { parseProgram } from '../src/program/parse';
import { stepHtml } from '../src/report/picture/step_html';
import { findProfile, type Profile } from '../src/rules/profiles';
import { Session } from '../src/session/session';
import { largeCampaign } from './large_campaign';
import { longProgram } from './long_program';

const EXECUTABLE = process.env.SKBCHECK_CHROMIUM ?? '/usr/bin/chromium';
const FLAGS = ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-sync'];
const ROUNDS = 7;
const STEPS = 200;

/** Times in milliseconds: medians of rounds. */
export interface ReportFigures {
  readonly campaignBytes: number;
  readonly campaignMade: number;
  readonly campaignOpens: number;
  readonly findingOpens: number;
  readonly programBytes: number;
  readonly programOpens: number;
  readonly stepForward: number;
  readonly stepBack: number;
}

/** The time that the pages take in a real browser: a campaign of 10^9 commands, a program of 10,000 calls. */
export async function reportFigures(): Promise<ReportFigures> {
  const folder = mkdtempSync(path.join(tmpdir(), 'skbcheck-bench-'));
  try {
    const start_ms = performance.now();
    await writeReports(folder, largeCampaign());
    const campaignMade = performance.now() - start_ms;
    const campaign = path.join(folder, 'report.html');
    const program = path.join(folder, 'long.html');
    writeFileSync(program, longPage());
    const times = await inBrowser(folder, campaign, program);
    return { campaignBytes: statSync(campaign).size, campaignMade, programBytes: statSync(program).size, ...times };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function longPage(): string {
  const profile = findProfile('linux-6.12') as Profile;
  const session = new Session(sessionOptions(profile, undefined, profile.abi, false));
  const text = longProgram(10_000);
  return stepHtml('a long program', [], stepThrough(session, parseProgram(text, 'long'), text));
}

type Times = Omit<ReportFigures, 'campaignBytes' | 'campaignMade' | 'programBytes'>;

async function inBrowser(folder: string, campaign: string, program: string): Promise<Times> {
  const context = await chromium.launchPersistentContext(path.join(folder, 'browser'), {
    executablePath: EXECUTABLE,
    headless: true,
    args: FLAGS,
  });
  try {
    const rounds: Times[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const page = await context.newPage();
      const campaignOpens = await opens(page, campaign);
      const findingOpens = await page.evaluate(FINDING_OPENS);
      const programOpens = await opens(page, program);
      const stepForward = await page.evaluate(steps('ArrowRight'));
      const stepBack = await page.evaluate(steps('ArrowLeft'));
      await page.close();
      rounds.push({ campaignOpens, findingOpens, programOpens, stepForward, stepBack } as Times);
    }
    const median = (name: keyof Times): number => rounds.map((one) => one[name]).sort((a, b) => a - b)[ROUNDS >> 1];
    const names = ['campaignOpens', 'findingOpens', 'programOpens', 'stepForward', 'stepBack'] as const;
    return Object.fromEntries(names.map((name) => [name, median(name)])) as unknown as Times;
  } finally {
    await context.close();
  }
}

/** From the click to the first frame that shows it. */
async function opens(page: Page, file: string): Promise<number> {
  const start_ms = performance.now();
  await page.goto(pathToFileURL(file).href);
  await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
  return performance.now() - start_ms;
}

const FINDING_OPENS = `new Promise((done) => {
  const start = performance.now();
  const details = document.querySelector('details.finding');
  details.addEventListener('toggle', () => requestAnimationFrame(() => done(performance.now() - start)));
  details.open = true;
})`;

/** A step and the layout that it causes. */
function steps(key: string): string {
  return `(() => {
  const start = performance.now();
  for (let i = 0; i < ${STEPS}; i++) {
    document.body.dispatchEvent(new KeyboardEvent('keydown', { key: '${key}', bubbles: true }));
    void document.body.offsetHeight;
  }
  return (performance.now() - start) / ${STEPS};
})()`;
}
