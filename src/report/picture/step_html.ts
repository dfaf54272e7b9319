import { escaped } from '../page_html';
import { dataElement, selfContainedHtml } from '../self_contained_html';
import type { StepThrough } from './step_through';

const WITHOUT_SCRIPT = 'To step through it, the page needs scripts; the program as text:';

/** What the title cannot say: name and value. */
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

/** What stands where the stepper will be: replaced by it. */
export function withoutScript({ lines }: StepThrough): string {
  return `<noscript><p>${WITHOUT_SCRIPT}</p><pre>${escaped(lines.join('\n'))}</pre></noscript>`;
}
