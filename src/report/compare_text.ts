import type { CompareDocument, ComparedScenario, KnownDifference } from './documents/compare_document';
import { count, plural } from './figures';

/** Names in a line. */
const NAMED_MAX = 5;
const VALUE_MAX = 40;

/** A comparison for people: the work, the parts that were left out, the known differences, the findings. */
export function compareText(document: CompareDocument): string {
  const { scenarios, files, findings } = document;
  return [
    ...(scenarios.length === 0 ? [] : [headLine(document)]),
    ...scenarios.flatMap((scenario) => scenarioLines(scenario)),
    ...files.map(({ file, sentence, compared }) => `${file}: ${sentence} (${plural(compared, 'call')} compared)`),
    ...leftOutLines(document),
    ...explanationLines(document),
    ...findings.map(({ scenario, signature, file }) => `  ${scenario}: ${signature}: ${file}`),
  ].join('\n');
}

function headLine(document: CompareDocument): string {
  const { first, second, scenarios, compared, seconds, findings, seed } = document;
  const programs = scenarios.reduce((sum, one) => sum + one.programs, 0);
  const rate = seconds > 0 ? compared / seconds : 0;
  const done = `${plural(programs, 'program')}, ${plural(compared, 'command')} compared in ${seconds.toFixed(1)} s`;
  const nothing = compared === 0 ? 'nothing was compared' : 'no difference that the rules do not explain';
  const found = findings.length === 0 ? nothing : plural(findings.length, 'finding');
  return `${sideText(first)} and ${sideText(second)}: ${done} (${count(rate)}/s), seed ${seed}: ${found}`;
}

function sideText({ target, profile }: CompareDocument['first']): string {
  return target === profile ? target : `${target} (${profile})`;
}

function scenarioLines(one: ComparedScenario): string[] {
  const { scenario, programs, compared, explained, notShown, together, bothDied, again, lost } = one;
  const parts = [
    `${plural(programs, 'program')}, ${count(compared)} compared`,
    ...(explained === 0 ? [] : [`${count(explained)} end at a difference that the rules explain`]),
    ...(notShown === 0 ? [] : [`in ${count(notShown)} the rules differ and the targets do not`]),
    ...(together === 0 ? [] : [`in ${count(together)} both differ from the model, and not from each other`]),
    ...(bothDied === 0 ? [] : [`${count(bothDied)} end both targets`]),
    ...(again === 0 ? [] : [`${count(again)} more show a finding of the same kind`]),
    ...(lost === 0 ? [] : [`${count(lost)} were lost with a target that died`]),
  ];
  const early = [
    ...(one.unanswered === 0 ? [] : [`${plural(one.unanswered, 'command')} not answered in time`]),
    ...(one.cutShort === undefined ? [] : [`ended early: ${one.cutShort}`]),
  ];
  return [`  ${scenario}: ${parts.join('; ')}`, ...early.map((why) => `    ${why}`)];
}

function leftOutLines({ notCompared, lacking }: CompareDocument): string[] {
  const targets = [...new Set(lacking.map(({ target }) => target))];
  return [
    ...notCompared.map(({ scenario, why }) => `  not compared: ${scenario}: ${why}`),
    ...targets.map((target) => {
      const names = lacking.filter((one) => one.target === target).map(({ command }) => command);
      const rest = names.length - NAMED_MAX;
      const more = rest > 0 ? `, and ${rest} more (--json names all)` : '';
      return `  left out, since ${target} lacks them: ${names.slice(0, NAMED_MAX).join(', ')}${more}`;
    }),
  ];
}

function explanationLines({ explanations }: CompareDocument): string[] {
  if (explanations.length === 0) return [];
  return ['  known differences, by the rules that decide them:', ...explanations.map((one) => `    ${rowOf(one)}`)];
}

/** `smallHeadCache (false, true): 812 programs, the first at alloc_skb`. */
function rowOf({ rules, explained, notShown, command }: KnownDifference): string {
  const decide = rules.length === 0 ? 'no choice of rules' : rules.map(ruleText).join(' and ');
  const silent = notShown === 0 ? '' : `, in ${count(notShown)} more the targets do not differ`;
  return `${decide}: ${plural(explained, 'program')}${silent}, the first at ${command}`;
}

function ruleText({ name, first, second }: KnownDifference['rules'][number]): string {
  const [a, b] = [first, second]
    .map((value) => JSON.stringify(value) ?? 'absent')
    .map((text) => text.slice(0, VALUE_MAX));
  return `${name} (${a}, ${b})`;
}
