import { escaped } from '../page_html';
import { dataElement, selfContainedHtml } from '../self_contained_html';
import type { StepThrough } from './step_through';

const WITHOUT_SCRIPT = 'Stepping through the program needs scripts. The program as text:';

/** Facts below the title: name and value. */
export type Facts = readonly (readonly [name: string, value: string])[];

/** One program to step through, as one page. */
export function stepHtml(title: string, facts: Facts, steps: StepThrough): string {
  return selfContainedHtml(title, [
    factsHtml(facts),
    `<div class="steps" id="host" data-open data-steps="steps">${withoutScript(steps)}</div>`,
    dataElement('steps', steps),
  ]);
}

export function factsHtml(facts: Facts): string {
  const rows = facts.map(([name, value]) => `<dt>${escaped(name)}</dt><dd>${escaped(value)}</dd>`);
  return `<dl class="facts">${rows.join('')}</dl>`;
}

/** The text that the stepper replaces. */
export function withoutScript({ lines }: StepThrough): string {
  return `<noscript><p>${WITHOUT_SCRIPT}</p><pre tabindex="0">${escaped(lines.join('\n'))}</pre></noscript>`;
}
