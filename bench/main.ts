import { findProfile, PROFILES, type Profile } from '../src/rules/profiles';
import { scenarioNamed } from '../src/session/named';
import type { Link } from '../src/lockstep/link';
import { availableTargets } from '../src/targets/linux';
import { fcCommandsCase } from './fc_commands_case';
import { compareCase } from './compare_cases';
import { bootLink, linkCases, lockstepCase } from './link_cases';
import { measure, type Case, type Measured } from './measure';
import { modelCases } from './model_cases';
import { scenarioCases, scenarioLinkCases } from './scenario_cases';

/**
 * `npm run bench -- --report`: only the time that the pages of reports take to open and to step in Chromium.
 * `npm run bench -- --compare TARGET [SCENARIO...]`: only `compare` of a kernel with itself, and lockstep.
 * `npm run bench [-- --quick] [-- --json]`: commands per second, medians of rounds that take turns in one run. Absolute
 * figures depend on the machine and on its other work; compare the ratios.
 */
async function main(args: readonly string[]): Promise<void> {
  if (args.includes('--report')) {
    const { reportFigures } = await import('./report_cases.js');
    process.stdout.write(`${JSON.stringify(await reportFigures(), null, 2)}\n`);
    return;
  }
  const quick = args.includes('--quick');
  if (args.includes('--compare'))
    return compareFigures(
      args.filter((word) => !word.startsWith('--')),
      quick,
    );
  const commands = quick ? 20_000 : 100_000;
  const cases: Case[] = [...modelCases(commands), ...PROFILES.flatMap(fcCases)];
  const perScenario = scenarioCases(commands / 2);
  const links: Link[] = [];
  const targets = availableTargets();
  if (targets.length === 0) process.stderr.write('no Linux target is set up: npx skbcheck kernel setup\n');
  for (const target of targets) {
    const link = await bootLink(target);
    links.push(link);
    cases.push(...linkCases(target, link, commands));
    perScenario.push(...scenarioLinkCases(target, link, commands / 2));
  }
  const measured = [...(await measure(cases, quick ? 3 : 9)), ...(await measure(perScenario, quick ? 2 : 5))];
  for (const link of links) await link.close();
  const ratios = ratiosOf(measured);
  if (args.includes('--json')) process.stdout.write(`${JSON.stringify({ measured, ratios }, null, 2)}\n`);
  else printTable(measured, ratios);
}

/** `compare` and lockstep in turns, and their ratio, for each scenario. */
async function compareFigures([target, ...scenarios]: readonly string[], quick: boolean): Promise<void> {
  const links = [await bootLink(target), await bootLink(target)] as const;
  const names = scenarios.length === 0 ? ['core'] : scenarios;
  const commands = quick ? 20_000 : 100_000;
  const cases = names
    .map(scenarioNamed)
    .flatMap((scenario) => [
      lockstepCase(target, scenario, findProfile(target) as Profile, links[0], commands),
      compareCase(target, scenario, links, commands),
    ]);
  const measured = await measure(cases, quick ? 3 : 5);
  for (const link of links) await link.close();
  const ratios = names.map((name, at): [string, number] => [
    `${target}: compare over lockstep in ${name}`,
    measured[2 * at + 1].median / measured[2 * at].median,
  ]);
  printTable(measured, Object.fromEntries(ratios));
}

function fcCases(profile: Profile): Case[] {
  return [fcCommandsCase(profile, 'numbers'), fcCommandsCase(profile, 'positions')];
}

/** The ratios that the project watches. */
function ratiosOf(measured: readonly Measured[]): Record<string, number> {
  const rate = (name: string): number => measured.find((one) => one.name === name)?.median ?? NaN;
  const ratios: Record<string, number> = {};
  for (const { name } of PROFILES) {
    ratios[`${name}: checked search over fc.commands`] = rate(`${name} search`) / rate(`${name} fc.commands`);
    ratios[`${name}: checked search over fc.commands on live objects`] =
      rate(`${name} search`) / rate(`${name} fc.commands, live objects`);
    ratios[`${name}: cost of checks over cost of the search without them`] =
      rate(`${name} search, no checks`) / rate(`${name} search`) - 1;
    ratios[`${name}: cost of checks over cost of the model`] =
      (1 / rate(`${name} execute`) - 1 / rate(`${name} execute, no checks`)) * rate(`${name} execute, no checks`);
    ratios[`${name}: lockstep over guest alone`] = rate(`${name} lockstep`) / rate(`${name} guest`);
  }
  return Object.fromEntries(Object.entries(ratios).filter(([, ratio]) => Number.isFinite(ratio)));
}

function printTable(measured: readonly Measured[], ratios: Record<string, number>): void {
  for (const { name, title, median, lower, upper } of measured) {
    const figure = Math.round(median).toLocaleString('en-US').padStart(10);
    const range = `${Math.round(lower / 1000)}k to ${Math.round(upper / 1000)}k`;
    process.stdout.write(`${figure}/s  ${name.padEnd(37)} (${range})  ${title}\n`);
  }
  for (const [name, ratio] of Object.entries(ratios))
    process.stdout.write(`${ratio.toFixed(2).padStart(10)}x   ${name}\n`);
}

void main(process.argv.slice(2)).then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`skbcheck: error: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(3);
  },
);
