import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { CampaignFinding, CampaignReport } from '../../src/campaign/campaign_types';
import { BIN, skbcheck, type Ended } from './cli';
import { opens } from './opened';

/** Runs a campaign to its end; the directory is `name` in `cwd`. */
export function campaign(cwd: string, name: string, ...words: string[]): Ended {
  return skbcheck(['campaign', '--dir', name, ...words], { cwd });
}

export function reportIn(directory: string): CampaignReport {
  return JSON.parse(readFileSync(path.join(directory, 'report.json'), 'utf8')) as CampaignReport;
}

export function findingIn(directory: string, id: string): CampaignFinding {
  return JSON.parse(readFileSync(path.join(directory, 'findings', id, 'finding.json'), 'utf8')) as CampaignFinding;
}

/** A campaign that runs, in a process group of its own. */
export interface Running {
  readonly child: ChildProcess;
  /** Returns the stderr until now. */
  said(): string;
  readonly ended: Promise<Ended>;
}

export async function startCampaign(cwd: string, name: string, ...words: string[]): Promise<Running> {
  const child = spawn(process.execPath, [BIN, 'campaign', '--dir', name, ...words], { cwd, detached: true });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = new Promise<Ended>((resolve) => child.once('close', (code) => resolve({ code, stdout, stderr })));
  const end = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) process.kill(-(child.pid as number), 'SIGKILL');
    await ended;
  };
  await opens({ close: end });
  return { child, said: () => stderr, ended };
}
