import type { CampaignFinding, Lane } from '../../campaign/campaign_types';
import { count, plural } from '../figures';
import { shellWords } from '../shell_words';
import { escaped } from '../page_html';
import { factsHtml, withoutScript, type Facts } from '../picture/step_html';
import type { StepThrough } from '../picture/step_through';

const NO_PROGRAM = 'Workers that searched this range ended: there is no single program to step through.';
const NO_STEPS = 'This program cannot be stepped through.';

/** One finding of a campaign: its sentence, a command to reproduce it, and its program to step through. */
export function findingHtml(finding: CampaignFinding, steps: StepThrough | undefined, directory: string): string {
  const { id, state, signature, sentence, lane } = finding;
  const stateHtml = `<span class="state state-${escaped(state)}">${escaped(state)}</span>`;
  const laneHtml = `<span class="soft">${escaped(lane.id)}</span>`;
  return `<details class="finding" id="finding-${escaped(id)}">
<summary>${stateHtml} <b>${escaped(signature)}</b> ${laneHtml}<br>${escaped(sentence)}</summary>
${factsHtml(factsOf(finding))}
<p>Reproduce: <code>${escaped(reproduce(finding, directory))}</code></p>
${stepsHtml(finding, steps)}
${programsHtml(finding)}
</details>`;
}

function factsOf(finding: CampaignFinding): Facts {
  const { token, lease, firstSeenAt, afterCommands, reports, shownOf10, why, version, program, reduced } = finding;
  return [
    ...(why === undefined ? [] : [['known because', why] as const]),
    ['found by', `${lease}${token === undefined ? ', mutated from the corpus' : `, program ${token}`}`],
    ['first seen', `${firstSeenAt}, after ${plural(afterCommands, 'command')} of the campaign, by skbcheck ${version}`],
    ['reported', reports === 1 ? 'once' : `${count(reports)} times`],
    ...(shownOf10 === undefined ? [] : [['stability', `shown by ${shownOf10} of 10 runs`] as const]),
    [
      'reduced',
      reduced === undefined ? 'not yet' : `from ${plural(linesOf(program), 'line')} to ${count(linesOf(reduced))}`,
    ],
  ];
}

function linesOf(program: string): number {
  return program.trimEnd().split('\n').length;
}

/** The file of a finding's program in the campaign's directory; the reduced program if there is one. */
export function fileOf({ id, reduced }: CampaignFinding): string {
  return `findings/${id}/${reduced === undefined ? 'program' : 'reduced'}.skb`;
}

/** The file of a finding's program, as a command line names it. */
export function inDirectory(finding: CampaignFinding, directory: string): string {
  return `${directory.replace(/\/$/, '')}/${fileOf(finding)}`;
}

/** The command that reproduces the finding. */
export function reproduce(finding: CampaignFinding, directory: string): string {
  return `npx skbcheck run ${shellWords([inDirectory(finding, directory), ...laneOptions(finding.lane)])}`;
}

function laneOptions({ mutant, target }: Lane): string[] {
  return [...(mutant === undefined ? [] : ['--mutant', mutant]), ...(target === 'model' ? [] : ['--target', target])];
}

function stepsHtml({ id, cause }: CampaignFinding, steps: StepThrough | undefined): string {
  if (steps === undefined) return `<p class="note">${cause === 'worker' ? NO_PROGRAM : NO_STEPS}</p>`;
  const name = escaped(id);
  const attributes = `id="host-${name}" data-steps="steps-${name}" data-link="finding-${name}/"`;
  return `<div class="steps" ${attributes}>${withoutScript(steps)}</div>`;
}

function programsHtml({ program, reduced, report }: CampaignFinding): string {
  const part = (title: string, text: string | undefined): string =>
    text === undefined ? '' : `<details><summary>${title}</summary><pre tabindex="0">${escaped(text)}</pre></details>`;
  return [
    part('The report as text', report),
    part('The reduced program', reduced),
    part('The program as it was found', program),
  ].join('');
}
