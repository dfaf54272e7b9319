/// <reference lib="dom" />
import { LINES_MAX, type Layout, type Place } from './layout';
import { MARGIN, startOf, widthOf, type PictureSize } from './picture_size';
import { styleOf } from './legend';
import { restsInPool, type LiveObject, type Replay } from './replay';
import { svg } from './svg';
import { boxLines, boxTitle, changedParts, titleOf, wrapped, type Token } from './words';

/** Characters in a line of the column of row titles, and of a title above a row, for each box. */
const TITLE_CHARACTERS = 15;
const TITLE_CHARACTERS_PER_BOX = 24;
/** Further than any frame: a line between rows ends where the frame cuts it off. */
const BEYOND_FRAME = 10_000;
const TITLE_HEIGHT = 19;
const TEXT_HEIGHT = 14;
const ROW_GAP = 44;
/** Between rows whose titles stand above them: two lines of title, and the arrows' heads below. */
const TITLED_GAP = 58;
const ARROW_HEAD = 16;
const LINE_GAP = 22;

/** A word in the corner of an object's box, so that colour is not the only sign of a change. */
type Mark = 'broke here' | 'gone' | 'freed' | 'new' | 'changed' | '';

interface Box {
  readonly object: LiveObject;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly mark: Mark;
  readonly old: LiveObject | undefined;
}

export interface Moment {
  readonly replay: Replay;
  readonly layout: Layout;
  readonly guilty: ReadonlySet<string>;
  /** `holder object` of each guilty reference. */
  readonly guiltyEdges: ReadonlySet<string>;
  /** True at the step at which the invariant broke. */
  readonly failed: boolean;
  readonly selected: string | null;
}

export interface Drawn {
  readonly picture: SVGElement;
  /** The meanings of its arrows. */
  readonly hows: ReadonlySet<string>;
}

/** Draws the world at the replay's position. */
export function draw(moment: Moment): Drawn {
  const { layout } = moment;
  const { size } = layout;
  const tops = rowTops(layout);
  const width = widthOf(size);
  const height = tops[tops.length - 1];
  const boxes = new Map<string, Box>();
  const counts = layout.rows.map(() => ({ drawn: 0, hidden: [] as string[], resting: 0 }));
  const before = moment.replay.before();
  const place = (object: LiveObject, live: boolean): void => {
    const at = placeAt(layout, object.key, moment.replay.position);
    if (at === undefined) {
      if (live) counts[rowOfPages(layout)].resting += restsInPool(object) ? 1 : 0;
      return;
    }
    if (at.slot >= LINES_MAX * size.perLine) {
      if (live) counts[at.row].hidden.push(object.key);
      return;
    }
    counts[at.row].drawn += live ? 1 : 0;
    boxes.set(object.key, boxOf(moment, object, at, live, tops, before));
  };
  for (const object of moment.replay.ordered()) place(object, true);
  for (const object of moment.replay.graves.values()) place(object, false);
  const missing = counts.map(({ hidden, resting }) => missingText(hidden, resting, before));
  const { paths, hows } = edges(moment, boxes);
  const picture = svg(
    'svg',
    {
      // The frame may be wider than the picture, which keeps its size and its left edge.
      ...{ viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: 'xMinYMin meet' },
      ...{ style: `min-width: ${width}px; height: ${height}px` },
      ...{ role: 'img', 'aria-label': 'the world after this step' },
    },
    arrowHeads(),
    ...rowLines(layout, tops),
    svg('g', { class: 'edges' }, ...paths),
    ...rowTitles(layout, tops, missing),
    svg('g', { class: 'boxes' }, ...[...boxes.values()].map((box) => boxElement(box, moment))),
  );
  return { picture, hows };
}

/** The lines between the rows that are used. */
function rowLines({ rows, size }: Layout, tops: readonly number[]): SVGElement[] {
  const above = size.titlesWidth === 0 ? TITLED_GAP - 10 : ROW_GAP / 2;
  const used = tops.filter((_, row) => (rows[row]?.lines ?? 0) > 0);
  return used
    .slice(1)
    .map((top) => svg('rect', { class: 'band', x: 0, y: top - above, width: BEYOND_FRAME, height: 1 }));
}

