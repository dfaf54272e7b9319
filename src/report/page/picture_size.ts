/** The measures of boxes, in pixels of the page, and of their texts, in characters. */
export interface PictureSize {
  readonly boxWidth: number;
  /** Characters in a line of a box. */
  readonly characters: number;
  /** Characters in its title, beside a mark. */
  readonly titleCharacters: number;
  /** Width of the column of row titles, which has no arrows. 0: the titles stand above their rows. */
  readonly titlesWidth: number;
  readonly gap: number;
  /** Boxes side by side. */
  readonly perLine: number;
}

type Boxes = Omit<PictureSize, 'perLine'>;

const WIDE: Boxes = { boxWidth: 192, characters: 27, titleCharacters: 16, titlesWidth: 118, gap: 16 };
/** Two boxes side by side on a phone of 360 pixels. */
const NARROW: Boxes = { boxWidth: 154, characters: 21, titleCharacters: 11, titlesWidth: 0, gap: 8 };
export const MARGIN = 10;
/** Narrower pictures have their row titles above the rows. */
const WIDE_MIN = 3;
const NARROW_MIN = 2;
const PER_LINE_MAX = 8;

/** The size of a picture that fits into a frame of this width, in pixels. */
export function sizeFor(width: number): PictureSize {
  const wide = boxesIn(width, WIDE);
  if (wide >= WIDE_MIN) return { ...WIDE, perLine: Math.min(PER_LINE_MAX, wide) };
  return { ...NARROW, perLine: Math.max(NARROW_MIN, boxesIn(width, NARROW)) };
}

/** The width that a picture needs. */
export function widthOf({ boxWidth, titlesWidth, gap, perLine }: PictureSize): number {
  return startOf({ titlesWidth }) + perLine * (boxWidth + gap) - gap + MARGIN;
}

/** The left edge of the first box. */
export function startOf({ titlesWidth }: Pick<PictureSize, 'titlesWidth'>): number {
  return titlesWidth === 0 ? MARGIN : titlesWidth;
}

function boxesIn(width: number, { boxWidth, titlesWidth, gap }: Boxes): number {
  return Math.floor((width - startOf({ titlesWidth }) - MARGIN + gap) / (boxWidth + gap));
}
