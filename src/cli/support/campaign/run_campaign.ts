import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Campaign, type CampaignSettings } from '../../../campaign/campaign';
import type { CampaignReport } from '../../../campaign/campaign_types';
import { canaryPlan } from '../../../campaign/canary';
import { firstLeasePrograms } from '../../../campaign/leases/first_lease';
import { enterDirectory, planOf, readPlan } from '../../../campaign/store/campaign_directory';
import { expired, readKnown, today } from '../../../campaign/store/known_findings';
import type { CampaignPlan } from '../../../campaign/plan';
import { QueueCoordinator } from '../../../queue/coordinator';
import { checkQueueUrl, withoutPassword } from '../../../queue/redis_link';
import { campaignDocument } from '../../../report/documents/campaign_document';
import { ktapText } from '../../../report/ktap/ktap';
import { ktapOfCampaign } from '../../../report/ktap/ktap_of_campaign';
import { campaignStatusText, campaignText } from '../../../report/campaign_report/campaign_text';
import { shellWords } from '../../../report/shell_words';
import { firstLine } from '../../../session/errors';
import { lanesFor, type LaneOptions } from './campaign_lanes';
import { Interrupt } from '../interrupt';
import { announce } from '../announce';
import { assertOneFormat, parseCount, parseDuration } from '../options';
import { note, printDocument, printLine } from '../output';
import { searchSeed } from '../search_seed';
import { StatusLine } from '../status_line';
import { ownVersion } from '../version';
import { writeReportJson } from './write_report_json';
import { campaignExit } from './campaign_exit';
import type { Exit } from '../exit';
import { PROGRAMS_PER_LEASE, TIME_DEFAULT } from './campaign_defaults';

const COMMANDS_MAX = 1e15;
const WORKERS_MAX = 1024;
const LEASE_MAX = 1e6;
const MEMORY_MIN = 32;
const MEMORY_MAX = 1 << 20;

export interface CampaignOptions extends LaneOptions {
  readonly seed?: string;
  readonly time?: string;
  readonly commands?: string;
  readonly workers?: string;
  readonly dir: string;
  readonly known?: string;
  readonly queue?: string;
  readonly lease?: string;
  readonly memory: string;
  readonly hang: string;
  readonly branches: boolean;
  readonly json?: boolean;
  readonly ktap?: boolean;
}

export async function campaign(options: CampaignOptions, exit: Exit): Promise<number> {
  const { dir: directory } = options;
  assertOneFormat(options);
  const limits = limitsOf(options);
  if (options.queue !== undefined) checkQueueUrl(options.queue);
  const asked = {
    seed: options.seed === undefined ? undefined : searchSeed(options.seed).number,
    programsPerLease: options.lease === undefined ? undefined : parseCount('--lease', options.lease, 1, LEASE_MAX),
  };
  const known = readKnown(options.known ?? join(directory, 'known.json'), options.known !== undefined);
  for (const { signature, until } of expired(known, today()))
    note(`was known until ${until}, is reported again: ${signature}`);
  // A directory with other contents is a usage error, which must not look like a running campaign.
  readPlan(directory);
  const lanes = await lanesFor(options, note);
  const { release } = enterDirectory(directory);
  try {
    const make = (): CampaignPlan => ({
      format: 1,
      version: ownVersion(),
      createdAt: new Date().toISOString(),
      seed: asked.seed ?? searchSeed(undefined).number,
      lanes,
      ...leaseSizes(asked.programsPerLease, { ...limits.limits, lanes: lanes.length, workers: limits.workers }),
      canary: canaryPlan(lanes),
    });
    const { plan, isNew } = await planOf(directory, { ...asked, lanes }, make);
    const workerFile = join(__dirname, 'campaign_worker.js');
    const { queue } = options;
    const remote = queue === undefined ? undefined : await QueueCoordinator.open(queue, plan, note);
    announce(exit, options.seed ?? plan.seed);
    if (!isNew) note(`${directory}: continues`);
    if (queue !== undefined) {
      const url = withoutPassword(queue);
      note(`leases go to ${url}; on each machine: npx skbcheck worker --queue ${shellWords([url])}`);
    }
    return await search({ ...limits, directory, plan, known, workerFile, remote }, options);
  } finally {
    release();
  }
}

/** @param asked - programs of every lease; undefined: short leases first, then usual ones */
function leaseSizes(asked: number | undefined, planned: Parameters<typeof firstLeasePrograms>[0]) {
  if (asked !== undefined) return { programsPerLease: asked };
  return { programsPerLease: PROGRAMS_PER_LEASE, programsPerFirstLease: firstLeasePrograms(planned) };
}

function limitsOf(options: CampaignOptions) {
  const workersUsual = options.queue === undefined ? availableParallelism() : 1;
  const commands = options.commands === undefined ? null : parseCount('--commands', options.commands, 1, COMMANDS_MAX);
  const time = options.time ?? (commands === null ? TIME_DEFAULT : undefined);
  return {
    limits: { time_ms: time === undefined ? null : parseDuration('--time', time), commands },
    workers: options.workers === undefined ? workersUsual : parseCount('--workers', options.workers, 1, WORKERS_MAX),
    memoryMiB: parseCount('--memory', options.memory, MEMORY_MIN, MEMORY_MAX),
    hang_ms: parseDuration('--hang', options.hang),
    countsBranches: options.branches,
  };
}

async function search(settings: CampaignSettings, { json, ktap }: CampaignOptions): Promise<number> {
  const interrupt = new Interrupt();
  const status = new StatusLine();
  const say = (line: string): void => {
    status.clear();
    note(line);
  };
  try {
    const running = await Campaign.open(settings, {
      say,
      onStatus: (line) => status.update(() => campaignStatusText(line())),
      onReduced: ({ report, state }) => {
        status.clear();
        if (json !== true && ktap !== true && report !== undefined && state !== 'known') printLine(report);
      },
      interrupted: () => interrupt.interrupted,
    });
    const report = await running.run();
    await writeReportJson(settings.directory, report, say);
    status.clear();
    await writePages(settings.directory, report);
    if (json === true) printDocument('campaign', campaignDocument(report));
    else if (ktap === true) process.stdout.write(ktapText(ktapOfCampaign(report)));
    else printLine(campaignText(report, settings.directory));
    return campaignExit(report);
  } finally {
    status.clear();
    interrupt.dispose();
  }
}

/**
 * Writes the files that people and CI systems read. Where a full disk prevents it, report.json allows to make them
 * later.
 */
async function writePages(directory: string, report: CampaignReport): Promise<void> {
  try {
    // Imported only here, because charts take a moment to load.
    const { writeReports } = await import('./campaign_reports.js');
    await writeReports(directory, report);
  } catch (error) {
    note(`no report.html: ${firstLine(error)}; make it later: npx skbcheck report ${shellWords([directory])}`);
  }
}
