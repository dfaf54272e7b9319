import { PICTURE_ROWS, type Edge, type FieldValue } from '../picture/picture';
import type { Patch, Step } from '../picture/step_through';

/** An object at one moment. It is immutable: a step that changes the object replaces it. */
export interface LiveObject {
  readonly key: string;
  readonly kind: string;
  readonly fields: ReadonlyMap<string, FieldValue>;
  readonly names: readonly string[];
  readonly edges: readonly Edge[];
}

interface Undo {
  readonly key: string;
  readonly before: LiveObject | undefined;
  readonly grave: LiveObject | undefined;
}

const RANKS = new Map(PICTURE_ROWS.flatMap(({ kinds }) => kinds).map((kind, rank) => [kind, rank]));

function idOf(key: string): number {
  return Number(key.slice(key.indexOf('#') + 1));
}

/** The world of a run at any step. Position 0 is the empty world before the first call, n the world after the n-th. */
export class Replay {
  readonly objects = new Map<string, LiveObject>();
  /** Freed objects in their last state. */
  readonly graves = new Map<string, LiveObject>();
  position = 0;
  private readonly undos: (readonly Undo[])[] = [];

  constructor(readonly steps: readonly Step[]) {}

  /** Existing objects in the order of their rows, then by age. The many pages that rest in a pool come last. */
  ordered(): LiveObject[] {
    const rank = (object: LiveObject): number =>
      restsInPool(object) ? Infinity : (RANKS.get(object.kind) ?? RANKS.size);
    const ranked = [...this.objects.values()].map((object) => ({ object, rank: rank(object), id: idOf(object.key) }));
    return ranked.sort((a, b) => (a.rank === b.rank ? a.id - b.id : a.rank - b.rank)).map(({ object }) => object);
  }

  /** Goes to a position, step by step. */
  goTo(position: number): void {
    const to = Math.max(0, Math.min(this.steps.length, position));
    while (this.position < to) this.forward();
    while (this.position > to) this.back();
  }

  /** By key: the objects that the last step changed, as they were before; undefined for new ones. */
  before(): ReadonlyMap<string, LiveObject | undefined> {
    const undo = this.position === 0 ? [] : this.undos[this.position - 1];
    return new Map(undo.map(({ key, before }) => [key, before]));
  }

  private forward(): void {
    const { put, gone } = this.steps[this.position];
    const undo: Undo[] = [];
    for (const key of gone) {
      const before = this.objects.get(key);
      undo.push({ key, before, grave: this.graves.get(key) });
      this.objects.delete(key);
      if (before !== undefined) this.graves.set(key, before);
    }
    for (const [key, patch] of Object.entries(put)) {
      const before = this.objects.get(key);
      undo.push({ key, before, grave: this.graves.get(key) });
      this.objects.set(key, patched(key, before, patch));
      this.graves.delete(key);
    }
    this.undos[this.position++] = undo;
  }

  private back(): void {
    const undo = this.undos[--this.position];
    for (let i = undo.length - 1; i >= 0; i--) {
      const { key, before, grave } = undo[i];
      if (before === undefined) this.objects.delete(key);
      else this.objects.set(key, before);
      if (grave === undefined) this.graves.delete(key);
      else this.graves.set(key, grave);
    }
  }
}

function patched(key: string, before: LiveObject | undefined, { fields, names, edges }: Patch): LiveObject {
  const all = new Map(before?.fields);
  for (const [name, value] of Object.entries(fields ?? {})) {
    if (value === null) all.delete(name);
    else all.set(name, value);
  }
  return {
    key,
    kind: key.slice(0, key.indexOf('#')),
    fields: all,
    names: names ?? before?.names ?? [],
    edges: edges ?? before?.edges ?? [],
  };
}

/** Returns whether the object is a page in its pool's cache or ring. */
export function restsInPool({ kind, edges }: LiveObject): boolean {
  return (
    kind === 'page' &&
    edges.some(([how, , , incoming]) => incoming !== undefined && (how === 'cache' || how === 'ring'))
  );
}