/** The titles of the rows that are used, and what each does not show. */
function rowTitles({ rows, size }: Layout, tops: readonly number[], missing: readonly string[]): SVGElement[] {
  return rows.flatMap(({ title, lines }, row) => {
    if (lines === 0) return [];
    const above = size.titlesWidth === 0;
    const characters = above ? size.perLine * TITLE_CHARACTERS_PER_BOX : TITLE_CHARACTERS;
    const texts = [
      ...wrapped(title, characters).map((text) => ({ kind: 'row', text })),
      ...(missing[row] === '' ? [] : wrapped(missing[row], characters)).map((text) => ({ kind: 'row missing', text })),
    ];
    // Beside the boxes from their upper edge down, or above them.
    const first = tops[row] + (above ? -ARROW_HEAD - (texts.length - 1) * TEXT_HEIGHT : 14);
    return texts.map(({ kind, text }, i) => rowText(kind, first + i * TEXT_HEIGHT, text));
  });
}

function rowText(kind: string, y: number, text: string): SVGElement {
  return svg('text', { class: kind, x: MARGIN, y }, text);
}

function rowOfPages(layout: Layout): number {
  return layout.rows.findIndex(({ title }) => title === 'pages');
}

function placeAt(layout: Layout, key: string, position: number): Place | undefined {
  return layout.places.get(key)?.find(({ from, until }) => from <= position && position <= until);
}

function missingText(hidden: readonly string[], resting: number, before: ReadonlyMap<string, unknown>): string {
  const parts: string[] = [];
  if (resting > 0) parts.push(`+${resting} at rest in pools`);
  if (hidden.length > 0) {
    const changed = hidden.filter((key) => before.has(key));
    const which =
      changed.length === 0 ? '' : ` (changed: ${changed.slice(0, 4).join(', ')}${changed.length > 4 ? ', …' : ''})`;
    parts.push(`+${hidden.length} more${which}`);
  }
  return parts.join(', ');
}

/** Height of a box; three lines are the minimum, so that the row's title fits beside it. */
function boxHeight(textLines: number): number {
  return TITLE_HEIGHT + Math.max(3, textLines) * TEXT_HEIGHT + 6;
}

/** Upper edge of each row's first line of boxes, then the end of the picture. Unused rows take no room. */
function rowTops({ rows, size }: Layout): number[] {
  const tops: number[] = [];
  const gap = size.titlesWidth === 0 ? TITLED_GAP : ROW_GAP;
  let y = size.titlesWidth === 0 ? 2 * TEXT_HEIGHT + ARROW_HEAD : MARGIN;
  for (const { lines, textLines } of rows) {
    tops.push(y);
    if (lines > 0) y += lines * (boxHeight(textLines) + LINE_GAP) - LINE_GAP + gap;
  }
  return [...tops, y - gap / 2];
}

function boxOf(
  { replay, layout, guilty, failed }: Moment,
  object: LiveObject,
  { row, slot }: Place,
  live: boolean,
  tops: readonly number[],
  before: ReadonlyMap<string, LiveObject | undefined>,
): Box {
  const { key } = object;
  const { size } = layout;
  const height = boxHeight(layout.rows[row].textLines);
  const old = before.get(key);
  let mark: Mark = '';
  if (failed && guilty.has(key)) mark = 'broke here';
  else if (!live) mark = before.has(key) ? 'freed' : 'gone';
  else if (before.has(key)) mark = old === undefined ? 'new' : 'changed';
  return {
    object,
    mark,
    old: before.has(key) && replay.position > 0 ? old : object,
    x: startOf(size) + (slot % size.perLine) * (size.boxWidth + size.gap),
    y: tops[row] + Math.floor(slot / size.perLine) * (height + LINE_GAP),
    width: size.boxWidth,
    height,
  };
}

function boxElement(box: Box, { selected, replay, layout: { size } }: Moment): SVGElement {
  const { object, x, y, width, height, mark, old } = box;
  const changed = changedParts(old, object, size);
  const live = replay.objects.has(object.key);
  const max = Math.floor((height - TITLE_HEIGHT - 6) / TEXT_HEIGHT);
  const lines = boxLines(object, size);
  const shown = lines.length > max ? lines.slice(0, max - 1) : lines;
  const text = shown.map((line, i) => lineElement(line, changed, x + 7, y + TITLE_HEIGHT + 11 + i * TEXT_HEIGHT));
  if (shown.length < lines.length)
    text.push(
      svg(
        'text',
        { class: 'more', x: x + 7, y: y + TITLE_HEIGHT + 11 + shown.length * TEXT_HEIGHT },
        `+${lines.length - shown.length} more`,
      ),
    );
  const classes = ['box', `kind-${object.kind}`, mark.replace(' ', '-'), live ? '' : 'ghost'];
  if (selected === object.key) classes.push('selected');
  return svg(
    'g',
    { class: classes.filter(Boolean).join(' '), 'data-key': object.key },
    svg('title', {}, titleOf(object)),
    svg('rect', { x, y, width, height, rx: 4 }),
    titleElement(box, size),
    ...(mark === '' ? [] : [svg('text', { class: 'mark', x: x + width - 6, y: y + 13, 'text-anchor': 'end' }, mark)]),
    ...text,
  );
}

