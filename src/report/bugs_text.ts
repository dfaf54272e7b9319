import type { BugOnRelease, BugsOnRelease } from '../search/bugs/bug_outcome';
import type { BugsDocument } from './documents/bugs_document';
import { count, plural } from './figures';

/** `history-of-bugs` for people: a line for each bug of each kernel, and the sums. */
export function bugsText({ releases, seconds }: BugsDocument): string {
  const lines = releases.flatMap((release) => [
    `${release.target} (${release.release}): ${sumText(release)}`,
    ...release.bugs.map((bug) => `  ${bugLine(bug)}`),
    ...release.scenarios.flatMap(({ scenario, unattributed }) =>
      unattributed.map(({ sentence }) => `  no bug explains, in ${scenario}: ${sentence}`),
    ),
  ]);
  return [...lines, `${plural(seconds, 'second')} for each scenario of each kernel`].join('\n');
}

/** `9 of 12 bugs found, 3 not searched; gro 60 s, xdp 60 s`. */
export function sumText({ bugs, scenarios }: BugsOnRelease): string {
  const of = (outcome: BugOnRelease['outcome']): number => bugs.filter((bug) => bug.outcome === outcome).length;
  const executed = scenarios.reduce((sum, scenario) => sum + scenario.executed, 0);
  const searched = scenarios
    .map(({ scenario, seconds, bootSeconds, lookSeconds, compared, ended }) => {
      const what = compared === 0 ? 'nothing compared' : `${plural(compared, 'observation')} compared`;
      const beside =
        bootSeconds === null ? '' : ` (boots ${bootSeconds.toFixed(0)} s, looks ${lookSeconds?.toFixed(0)} s)`;
      return `${scenario} ${seconds.toFixed(0)} s${beside}, ${what}${ended === undefined ? '' : `, ended: ${ended}`}`;
    })
    .join('; ');
  const several = of('one of several');
  const unsure = several === 0 ? '' : `${several} one of several, `;
  const sums =
    `${of('found')} of ${plural(bugs.length, 'bug')} found, ${unsure}${of('not found')} not, ` +
    `${of('not searched')} not searched`;
  return `${sums}; ${searched === '' ? 'nothing was searched' : searched}; ${plural(executed, 'command')}`;
}

export function bugLine({ bug, outcome, scenario, afterSeconds, with: others, sentence, cause }: BugOnRelease): string {
  if (outcome === 'not found' || outcome === 'not searched') return `${bug}: ${outcome}: ${cause ?? ''}`;
  const word = outcome === 'found' ? 'with' : 'or';
  const beside = others.length === 0 ? '' : ` ${word} ${others.join(', ')}`;
  const how = outcome === 'found' ? 'found' : 'perhaps found';
  return `${bug}: ${how} after ${count(Math.round(afterSeconds ?? 0))} s of ${scenario}${beside}: ${sentence}`;
}
