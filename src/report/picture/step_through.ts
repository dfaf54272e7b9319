import type { Edge, FieldValue, Picture, PictureObject } from './picture';

/**
 * A program's run, call by call, as plain data: what each call did and how the world changed by it. A page replays it forward and
 * back; 10,000 steps are a few megabytes, because each says only what changed.
 */
export interface StepThrough {
  /** The program as text, line by line. */
  readonly lines: readonly string[];
  /** How it ended, in a sentence; `clean` when nothing is wrong. */
  readonly sentence: string;
  /** What does not hold: its name, what it says in general, and where that comes from. */
  readonly invariant?: { readonly name: string; readonly statement: string; readonly source: string };
  /** Position in `steps` of the call at which it shows; absent: at none. */
  readonly failedStep?: number;
  /** Keys of the objects that the sentence is about. */
  readonly guilty: readonly string[];
  /** Why the picture ends before the finding does (it was made on a kernel, say). */
  readonly note?: string;
  readonly steps: readonly Step[];
}

export interface Step {
  /** Position in `lines` of the call; -1: a call of settle. */
  readonly line: number;
  /** Of a call of settle: its text. */
  readonly text?: string;
  /** How it ended, or why it was skipped. */
  readonly outcome: string;
  readonly skipped?: true;
  /** What the kernel function returned; absent where it is not known of this call alone. */
  readonly ret?: number;
  /** Of a call of the second CPU: in the middle of the call above, or after it. */
  readonly cpu1?: 'during' | 'after';
  /** By key: objects that are new, and what changed of the others. */
  readonly put: Readonly<Record<string, Patch>>;
  /** Keys of those that are gone. */
  readonly gone: readonly string[];
}

/** Of a new object everything, of another what changed. */
export interface Patch {
  readonly new?: true;
  /** Null: is not said any more. */
  readonly fields?: Readonly<Record<string, FieldValue | null>>;
  readonly names?: readonly string[];
  readonly edges?: readonly Edge[];
}

/** What a step says beside how the world changed. */
export type StepFacts = Omit<Step, 'put' | 'gone'>;

/** Makes steps of one picture after the other. */
export class StepRecorder {
  readonly steps: Step[] = [];
  /** Keys of all objects there ever were. */
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

  /** Keys of what exists now. */
  live(): string[] {
    return [...this.last.keys()];
  }

  /** A call that left the world as it was: it was skipped, or stands for the end. */
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
