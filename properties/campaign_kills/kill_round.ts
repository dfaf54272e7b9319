import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { CampaignFinding, CampaignReport, LeaseResult } from '../../src/campaign/campaign_types';
import { assertNoneTwiceAndNoGap, leasesOf, linesOf, wholeText } from './ledger_of';

const BIN = path.resolve(__dirname, '..', '..', 'bin', 'skbcheck.js');
/** A mutant with many signatures, so that findings keep arriving; leases so short that many are recorded. */
const WORDS = ['campaign', '--scenarios', 'core,multicast', '--mutant', 'A13', '--lease', '20', '--workers', '2'];
const DELAY_MAX_MS = 4000;
/** Share of the rounds that record a lease before the kill. */
const LATER = 0.8;
/** A worker checks for its parent only when it has loaded its code, which is slow on a busy machine. */
const GONE_WITHIN_MS = 60_000;

/** The process that a round killed, and when. */
export interface Kill {
  readonly whom: 'parent' | 'worker';
  /** Time after the worker had begun, or after the first lease was recorded. */
  readonly after_ms: number;
  /** Findings and leases in the directory at that time. */
  readonly findings: number;
  readonly leases: number;
}

/**
 * Starts a campaign on an empty directory. At a random moment it kills a worker, or the process that gives out leases,
 * with SIGKILL. Then the campaign continues to its end.
 * @param random - from 0 to 1
 * @throws when a reported finding or lease is lost, or a lease is skipped or counted twice
 */
export async function killRound(folder: string, seed: number, random: () => number): Promise<Kill> {
  const words = [...WORDS, '--seed', String(seed), '--dir', folder];
  const whom = random() < 0.5 ? 'parent' : 'worker';
  const after_ms = Math.round(random() * DELAY_MAX_MS);
  const child = spawn(process.execPath, [BIN, ...words, '--time', '300s'], { stdio: 'ignore', detached: true });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  try {
    await untilThere(path.join(folder, 'campaign.json'));
    await untilWorking(child);
    // Mostly when there are records to lose; otherwise while the campaign starts.
    if (random() < LATER) await untilThere(path.join(folder, 'ledger.jsonl'), 1);
    await sleep(after_ms);
    const before = filesOf(folder);
    const workers = childrenOf(child.pid as number);
    if (whom === 'worker') {
      const victim = workers[Math.floor(random() * workers.length)];
      if (victim !== undefined) kill(victim);
      // The campaign continues with another worker; then it is interrupted, as people do it.
      await sleep(300 + random() * 1000);
      child.kill('SIGINT');
    } else child.kill('SIGKILL');
    await ended;
    await untilGone(workers);
    assertKept(folder, before);
    finish(folder, words);
    assertKept(folder, before);
    assertWhole(folder);
    return { whom, after_ms, findings: lineCount(before.findings), leases: lineCount(before.ledger) };
  } finally {
    if (child.exitCode === null && child.signalCode === null) process.kill(-(child.pid as number), 'SIGKILL');
    await ended;
  }
}

interface Files {
  readonly findings: string;
  readonly ledger: string;
}

function filesOf(folder: string): Files {
  return { findings: wholeText(folder, 'findings.jsonl'), ledger: wholeText(folder, 'ledger.jsonl') };
}

/** Checks that the lines of before are unchanged, byte for byte. */
function assertKept(folder: string, before: Files): void {
  const now = filesOf(folder);
  if (!now.findings.startsWith(before.findings)) throw new Error('a reported finding was lost');
  if (!now.ledger.startsWith(before.ledger)) throw new Error('a completed lease was lost');
}

/** Continues, and searches a little more. */
function finish(folder: string, words: readonly string[]): void {
  const done = leasesOf(folder).reduce((sum, { commands }) => sum + commands, 0);
  const more = ['--commands', String(done + 3_000)];
  const { status, stderr } = spawnSync(process.execPath, [BIN, ...words, ...more], {
    encoding: 'utf8',
    timeout: 110_000,
  });
  if (status !== 1) throw new Error(`the campaign that went on ended with ${status}: ${stderr}`);
}

function assertWhole(folder: string): void {
  const leases = leasesOf(folder);
  assertNoneTwiceAndNoGap(leases);
  const report = JSON.parse(readFileSync(path.join(folder, 'report.json'), 'utf8')) as CampaignReport;
  const sum = (of: (lease: LeaseResult) => number): number => leases.reduce((total, lease) => total + of(lease), 0);
  if (report.totals.programs !== sum(({ programs }) => programs))
    throw new Error('programs of the report and the ledger');
  if (report.totals.commands !== sum(({ commands }) => commands))
    throw new Error('commands of the report and the ledger');
  const lines = linesOf<{ id: string; program: string }>(folder, 'findings.jsonl');
  const programs = lines.map(({ id, program }) => `${id} ${program}`);
  if (new Set(programs).size !== programs.length) throw new Error('a program of a finding is stored twice');
  for (const id of new Set(lines.map((line) => line.id))) {
    const file = path.join(folder, 'findings', id, 'finding.json');
    const finding = JSON.parse(readFileSync(file, 'utf8')) as CampaignFinding;
    if (finding.id !== id || !report.findings.some((one) => one.id === id))
      throw new Error(`finding ${id} is not in the report`);
  }
  const left = readdirSync(folder).filter((name) => name.endsWith('.new') || name === 'lock');
  if (left.length > 0) throw new Error(`left behind: ${left.join(' ')}`);
}

async function untilThere(file: string, bytes = 0): Promise<void> {
  while (!existsSync(file) || statSync(file).size < bytes) await sleep(20);
}

async function untilWorking(child: ChildProcess): Promise<void> {
  while (childrenOf(child.pid as number).length === 0 && child.exitCode === null) await sleep(20);
}

async function untilGone(pids: readonly number[]): Promise<void> {
  const end = Date.now() + GONE_WITHIN_MS;
  while (pids.some(lives)) {
    if (Date.now() > end) throw new Error(`workers live on: ${pids.filter(lives).join(' ')}`);
    await sleep(20);
  }
}

/** The processes that a process has started. */
export function childrenOf(pid: number): number[] {
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
    return text.split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

function lives(pid: number): boolean {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended in the meantime.
  }
}

function lineCount(text: string): number {
  return text.split('\n').length - 1;
}

function sleep(time_ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, time_ms));
}
