/**
 * The world at one moment as plain data to draw: objects with their fields in the kernel's words, and which object leads to which.
 * Nothing here knows how it is drawn.
 */

export type FieldValue = string | number | true;

/** The fields of an object, in the order in which they are shown; what is false or empty is left out. */
export type Fields = Readonly<Record<string, FieldValue>>;

/**
 * An arrow: what it means, the key of the object at its other end, and a detail (`+128:1000`). The arrow starts at the object that
 * has it, unless `incoming` is there: a page knows in which pool's cache it rests, and the pool holds it.
 */
export type Edge = readonly [how: string, other: string, detail?: string, incoming?: 'incoming'];

/** One object. Its key is `kind#id`, as messages of invariants name it. */
export interface PictureObject {
  readonly fields: Fields;
  /** What the program calls it: each name is one reference. With what the reference is to, where that is a part of the object. */
  readonly names: readonly string[];
  readonly edges: readonly Edge[];
}

/** All live objects by key, in the order in which they are met. */
export type Picture = ReadonlyMap<string, PictureObject>;

/** Kinds in rows from top to bottom, as they are drawn; what holds packets above, what packets are made of below. */
export const PICTURE_ROWS: readonly { readonly title: string; readonly kinds: readonly string[] }[] = [
  {
    title: 'sockets, owners, queues',
    kinds: ['sock', 'uarg', 'mm', 'xsk', 'napi', 'netdev', 'cpumap', 'port', 'pipe'],
  },
  { title: 'packets', kinds: ['skb', 'xdp', 'frame'] },
  { title: 'heads and skb_shared_info', kinds: ['data'] },
  { title: 'pages', kinds: ['page'] },
  { title: 'pools, caches, memory', kinds: ['pool', 'frag_cache', 'rxq', 'umem', 'file', 'device'] },
];

/** An object that is being described. */
export class Described implements PictureObject {
  readonly fields: Record<string, FieldValue> = {};
  readonly names: string[] = [];
  readonly edges: Edge[] = [];

  /** What is false, empty or undefined is not said. */
  field(name: string, value: FieldValue | false | undefined): this {
    if (value !== false && value !== undefined && value !== '') this.fields[name] = value;
    return this;
  }

  /** The same where 0 is what everybody expects. */
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
