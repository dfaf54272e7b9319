/// <reference lib="dom" />
import type { StepThrough } from '../picture/step_through';
import { plural } from '../../program/counts';
import { html } from './svg';

/** Lines in the page at a time. All 10,000 lines of a program would delay every step by their layout. */
const SHOWN_MAX = 400;
/** Lines that stay visible on either side of the current one. */
const CONTEXT = 12;

interface Line {
  readonly text: string;
  readonly kind: string;
  /** Position in the steps; -1 for a line that is no call. */
  readonly step: number;
}

/**
 * Programs with more lines than this are one stop of the Tab key, at the current line. In shorter ones every call is a
 * stop.
 */
const STOPS_MAX = 40;
/** A line that the keyboard reaches. */
const STOP = 'a, button';

/** The lines of the file, then the calls of settle. A line with a step is a link to the step. */
export class ProgramList {
  readonly element = html('ol', { class: 'program', 'aria-label': 'the program' });
  private readonly lines: readonly Line[];
  private readonly indexOfStep: number[] = [];
  /** The lines in the page: [from, to). */
  private from = 0;
  private to = 0;
  private current: HTMLElement | null = null;

  constructor(
    private readonly data: StepThrough,
    private readonly link: string,
    onStep: (step: number) => void,
  ) {
    this.lines = linesOf(data);
    this.lines.forEach(({ step }, i) => step >= 0 && (this.indexOfStep[step] = i));
    this.fill(0);
    this.element.addEventListener('click', (event) => {
      const line = (event.target as Element).closest<HTMLElement>(STOP);
      if (line === null || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      const { step, to } = line.dataset;
      if (to === undefined) onStep(Number(step));
      else this.fill(Number(to));
      // The line may have been drawn anew.
      const focused = to === undefined ? this.current : this.element.querySelector<HTMLElement>(STOP);
      focused?.focus({ preventScroll: true });
    });
    this.element.addEventListener('keydown', (event) => this.walk(event));
  }

  /** Down and up lead from line to line. */
  private walk(event: KeyboardEvent): void {
    const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    const at = (event.target as Element).closest<HTMLElement>(STOP);
    if (by === 0 || at === null || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const stops = [...this.element.querySelectorAll<HTMLElement>(STOP)];
    event.preventDefault();
    stops[stops.indexOf(at) + by]?.focus();
  }

  /** Marks the line of a step and brings it into view; null means before the first step. */
  mark(step: number | null): void {
    this.unmark();
    if (step === null) {
      if (this.from > 0) this.fill(0);
      this.element.scrollTop = 0;
      this.current = this.element.querySelector('a');
      if (this.current !== null) this.current.tabIndex = 0;
      return;
    }
    const index = this.indexOfStep[step];
    const inside = (edge: number, end: boolean): boolean => end || Math.abs(index - edge) > CONTEXT;
    const shown = index >= this.from && index < this.to;
    if (!shown || !inside(this.from, this.from === 0) || !inside(this.to, this.to === this.lines.length))
      this.fill(index - SHOWN_MAX / 2);
    const row = this.element.children[index - this.from + (this.from > 0 ? 1 : 0)] as HTMLElement;
    const link = row.firstElementChild as HTMLElement;
    link.setAttribute('aria-current', 'step');
    link.tabIndex = 0;
    this.current = link;
    const { element } = this;
    const top = row.offsetTop - element.offsetTop;
    const bottom = top + row.offsetHeight;
    if (top < element.scrollTop + 30 || bottom > element.scrollTop + element.clientHeight - 30)
      element.scrollTop = (top + bottom - element.clientHeight) / 2;
  }

  private unmark(): void {
    this.current?.removeAttribute('aria-current');
    if (this.current !== null && !this.everyLineStops) this.current.tabIndex = -1;
    this.current = null;
  }

  private get everyLineStops(): boolean {
    return this.lines.length <= STOPS_MAX;
  }

  private fill(wanted: number): void {
    const { lines } = this;
    this.from = Math.max(0, Math.min(wanted, lines.length - SHOWN_MAX));
    this.to = Math.min(lines.length, this.from + SHOWN_MAX);
    const rows = lines.slice(this.from, this.to).map((line) => this.row(line));
    if (this.from > 0) rows.unshift(more(`+${plural(this.from, 'line')} above`, this.from - SHOWN_MAX));
    if (this.to < lines.length) rows.push(more(`+${plural(lines.length - this.to, 'line')} below`, this.to));
    this.element.replaceChildren(...rows);
  }

  private row({ text, kind, step }: Line): HTMLLIElement {
    const guilty = step >= 0 && step === this.data.failedStep;
    const shown = `${guilty ? '>>> ' : '    '}${text}`;
    const classes = `${kind}${guilty ? ' guilty' : ''}`;
    if (step < 0) return html('li', { class: classes }, shown);
    const href = `${this.link}step-${step + 1}`;
    const tabindex = this.everyLineStops ? 0 : -1;
    return html('li', { class: classes }, html('a', { href, tabindex, 'data-step': step }, shown));
  }
}

function more(text: string, to: number): HTMLLIElement {
  return html('li', { class: 'call comment' }, html('button', { type: 'button', 'data-to': to }, text));
}

function linesOf({ lines, steps }: StepThrough): Line[] {
  const stepAt = new Map<number, number>();
  steps.forEach(({ line }, i) => line >= 0 && stepAt.set(line, i));
  const kindOf = (step: number): string => (steps[step].skipped === true ? 'call skipped' : 'call');
  const all = lines.map((text, i): Line => {
    const step = stepAt.get(i) ?? -1;
    return { text, step, kind: step < 0 ? 'comment' : kindOf(step) };
  });
  steps.forEach(({ line, text }, step) => {
    if (line < 0) all.push({ text: `(settle) ${text ?? ''}`, step, kind: `${kindOf(step)} settle` });
  });
  return all;
}