/** The name of the object, then its number in small letters. */
function titleElement({ object, x, y }: Box, size: PictureSize): SVGElement {
  const { main, small } = boxTitle(object, size);
  const key = small === '' ? [] : [svg('tspan', { class: 'key' }, ` ${small}`)];
  return svg('text', { class: 'title', x: x + 7, y: y + 14 }, main, ...key);
}

function lineElement(tokens: readonly Token[], changed: ReadonlySet<string>, x: number, y: number): SVGElement {
  const pieces = tokens.flatMap(({ part, text }, i) => [
    ...(i === 0 ? [] : ['  ']),
    svg('tspan', { 'data-part': part, ...(changed.has(part) ? { class: 'changed' } : {}) }, text),
  ]);
  return svg('text', { x, y }, ...pieces);
}

function arrowHeads(): SVGElement {
  return svg(
    'defs',
    {},
    svg(
      'marker',
      {
        id: 'arrow',
        viewBox: '0 0 8 8',
        refX: 7,
        refY: 4,
        markerWidth: 8,
        markerHeight: 8,
        markerUnits: 'userSpaceOnUse',
        orient: 'auto-start-reverse',
      },
      svg('path', { d: 'M0 0.5 L8 4 L0 7.5 z', fill: 'context-stroke' }),
    ),
  );
}

/** One curve for each pair of objects and meaning: all frags of one page in an skb are one arrow. */
function edges(
  { selected, replay, failed, guiltyEdges }: Moment,
  boxes: ReadonlyMap<string, Box>,
): { paths: SVGElement[]; hows: ReadonlySet<string> } {
  const before = replay.before();
  const found = new Map<string, { from: Box; to: Box; how: string; details: string[]; fresh: boolean }>();
  for (const { object } of boxes.values()) {
    if (!replay.objects.has(object.key)) continue;
    const old = before.get(object.key);
    for (const [how, other, detail, incoming] of object.edges) {
      const [from, to] =
        incoming === undefined ? [boxes.get(object.key), boxes.get(other)] : [boxes.get(other), boxes.get(object.key)];
      if (from === undefined || to === undefined) continue;
      const id = `${from.object.key} ${how} ${to.object.key}`;
      const known = found.get(id);
      if (known !== undefined) {
        known.details.push(detail ?? '');
        continue;
      }
      const fresh = before.has(object.key) && !(old?.edges.some(([was, to]) => was === how && to === other) ?? false);
      found.set(id, { from, to, how, details: [detail ?? ''], fresh });
    }
  }
  const paths = [...found.values()].map(({ from, to, how, details, fresh }) => {
    const touches = selected === from.object.key || selected === to.object.key;
    const wrong = failed && guiltyEdges.has(`${from.object.key} ${to.object.key}`);
    const states = [fresh ? 'fresh' : '', touches ? 'touched' : '', wrong ? 'broke-here' : ''];
    const classes = ['edge', styleOf(how), ...states];
    const words = details.filter(Boolean).slice(0, 20).join(', ');
    return svg(
      'path',
      {
        class: classes.filter(Boolean).join(' '),
        d: curve(from, to),
        'marker-end': 'url(#arrow)',
        'data-from': from.object.key,
        'data-to': to.object.key,
        'data-how': how,
      },
      svg('title', {}, `${from.object.key} ${how} ${to.object.key}${words === '' ? '' : `: ${words}`}`),
    );
  });
  return { paths, hows: new Set([...found.values()].map(({ how }) => how)) };
}

/** From the lower edge of the higher box to the upper edge of the lower one; below both if they are level. */
function curve(from: Box, to: Box): string {
  const shift = (a: Box, b: Box): number => Math.max(-60, Math.min(60, (b.x - a.x) / 8));
  const x1 = from.x + from.width / 2 + shift(from, to);
  const x2 = to.x + to.width / 2 + shift(to, from);
  if (from.y === to.y) {
    const y = from.y + from.height;
    const away = from.x === to.x ? 40 : 0;
    return `M${x1 - away} ${y} C${x1 - away} ${y + 28} ${x2 + away} ${y + 28} ${x2 + away} ${y}`;
  }
  const down = from.y < to.y;
  const y1 = down ? from.y + from.height : from.y;
  const y2 = down ? to.y : to.y + to.height;
  const bend = Math.max(16, Math.min(60, Math.abs(y2 - y1) / 2)) * (down ? 1 : -1);
  return `M${x1} ${y1} C${x1} ${y1 + bend} ${x2} ${y2 - bend} ${x2} ${y2}`;
}
