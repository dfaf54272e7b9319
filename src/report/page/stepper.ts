/// <reference lib="dom" />
import type { StepThrough } from '../picture/step_through';
import { draw } from './draw';
import { layoutOf, type Layout } from './layout';
import { Legend } from './legend';
import { sizeFor } from './picture_size';
import { ProgramList } from './program_list';
import { Replay } from './replay';
import { foldAlike } from '../world_text/fold';
import { html } from './svg';
import { changeLines, holdersOf, sentenceOfObject } from './words';

const CHANGES_MAX = 40;
/** The share of the window's height that the picture takes at least when a step is made. */
const PICTURE_SHARE = 0.4;
const OBJECTS_MAX = 250;
/** Changes that a screen reader is given. */
const SPOKEN_MAX = 5;
/** Largest return value that is shown: larger ones are words in which lockstep packs several values. */
const RET_MAX = 0x7fffffff;

export type Move = 'first' | 'back' | 'forward' | 'last' | 'failure';

/** The keys that the page documents. The keys that scroll a page down and up are the browser's. */
export const MOVES: Readonly<Record<string, Move>> = {
  ArrowRight: 'forward',
  ArrowLeft: 'back',
  Home: 'first',
  End: 'last',
  f: 'failure',
};

const NOTHING = 'no field or link changed; bytes may have been written';

const HELP =
  'Keys: → forward, ← back, Home first, End last, f to where it broke; in the program, ↓ and ↑ to the next and the ' +
  'last line, Enter goes there. Click a box to see only its arrows.';

/** One program to step through: the program, the picture, the changes, and the world as text. */
export class Stepper {
  readonly root: HTMLElement;
  private readonly replay: Replay;
  private layout: Layout;
  private readonly guilty: ReadonlySet<string>;
  /** `by of` of each guilty reference. */
  private readonly guiltyEdges: ReadonlySet<string>;
  private readonly buttons = new Map<Move, HTMLButtonElement>();
  private readonly bar = html('div', { class: 'bar' });
  private readonly slider = html('input', { type: 'range', min: 0, step: 1, 'aria-label': 'step' });
  private readonly where = html('p', { class: 'where' });
  private readonly spoken = html('p', { class: 'spoken', role: 'status', 'aria-live': 'polite' });
  private readonly program: ProgramList;
  private readonly picture = html('div', {
    class: 'picture',
    tabindex: 0,
    role: 'group',
    'aria-label': 'picture of the world',
  });
  private readonly changes = html('ul', { class: 'changes' });
  private readonly world = html('ul', { class: 'world' });
  private readonly legend = new Legend();
  private readonly verdict = html('div', { class: 'verdict' });
  private selected: string | null = null;
  private drawn = 0;

  /**
   * @param width - of the frame of the picture, in pixels
   * @param link - the address of a step without `step-N`
   * @param onMove - called with every shown position except the first
   */
  constructor(
    readonly data: StepThrough,
    width: number,
    link: string,
    private readonly onMove: (position: number) => void,
  ) {
    this.guilty = new Set(data.guilty);
    this.guiltyEdges = new Set((data.guiltyEdges ?? []).map((edge) => edge.join(' ')));
    this.replay = new Replay(data.steps);
    this.layout = layoutOf(this.replay, sizeFor(width), this.guilty);
    this.slider.max = String(data.steps.length);
    this.program = new ProgramList(data, link, (step) => this.goTo(step + 1));
    this.root = this.build();
    this.show(this.start());
  }

  get position(): number {
    return this.replay.position;
  }

  /** Number of times that the picture was drawn, for measurements. */
  get redraws(): number {
    return this.drawn;
  }

  /** Draws the picture for a frame of another width. */
  fit(width: number): void {
    const size = sizeFor(width);
    const { size: before } = this.layout;
    if (size.perLine === before.perLine && size.boxWidth === before.boxWidth) return;
    const { position } = this.replay;
    this.layout = layoutOf(this.replay, size, this.guilty);
    this.show(position);
  }

  move(move: Move): void {
    this.goTo(this.target(move));
    this.bringIntoView();
  }

  /** Where little of the picture is in the window, scrolls so that the buttons are at its top and the picture below. */
  private bringIntoView(): void {
    const { top, bottom } = this.picture.getBoundingClientRect();
    const visible = Math.min(bottom, innerHeight) - Math.max(top, this.bar.offsetHeight);
    if (visible < Math.min(bottom - top, innerHeight * PICTURE_SHARE)) this.bar.scrollIntoView({ block: 'start' });
  }

  goTo(position: number): void {
    const before = this.replay.position;
    this.show(position);
    if (this.replay.position !== before) this.onMove(this.replay.position);
  }

  /** The position after the failed step; 0 when no step failed. */
  private start(): number {
    return this.data.failedStep === undefined ? 0 : Math.min(this.data.failedStep + 1, this.data.steps.length);
  }

  private target(move: Move): number {
    const { position, steps } = this.replay;
    switch (move) {
      case 'first':
        return 0;
      case 'last':
        return steps.length;
      case 'back':
        return position - 1;
      case 'forward':
        return position + 1;
      case 'failure':
        return this.data.failedStep === undefined ? position : this.data.failedStep + 1;
    }
  }

