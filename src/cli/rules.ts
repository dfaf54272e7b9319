import type { Command } from 'commander';
import { didYouMeanId } from '../program/did_you_mean';
import { historiesText, rulesAtText, rulesBetweenText } from '../report/rules_text';
import { RULE_NAMES, type RuleName } from '../rules/history/histories';
import { bugsOf } from '../rules/bugs/release_bugs';
import { OLDEST, parseRelease } from '../rules/history/release';
import { changedRules, ruleAt, ruleHistory, rulesBetween } from '../rules/history/rule_facts';
import { UsageError } from '../session/errors';
import { printDocument, printLine } from './support/output';

interface RulesOptions {
  readonly at?: string;
  readonly between?: string[];
  readonly json?: boolean;
}

/** `skbcheck rules [RULE...]`: the values of rules over releases. */
export function addRules(program: Command): void {
  program
    .command('rules')
    .description('print the values of rules over releases, since when, and the source of each change')
    .argument('[rule...]', 'only these; default: all that some kernel changed')
    .option('--at <release>', 'the values at a release (7.0.4), or at the newest one of a series (7.0)')
    .option('--between <release...>', 'the rules that differ between two releases')
    .option('--json', 'print one JSON document')
    .action((names: string[], { at, between, json }: RulesOptions) => {
      if (at !== undefined && between !== undefined) throw new UsageError('--at and --between: leave out one of them');
      const rules = names.length > 0 ? names.map(ruleNamed) : RULE_NAMES;
      if (at !== undefined) printAt(releaseNamed(at), rules, json === true);
      else if (between !== undefined) printBetween(between, rules, json === true);
      else printHistories(names.length > 0 ? rules : changedRules(), rules.length, json === true);
    });
}

export function ruleNamed(name: string): RuleName {
  const rule = RULE_NAMES.find((known) => known.toLowerCase() === name.toLowerCase());
  if (rule !== undefined) return rule;
  throw new UsageError(`no rule '${name}'${didYouMeanId(name, RULE_NAMES)}; see: npx skbcheck rules --at 7.3`);
}

function releaseNamed(text: string): string {
  const release = text.replace(/^(linux-|v(?=\d))/, '');
  if (/^\d+\.\d+\.0-\d+/.test(release))
    throw new UsageError(
      `${release} is the number of a Debian build, and names no release; ` +
        `give the stable one, which its uname -v has, such as ${release.replace(/\.0-.*/, '.170')}`,
    );
  if (parseRelease(release) !== undefined) return release;
  throw new UsageError(`no release from ${OLDEST} on: '${text}'; one is such as 6.12.43, or a series such as 7.0`);
}

function printHistories(names: readonly RuleName[], rules: number, json: boolean): void {
  const histories = names.map(ruleHistory);
  if (json) printDocument('rules', { rules, histories });
  else printLine(historiesText(histories, rules));
}

function printAt(at: string, names: readonly RuleName[], json: boolean): void {
  const rules = names.map((name) => ruleAt(name, at));
  const bugs = bugsOf(at).filter(({ mended }) => names.some((name) => name in mended));
  if (json) printDocument('rules-at', { at, rules, bugs });
  else printLine(rulesAtText(at, rules, bugs));
}

function printBetween(releases: readonly string[], names: readonly RuleName[], json: boolean): void {
  if (releases.length !== 2)
    throw new UsageError('--between takes two releases: npx skbcheck rules --between 6.12.43 7.3.4');
  const [from, to] = releases.map(releaseNamed);
  const differences = rulesBetween(from, to, names);
  if (json) printDocument('rules-between', { from, to, rules: names.length, differences });
  else printLine(rulesBetweenText(from, to, names.length, differences));
}
