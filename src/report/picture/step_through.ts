import type { Edge, FieldValue, Picture, PictureObject } from './picture';

/**
 * A program's run as plain data: for each call, its outcome and the change of the world. A page replays it forward and
 * back. Each step holds only changes, so that 10,000 steps take a few megabytes.
 */
export interface StepThrough {
  /** The program as text, line by line. */
  readonly lines: readonly string[];
  /** The verdict in a sentence; `clean` when every statement holds. */
  readonly sentence: string;
  /** The violated invariant. */
  readonly invariant?: { readonly name: string; readonly statement: string; readonly source: string };
  /** Position in `steps` of the failing call; absent when no call fails. */
  readonly failedStep?: number;
  /** Keys of the objects that `sentence` and `why` name. */
  readonly guilty: readonly string[];
  /** The guilty references, as arrows from holder to object: `[data#70, page#65]`. */
  readonly guiltyEdges?: readonly (readonly [by: string, of: string])[];
  /** The cause in one line. */
  readonly why?: string;
  /** Why the steps do not show the finding, for example because a kernel showed it. */
  readonly note?: string;
  readonly steps: readonly Step[];
}

export interface Step {
  /** Position in `lines` of the call; -1 for a call of settle. */
  readonly line: number;
  /** The text of a call of settle. */
  readonly text?: string;
  /** The outcome, or the reason why the call was skipped. */
  readonly outcome: string;
  readonly skipped?: true;
  /** The kernel function's return value; absent where it is not known for this call alone. */
  readonly ret?: number;
  /** The name of the object that the returned pointer points to; `non-NULL` where the program has no name for it. */
  readonly returned?: string;
  /** A call of the second CPU ran in the middle of the call above, or after it. */
  readonly cpu1?: 'during' | 'after';
  /** By key: new objects, and the changes of others. */
  readonly put: Readonly<Record<string, Patch>>;
  /** Keys of objects that no longer exist. */
  readonly gone: readonly string[];
}

/** A new object as a whole, or the changes of an existing one. */
export interface Patch {
  readonly new?: true;
  /** Null: the object no longer has the field. */
  readonly fields?: Readonly<Record<string, FieldValue | null>>;
  readonly names?: readonly string[];
  readonly edges?: readonly Edge[];
}

/** The facts of a step besides the change of the world. */
export type StepFacts = Omit<Step, 'put' | 'gone'>;

/** Makes steps from one picture after the other. */
export class StepRecorder {
  readonly steps: Step[] = [];
  /** Keys of all objects that ever existed. */
  readonly met = new Set<string>();
  private last: Picture = new Map();

  add(facts: StepFacts, picture: Picture): void {
    const put: Record<string, Patch> = {};
    for (const [key, object] of picture) {
      const patch = patchOf(this.last.get(key), object);
      if (patch === null) continue;
      put[key] = patch;
      if (patch.new === true) this.met.add(key);
    }
    const gone = [...this.last.keys()].filter((key) => !picture.has(key));
    this.steps.push({ ...facts, put, gone });
    this.last = picture;
  }

  /** Keys of the objects that exist now. */
  live(): string[] {
    return [...this.last.keys()];
  }

  /** Adds a step that leaves the world unchanged: a skipped call, or the end. */
  same(facts: StepFacts): void {
    this.steps.push({ ...facts, put: {}, gone: [] });
  }
}

function patchOf(before: PictureObject | undefined, { fields, names, edges }: PictureObject): Patch | null {
  if (before === undefined)
    return { new: true, fields, ...(names.length === 0 ? {} : { names }), ...(edges.length === 0 ? {} : { edges }) };
  const changed: Record<string, FieldValue | null> = {};
  let changes = 0;
  for (const [name, value] of Object.entries(fields)) {
    if (before.fields[name] === value) continue;
    changed[name] = value;
    changes++;
  }
  for (const name of Object.keys(before.fields)) {
    if (fields[name] !== undefined) continue;
    changed[name] = null;
    changes++;
  }
  const otherNames = !sameLists(before.names, names);
  const otherEdges = !sameEdges(before.edges, edges);
  if (changes === 0 && !otherNames && !otherEdges) return null;
  return {
    ...(changes === 0 ? {} : { fields: changed }),
    ...(otherNames ? { names } : {}),
    ...(otherEdges ? { edges } : {}),
  };
}

function sameLists(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((one, i) => one === b[i]);
}

function sameEdges(a: readonly Edge[], b: readonly Edge[]): boolean {
  return a.length === b.length && a.every((edge, i) => sameLists(edge, b[i]));
}