  private build(): HTMLElement {
    this.slider.addEventListener('input', () => this.goTo(Number(this.slider.value)));
    this.picture.addEventListener('click', (event) => this.select(event));
    const left = html('div', { class: 'left' }, this.program.element);
    const right = html(
      'div',
      { class: 'right' },
      this.picture,
      this.legend.element,
      html('div', { class: 'texts' }, html('h3', {}, 'What changed at this step'), this.changes),
      html(
        'details',
        { class: 'texts', open: '' },
        html('summary', {}, 'The world as text, with the holders of each object'),
        this.world,
      ),
    );
    this.bar.append(this.controls(), this.where);
    const notes = this.data.note === undefined ? [] : [html('p', { class: 'note' }, this.data.note)];
    const root = html(
      'section',
      { class: 'stepper', 'aria-label': 'step through the program' },
      this.verdict,
      ...notes,
      // In view wherever the page is scrolled to, so that a step can be seen while it is made.
      this.bar,
      this.spoken,
      html('div', { class: 'columns' }, left, right),
      html('p', { class: 'help' }, HELP),
    );
    this.fillVerdict();
    return root;
  }

  private controls(): HTMLElement {
    const button = (move: Move, sign: string, word: string, key: string): HTMLButtonElement => {
      const text = html('span', { class: sign === '' ? '' : 'word' }, word);
      const element = html('button', { type: 'button', 'data-move': move, 'aria-keyshortcuts': key }, text);
      if (sign !== '') element.setAttribute('aria-label', word);
      if (move === 'forward' || move === 'last') element.append(` ${sign}`);
      else if (sign !== '') element.prepend(`${sign} `);
      element.addEventListener('click', () => this.move(move));
      this.buttons.set(move, element);
      return element;
    };
    return html(
      'div',
      { class: 'controls', role: 'toolbar', 'aria-label': 'steps' },
      button('first', '|◀', 'first', 'Home'),
      button('back', '◀', 'back', 'ArrowLeft'),
      button('forward', '▶', 'forward', 'ArrowRight'),
      button('last', '▶|', 'last', 'End'),
      ...(this.data.failedStep === undefined ? [] : [button('failure', '', 'where it broke', 'f')]),
      this.slider,
    );
  }

  private fillVerdict(): void {
    const { sentence, invariant } = this.data;
    this.verdict.classList.toggle('clean', sentence === 'clean');
    this.verdict.append(html('p', { class: 'sentence' }, sentence));
    if (this.data.why !== undefined)
      this.verdict.append(html('p', { class: 'why' }, html('b', {}, 'Why'), `: ${this.data.why}`));
    if (invariant === undefined) return;
    this.verdict.append(html('p', { class: 'statement' }, html('b', {}, invariant.name), `: ${invariant.statement}`));
    this.verdict.append(html('p', { class: 'source' }, `Source: ${invariant.source}`));
  }

  private select(event: Event): void {
    const key = (event.target as Element).closest('[data-key]')?.getAttribute('data-key') ?? null;
    this.selected = key === this.selected ? null : key;
    this.show(this.replay.position);
  }

  private show(position: number): void {
    const { replay, data } = this;
    replay.goTo(position);
    const at = replay.position;
    const failed = data.failedStep !== undefined && at === data.failedStep + 1;
    this.slider.value = String(at);
    for (const move of ['first', 'back'] as const) this.enable(move, at > 0);
    for (const move of ['last', 'forward'] as const) this.enable(move, at < data.steps.length);
    this.root?.classList.toggle('failed', failed);
    const { picture, hows } = draw({
      ...{ replay, layout: this.layout },
      ...{ guilty: this.guilty, guiltyEdges: this.guiltyEdges, failed, selected: this.selected },
    });
    this.legend.show(hows);
    this.picture.classList.toggle('selects', this.selected !== null);
    this.picture.replaceChildren(picture);
    this.drawn++;
    const changes = at === 0 ? ['nothing exists yet'] : changeLines(replay.before(), replay.objects);
    fill(this.changes, changes.length === 0 ? [NOTHING] : changes, CHANGES_MAX);
    this.fillWorld();
    const text = this.stepText(at, failed);
    this.where.textContent = text;
    const more = changes.length > SPOKEN_MAX ? `. and ${changes.length - SPOKEN_MAX} more changes` : '';
    this.spoken.textContent = `${text}. ${changes.slice(0, SPOKEN_MAX).join('. ')}${more}`;
    this.program.mark(at === 0 ? null : at - 1);
  }

  private fillWorld(): void {
    const objects = this.replay.ordered();
    const holders = holdersOf(objects);
    const lines = objects.map((object) => sentenceOfObject(object, holders.get(object.key) ?? []));
    fill(this.world, lines.length === 0 ? ['nothing exists'] : foldAlike(lines), OBJECTS_MAX);
  }

  /** Uses aria-disabled, because a disabled button would lose the keyboard's focus. */
  private enable(move: Move, enabled: boolean): void {
    this.buttons.get(move)?.setAttribute('aria-disabled', String(!enabled));
  }

  private stepText(at: number, failed: boolean): string {
    const { steps, lines } = this.data;
    if (at === 0) return `step 0 of ${steps.length}: before the first call`;
    const { line, text, outcome, ret, returned: object, cpu1, skipped } = steps[at - 1];
    const call = line < 0 ? `(settle) ${text ?? ''}` : lines[line].trim();
    const returned = ret === undefined || ret > RET_MAX ? '' : `, returned ${object ?? ret}`;
    const moment = cpu1 === undefined ? '' : cpu1 === 'during' ? ', during the call above' : ', after the call above';
    const broken = failed ? ` — here it broke` : '';
    return `step ${at} of ${steps.length}: ${call} → ${outcome}${skipped === true ? '' : returned}${moment}${broken}`;
  }
}

/** Fills a list with up to `max` lines, and the number of the others. */
function fill(list: HTMLElement, lines: readonly string[], max: number): void {
  const shown = lines.slice(0, max).map((line) => html('li', {}, line));
  if (lines.length > max) shown.push(html('li', { class: 'more' }, `+${lines.length - max} more, not shown`));
  list.replaceChildren(...shown);
}
