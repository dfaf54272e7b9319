import { randomInt } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { Campaign, type CampaignSettings } from '../campaign/campaign';
import type { CampaignReport } from '../campaign/campaign_types';
import { canaryPlan } from '../campaign/canary';
import { enterDirectory, planOf, readPlan } from '../campaign/store/campaign_directory';
import { expired, readKnown, today } from '../campaign/store/known_findings';
import type { CampaignPlan } from '../campaign/plan';
import { QueueCoordinator } from '../queue/coordinator';
import { checkQueueUrl, withoutPassword } from '../queue/redis_link';
import { campaignStatusText, campaignText } from '../report/campaign_report/campaign_text';
import { firstLine } from '../session/errors';
import { SEARCH_SEED_MAX } from '../generate/seed';
import { lanesFor, type LaneOptions } from './support/campaign_lanes';
import { Interrupt } from './support/interrupt';
import { announce } from './support/announce';
import { parseCount, parseDuration } from './support/options';
import { note, printJson, printLine } from './support/output';
import { StatusLine } from './support/status_line';
import { ownVersion } from './support/version';
import { writeReportJson } from './support/write_report_json';
import { EXIT_CLEAN, EXIT_FINDING, EXIT_INTERRUPTED, EXIT_TARGET, type Exit } from './support/exit';

const DIRECTORY = 'campaign';
const TIME_DEFAULT = '8h';
const COMMANDS_MAX = 1e15;
const WORKERS_MAX = 1024;
const PROGRAMS_PER_LEASE = 2000;
const LEASE_MAX = 1e6;
const MEMORY_MIB = '1024';
const MEMORY_MIN = 32;
const MEMORY_MAX = 1 << 20;

interface CampaignOptions extends LaneOptions {
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
}

const EXAMPLES = `
The same command line with the same --dir continues a stopped campaign. Finished leases are neither searched nor counted
again, and --time and --commands apply to the whole campaign. Ctrl-C ends it after the current leases, a second Ctrl-C
at once.

Examples:
  $ npx skbcheck campaign                                    all scenarios and profiles, all targets set up, 8 hours
  $ npx skbcheck campaign --scenarios core,gro --targets model --time 10m
  $ npx skbcheck campaign --mutant F3 --commands 1000000     with one rule broken the way a real bug broke it

Exit codes: 0 nothing new found, 1 findings that are not known or a problem of the campaign itself, 2 usage, 3 a target
or the directory could not be used, 130 interrupted. See docs/how-to/campaigns.md.`;

/** `skbcheck campaign`. */
export function addCampaign(program: Command, exit: Exit): void {
  program
    .command('campaign')
    .description('search for hours on every core: many scenarios and targets; findings are kept')
    .option('--scenarios <names>', 'a,b,…; default all')
    .option('--targets <targets>', 'model,linux-6.12,…; default the model and the Linux targets that are set up')
    .option('--mutant <id>', 'break one rule of the model; without --scenarios, search the scenario of the mutant')
    .option('--seed <number>', 'seed at which each lane begins; drawn when absent')
    .option('--time <time>', `stop after this time: 60s, 10m, 8h (default ${TIME_DEFAULT} where --commands is absent)`)
    .option('--commands <number>', 'stop after this number of commands')
    .option('--workers <number>', 'processes to search in (default: one for each core; with --queue one, to reduce)')
    .option('--dir <dir>', 'directory of the campaign', DIRECTORY)
    .option('--known <file>', 'list of known findings (default: known.json in the directory)')
    .option('--queue <url>', 'redis://host:port: other machines search (skbcheck worker), the workers here reduce')
    .option('--lease <programs>', `programs of one lease of a worker (default ${PROGRAMS_PER_LEASE})`)
    .option('--memory <MiB>', 'restart a worker that grows beyond this', MEMORY_MIB)
    .option('--hang <time>', 'restart a worker that gives no sign of life for this time', '120s')
    .option('--no-branches', "do not count the model's branches: makes the first worker faster by a quarter to a half")
    .option('--json', 'print one JSON document')
    .addHelpText('after', EXAMPLES)
    .action(async (options: CampaignOptions) => {
      exit.code = await campaign(options, exit);
    });
}

async function campaign(options: CampaignOptions, exit: Exit): Promise<number> {
  const { dir: directory } = options;
  const limits = limitsOf(options);
  if (options.queue !== undefined) checkQueueUrl(options.queue);
  const asked = {
    seed: options.seed === undefined ? undefined : parseCount('--seed', options.seed, 0, SEARCH_SEED_MAX),
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
      seed: asked.seed ?? randomInt(SEARCH_SEED_MAX + 1),
      lanes,
      programsPerLease: asked.programsPerLease ?? PROGRAMS_PER_LEASE,
      canary: canaryPlan(lanes),
    });
    const { plan, isNew } = await planOf(directory, { ...asked, lanes }, make);
    announce(exit, plan.seed);
    if (!isNew) note(`${directory}: continues`);
    const workerFile = join(__dirname, 'support', 'campaign_worker.js');
    const remote = options.queue === undefined ? undefined : await leasesTo(options.queue, plan);
    return await search({ ...limits, directory, plan, known, workerFile, remote }, options);
  } finally {
    release();
  }
}

async function leasesTo(queue: string, plan: CampaignPlan): Promise<QueueCoordinator> {
  const coordinator = await QueueCoordinator.open(queue, plan, note);
  note(
    `leases go to ${withoutPassword(queue)}; on each machine: npx skbcheck worker --queue ${withoutPassword(queue)}`,
  );
  return coordinator;
}

function limitsOf(options: CampaignOptions) {
  const workersUsual = options.queue === undefined ? availableParallelism() : 1;
  const commands = options.commands === undefined ? null : parseCount('--commands', options.commands, 1, COMMANDS_MAX);
  const time = options.time ?? (commands === null ? TIME_DEFAULT : undefined);
  return {
    commands,
    time_ms: time === undefined ? null : parseDuration('--time', time),
    workers: options.workers === undefined ? workersUsual : parseCount('--workers', options.workers, 1, WORKERS_MAX),
    memoryMiB: parseCount('--memory', options.memory, MEMORY_MIN, MEMORY_MAX),
    hang_ms: parseDuration('--hang', options.hang),
    countsBranches: options.branches,
  };
}

async function search(settings: CampaignSettings, { json }: CampaignOptions): Promise<number> {
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
        if (json !== true && report !== undefined && state !== 'known') printLine(report);
      },
      interrupted: () => interrupt.interrupted,
    });
    const report = await running.run();
    await writeReportJson(settings.directory, report, say);
    status.clear();
    await writePages(settings.directory, report);
    if (json === true) printJson(report);
    else printLine(campaignText(report, settings.directory));
    return codeOf(report);
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
    const { writeReports } = await import('./support/campaign_reports.js');
    await writeReports(directory, report);
  } catch (error) {
    note(`no report.html: ${firstLine(error)}; make it later: npx skbcheck report ${directory}`);
  }
}

function codeOf({ end, findings, problems }: CampaignReport): number {
  if (end === 'interrupted') return EXIT_INTERRUPTED;
  if (end === 'failed') return EXIT_TARGET;
  return findings.some(({ state }) => state !== 'known') || problems.length > 0 ? EXIT_FINDING : EXIT_CLEAN;
}
