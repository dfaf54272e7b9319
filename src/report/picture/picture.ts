import type { KernelKind } from '../../model/world/kinds';
import type { World } from '../../model/world/world';

// The world at one moment as plain data to draw: objects with their fields in the kernel's words, and the arrows
// between them. Nothing here knows how a page draws them.

export type FieldValue = string | number | true;

/** The fields of an object, in the order in which they are shown; false and empty ones are left out. */
export type Fields = Readonly<Record<string, FieldValue>>;

/**
 * An arrow: its meaning, the key of the object at its other end, and a detail (`+128:1000`). The arrow starts at the
 * object that has it, unless it is `incoming`: a page has the arrow that leads from its pool's cache to it.
 */
// Its parts have no names: ts-json-schema-generator takes an optional part with a name for one that must be there.
export type Edge = readonly [string, string, string?, 'incoming'?];

/** One object. Its key is `kind#id`, as messages of invariants name it. */
export interface PictureObject {
  readonly fields: Fields;
  /** The program's names of it, one for each reference. A name of a part of the object ends with the part. */
  readonly names: readonly string[];
  readonly edges: readonly Edge[];
}

/** All live objects by key, in the order in which they are met. */
export type Picture = ReadonlyMap<string, PictureObject>;

/** Objects of these kinds are drawn. A mapping is drawn at its page; the data of an skb is an object of its own. */
export type DrawnKind = Exclude<KernelKind, 'mapping'> | 'data';

const OWNERS = 'sockets, owners, queues';
const PACKETS = 'packets';
const HEADS = 'heads and skb_shared_info';
const PAGES = 'pages';
const MEMORY = 'pools, caches, memory';

/** By kind: its row. Within a row, kinds have this order; a kind without a row is drawn last, in the row of memory. */
const ROW_OF: Readonly<Partial<Record<DrawnKind, string>>> = {
  sock: OWNERS,
  uarg: OWNERS,
  mm: OWNERS,
  xsk: OWNERS,
  napi: OWNERS,
  netdev: OWNERS,
  cpumap: OWNERS,
  port: OWNERS,
  pipe: OWNERS,
  skb: PACKETS,
  xdp: PACKETS,
  frame: PACKETS,
  data: HEADS,
  page: PAGES,
  pool: MEMORY,
  frag_cache: MEMORY,
  rxq: MEMORY,
  umem: MEMORY,
  file: MEMORY,
  device: MEMORY,
};

/** Kinds in rows from top to bottom: holders of packets above packets, and their memory below. */
export const PICTURE_ROWS: readonly { readonly title: string; readonly kinds: readonly string[] }[] = [
  ...[OWNERS, PACKETS, HEADS, PAGES, MEMORY].map((title) => ({ title, kinds: kindsIn(title) })),
];

function kindsIn(title: string): string[] {
  return Object.entries(ROW_OF).flatMap(([kind, row]) => (row === title ? [kind] : []));
}

/** A picture while it is made. */
export interface Drawing {
  readonly world: World;
  /** The object of a key, new where no other object led to it yet. */
  readonly at: (key: string) => Described;
}

/** An object that is being described. */
export class Described implements PictureObject {
  readonly fields: Record<string, FieldValue> = {};
  readonly names: string[] = [];
  readonly edges: Edge[] = [];

  /** False, empty and undefined values are left out. */
  field(name: string, value: FieldValue | false | undefined): this {
    if (value !== false && value !== undefined && value !== '') this.fields[name] = value;
    return this;
  }

  /** A field whose usual value, 0, is left out. */
  count(name: string, value: number): this {
    return this.field(name, value === 0 ? undefined : value);
  }

  edge(how: string, other: string, detail?: string): this {
    this.edges.push(detail === undefined ? [how, other] : [how, other, detail]);
    return this;
  }

  heldBy(how: string, other: string, detail?: string): this {
    this.edges.push([how, other, detail ?? '', 'incoming']);
    return this;
  }
}
