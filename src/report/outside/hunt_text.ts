import type { HuntDocument, HuntFindingDocument, HuntOnRelease, ShownOn } from '../documents/hunt_document';
import { count, plural } from '../figures';

/** `hunt` for people: a line for each scenario, each finding with its program and the kernels that are silent. */
export function huntText({ releases, seconds }: HuntDocument): string {
  const lines = releases.flatMap(releaseLines);
  const isSearched = releases.some(({ scenarios }) => scenarios.length > 0);
  return [...lines, ...(isSearched ? [`${plural(seconds, 'second')} for each scenario of each kernel`] : [])].join(
    '\n',
  );
}

function releaseLines({ target, release, scenarios, known = [] }: HuntOnRelease): string[] {
  const bugs = known.map(({ name, ...shown }) => `${target} (${release}), ${shownText({ target: name, ...shown })}`);
  const searched = scenarios.flatMap(({ scenario, programs, compared, seconds, findings, ended }) => [
    `${target} (${release}), ${scenario}: ${plural(findings.length, 'finding')} in ${plural(programs, 'program')}, ` +
      `${plural(compared, 'answer')} judged, ${seconds.toFixed(0)} s${ended === undefined ? '' : `, ended: ${ended}`}`,
    ...findings.flatMap(findingLines),
  ]);
  return [...bugs, ...searched];
}

function findingLines(finding: HuntFindingDocument): string[] {
  const { sentence, afterSeconds, shown, runs, on, program, seed } = finding;
  return [
    `  after ${count(Math.round(afterSeconds))} s: ${sentence} (${shown} of ${plural(runs, 'run')}; ${seed})`,
    ...(on.length === 0 ? [] : [`    ${on.map(shownText).join('; ')}`]),
    ...program
      .trimEnd()
      .split('\n')
      .map((line) => `    | ${line}`),
  ];
}

/** `linux-7.3: silent in 5 runs`, `linux-6.12: 5 of 5 runs`. */
export function shownText({ target, shown, runs, signature }: ShownOn): string {
  if (shown === 0) return `${target}: silent in ${plural(runs, 'run')}`;
  return `${target}: ${shown} of ${plural(runs, 'run')}${signature === undefined ? '' : `, as ${signature}`}`;
}
