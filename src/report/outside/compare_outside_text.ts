import type { MetChoice } from '../../compare/outside/outside_tally';
import type {
  CompareOutsideDocument,
  ComparedKernel,
  ComparedOutsideFile,
  ComparedOutsideScenario,
} from '../documents/compare_outside_document';
import { count, fewNames, plural } from '../figures';

/** A comparison with programs of user space, for people: the work, what it says nothing about, the findings. */
export function compareOutsideText(document: CompareOutsideDocument): string {
  const { scenarios, files, findings, notCompared } = document;
  return [
    ...(scenarios.length === 0 ? [] : [headLine(document)]),
    ...scenarios.flatMap(scenarioLines),
    ...files.flatMap(fileLines),
    ...notCompared.map(({ scenario, why }) => `  not compared: ${scenario}: ${why}`),
    ...findings.map(({ scenario, signature, file, isSteady }) => {
      const unsteady = isSteady ? '' : ' (not in each run of the reduced program)';
      return `  ${scenario}: ${signature}${unsteady}: ${file}`;
    }),
  ].join('\n');
}

function headLine(document: CompareOutsideDocument): string {
  const { first, second, scenarios, compared, seconds, findings, seed } = document;
  const programs = scenarios.reduce((sum, one) => sum + one.programs, 0);
  const done = `${plural(programs, 'program')}, ${plural(compared, 'call')} compared in ${seconds.toFixed(1)} s`;
  const nothing = compared === 0 ? 'nothing was compared' : 'no difference that no known change explains';
  const found = findings.length === 0 ? nothing : plural(findings.length, 'finding');
  return `${kernelText(first)} and ${kernelText(second)}: ${done}, seed ${seed}: ${found}`;
}

const kernelText = ({ target, release }: ComparedKernel): string => `${target} (${release})`;

function scenarioLines(one: ComparedOutsideScenario): string[] {
  const { scenario, programs, compared, leftOut, chance, bothDied, again, lost, choices, leftToChance } = one;
  const parts = [
    `${plural(programs, 'program')}, ${plural(compared, 'call')} compared`,
    ...(leftOut === 0 ? [] : [`${count(leftOut)} not compared, behind an answer that may differ`]),
    ...(again === 0 ? [] : [`${count(again)} more show a finding of the same kind`]),
    ...(bothDied === 0 ? [] : [`${count(bothDied)} end both kernels`]),
    ...(lost === 0 ? [] : [`${count(lost)} were lost with a kernel that died`]),
  ];
  const parted = leftToChance.map(({ command, field, programs: times }) => `${command} ${field} (${count(times)})`);
  return [
    `  ${scenario}: ${parts.join('; ')}`,
    ...choiceLines(choices),
    ...(chance === 0
      ? []
      : [`    ${plural(chance, 'program')} left something to chance, and differ from run to run: ${fewNames(parted)}`]),
    ...one.known.map(({ id, programs: times, command }) => {
      return `    known change: ${id}: ${plural(times, 'program')}, the first at ${command}`;
    }),
    ...(one.neverCompared.length === 0 ? [] : [`    never compared: ${fewNames(one.neverCompared)}`]),
    ...(one.cutShort === undefined ? [] : [`    ended early: ${one.cutShort}`]),
  ];
}

function choiceLines(choices: readonly MetChoice[]): string[] {
  if (choices.length === 0) return [];
  const texts = choices.map(({ name, seen, differed }) => `${name} (${count(differed)} of ${count(seen)} differ)`);
  return [`    the kernel's free choice: ${texts.join(', ')}`];
}

function fileLines({ file, sentence, compared, leftOut, known, choices }: ComparedOutsideFile): string[] {
  const rest = leftOut === 0 ? '' : `, ${count(leftOut)} not`;
  return [
    `${file}: ${sentence} (${plural(compared, 'call')} compared${rest})`,
    ...known.map((id) => `    known change: ${id}`),
    ...choiceLines(choices.filter(({ differed }) => differed > 0)),
  ];
}
