import { PICTURE_ROWS } from '../picture/picture';
import type { PictureSize } from './picture_size';
import { restsInPool, type LiveObject, type Replay } from './replay';
import { boxLines } from './words';

/** The place of an object, and the positions of the run that it lasts for: the whole life of the object. */
export interface Place {
  readonly row: number;
  readonly slot: number;
  readonly from: number;
  until: number;
}

export interface RowLayout {
  readonly title: string;
  /** Lines of boxes that the row needs over the whole run, at most LINES_MAX. */
  lines: number;
  /** Lines of text in its tallest box. */
  textLines: number;
}

export interface Layout {
  readonly size: PictureSize;
  readonly places: ReadonlyMap<string, readonly Place[]>;
  readonly rows: readonly RowLayout[];
}

/** Further lines of boxes in one row are counted, not drawn. */
export const LINES_MAX = 5;
/** Further lines of text in one box are counted, not drawn. */
const TEXT_LINES_MAX = 9;
/** Free slots among which a new object gets the best. */
const SLOTS_TRIED = 24;

const ROW_OF = new Map(PICTURE_ROWS.flatMap(({ kinds }, row) => kinds.map((kind) => [kind, row] as const)));

/** Gives every object of a run its place, in one walk over all steps. Leaves the replay at its start. */
export function layoutOf(replay: Replay, size: PictureSize, kept: ReadonlySet<string>): Layout {
  const placer = new Placer(replay, size, kept);
  for (let position = 1; position <= replay.steps.length; position++) {
    replay.goTo(position);
    placer.step(position);
  }
  replay.goTo(0);
  return placer;
}

class Placer implements Layout {
  readonly places = new Map<string, Place[]>();
  readonly rows: RowLayout[] = PICTURE_ROWS.map(({ title }) => ({ title, lines: 0, textLines: 0 }));
  /** By row, then by slot: the key of the object there. */
  private readonly taken: (string | undefined)[][] = PICTURE_ROWS.map(() => []);
  /** Keys of freed objects that keep their place: others still refer to them, or the finding names them. */
  private readonly ghosts = new Set<string>();

  constructor(
    private readonly replay: Replay,
    readonly size: PictureSize,
    private readonly kept: ReadonlySet<string>,
  ) {}

  step(position: number): void {
    const { objects, steps } = this.replay;
    this.layGhosts(position);
    const { put, gone } = steps[position - 1];
    for (const key of gone) if (this.placeOf(key) !== undefined) this.ghosts.add(key);
    for (const key of Object.keys(put)) {
      const object = objects.get(key) as LiveObject;
      if (this.placeOf(key) === undefined && !restsInPool(object)) this.place(object, position);
      this.measure(object);
    }
  }

  private placeOf(key: string): Place | undefined {
    const last = this.places.get(key)?.at(-1);
    return last !== undefined && last.until === Infinity ? last : undefined;
  }

  /** Frees the places of objects freed before this step, unless another object refers to them. */
  private layGhosts(position: number): void {
    if (this.ghosts.size === 0) return;
    const referred = new Set<string>();
    for (const { edges } of this.replay.objects.values())
      for (const [, other] of edges) if (this.ghosts.has(other)) referred.add(other);
    for (const key of [...this.ghosts]) {
      if (referred.has(key) || this.kept.has(key) || this.replay.objects.has(key)) continue;
      this.ghosts.delete(key);
      const place = this.placeOf(key);
      if (place === undefined) continue;
      place.until = position - 1;
      this.taken[place.row][place.slot] = undefined;
    }
  }

  private place(object: LiveObject, position: number): void {
    const row = ROW_OF.get(object.kind) ?? PICTURE_ROWS.length - 1;
    const slot = this.bestSlot(row, this.wantedColumn(object));
    this.taken[row][slot] = object.key;
    const place = { row, slot, from: position, until: Infinity };
    const places = this.places.get(object.key);
    if (places === undefined) this.places.set(object.key, [place]);
    else places.push(place);
    this.rows[row].lines = Math.max(
      this.rows[row].lines,
      Math.min(LINES_MAX, Math.floor(slot / this.size.perLine) + 1),
    );
  }

  /** The mean column of the placed objects that it leads to and that lead to it. */
  private wantedColumn({ key, edges }: LiveObject): number {
    const columns: number[] = [];
    const add = (other: string): void => {
      const place = this.placeOf(other);
      if (place !== undefined) columns.push(place.slot % this.size.perLine);
    };
    for (const [, other] of edges) add(other);
    for (const other of this.replay.objects.values()) if (other.edges.some(([, to]) => to === key)) add(other.key);
    return columns.length === 0 ? 0 : columns.reduce((sum, column) => sum + column, 0) / columns.length;
  }

  private bestSlot(row: number, wanted: number): number {
    const taken = this.taken[row];
    let best = -1;
    let cost = Infinity;
    for (let slot = 0, tried = 0; tried < SLOTS_TRIED; slot++) {
      if (taken[slot] !== undefined) continue;
      tried++;
      const line = Math.floor(slot / this.size.perLine);
      const costHere = Math.abs((slot % this.size.perLine) - wanted) + line * this.size.perLine;
      if (costHere >= cost) continue;
      best = slot;
      cost = costHere;
    }
    return best;
  }

  private measure(object: LiveObject): void {
    const place = this.placeOf(object.key);
    if (place === undefined) return;
    const row = this.rows[place.row];
    row.textLines = Math.max(row.textLines, Math.min(TEXT_LINES_MAX, boxLines(object, this.size).length));
  }
}
