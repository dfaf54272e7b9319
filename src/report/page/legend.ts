/// <reference lib="dom" />
import { html, svg } from './svg';

/** Arrows that share a meaning and a colour. */
interface Entry {
  readonly text: string;
  readonly hows: readonly string[];
}

const ENTRIES: readonly Entry[] = [
  { text: 'skb → its data', hows: ['data'] },
  { text: 'head', hows: ['head'] },
  { text: 'frag', hows: ['frag', 'managed frag'] },
  { text: 'frag_list, next', hows: ['frag_list', 'next'] },
  { text: 'rests in cache or ring', hows: ['cache', 'ring'] },
  { text: 'page → its pool', hows: ['pp'] },
  { text: 'charged to the socket', hows: ['sk', 'sk_wmem_alloc', 'sk_rmem_alloc'] },
  { text: 'DMA mapping', hows: ['maps', 'device'] },
];
const WITH_AN_ENTRY = new Set(ENTRIES.flatMap(({ hows }) => hows));

/** The class of an arrow, which has its colour. */
export function styleOf(how: string): string {
  return `how-${how.replace(/[^a-z_]+/gi, '-')}`;
}

/** The meaning of the arrows in a picture, in their colours. An arrow without a colour of its own is named as it is. */
export class Legend {
  readonly element = html('p', { class: 'legend' });
  private shown = '';

  /** Shows the entries of these arrows and no other. */
  show(hows: ReadonlySet<string>): void {
    const others = [...hows].filter((how) => !WITH_AN_ENTRY.has(how)).sort();
    const entries = [
      ...ENTRIES.filter((entry) => entry.hows.some((how) => hows.has(how))),
      ...others.map((how) => ({ text: how, hows: [how] })),
    ];
    const texts = entries.map(({ text }) => text).join();
    if (texts === this.shown) return;
    this.shown = texts;
    this.element.replaceChildren(...entries.map(itemOf));
  }
}

function itemOf({ text, hows }: Entry): HTMLElement {
  const line = svg(
    'svg',
    { width: 26, height: 8, 'aria-hidden': 'true' },
    svg('path', { class: `edge ${styleOf(hows[0])}`, d: 'M0 4 H26' }),
  );
  return html('span', { 'data-hows': hows.join() }, line, ` ${text}`);
}
