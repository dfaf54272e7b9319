import { Device } from '../model/structs/device';
import { DmaTable } from '../model/structs/dma_table';
import { patternStart, PATTERN_PERIOD, PATTERN_WRITE_MAX } from '../model/world/memory';
import { Page } from '../model/structs/page';
import { PagePool } from '../model/structs/page_pool';
import { SkbData, SkBuff } from '../model/structs/sk_buff';
import type { World } from '../model/world/world';

/** Addresses from here on hold written bytes, and not the pattern. */
const PATTERN_BYTES = PATTERN_PERIOD + PATTERN_WRITE_MAX;

/**
 * Fields that are not part of the state: numbers of objects, scratch of walks, counts that no behaviour and no
 * invariant reads.
 */
const IGNORED: ReadonlySet<string> = new Set([
  ...['index', 'touched', 'touchedId', 'hashedInObservation', 'nextAddress', 'copybuf', 'ledgerData'],
  ...['maps', 'unmaps', 'syncsForDevice', 'syncsForCpu', 'holdCnt', 'releaseCnt', 'head', 'frag0'],
]);
/** Fields that hold pairs of (address in the pattern, length). */
const PATTERN_PAIRS: ReadonlySet<string> = new Set(['payload', 'metaPayload', 'written', 'copied']);

/** An object of the world: its own values, and the edges to other objects. */
export interface StateNode {
  /** The object's own values, in an order that follows from its class. */
  readonly own: number[];
  /** Edges, as pairs of (number of the field, position of the other node). */
  readonly edges: number[];
  /** Index in `edges` from which on the edges form a set without an order; -1: there is none. */
  unordered: number;
}

/** Small numbers for names of classes and fields, the same for all worlds of one process. */
const numberOf = new Map<string, number>();

function numbered(text: string): number {
  let number = numberOf.get(text);
  if (number === undefined) {
    number = numberOf.size + 1;
    numberOf.set(text, number);
  }
  return number;
}

interface Field {
  readonly name: string;
  readonly edge: number;
  readonly kind: 'plain' | 'id' | 'pairs' | 'list of pairs' | 'writes' | 'dma';
}

interface Layout {
  readonly number: number;
  readonly fields: readonly Field[];
}

const layoutOfClass = new Map<unknown, Layout>();
const layoutOfKeys = new Map<string, Layout>();

function layoutOf(object: object): Layout {
  const { constructor } = object;
  if (constructor !== Object) {
    let layout = layoutOfClass.get(constructor);
    if (layout === undefined) {
      layout = newLayout(constructor.name, object);
      layoutOfClass.set(constructor, layout);
    }
    return layout;
  }
  const keys = Object.keys(object).join();
  let layout = layoutOfKeys.get(keys);
  if (layout === undefined) {
    layout = newLayout(keys, object);
    layoutOfKeys.set(keys, layout);
  }
  return layout;
}

function newLayout(name: string, object: object): Layout {
  const fields = Object.keys(object)
    .filter((key) => !isIgnored(object, key))
    .sort()
    .map((key): Field => ({ name: key, edge: numbered(`.${key}`), kind: kindOf(object, key) }));
  return { number: numbered(name), fields };
}

function isIgnored(object: object, key: string): boolean {
  if (object instanceof DmaTable) return true;
  return IGNORED.has(key) || key.startsWith('seen') || (key === 'address' && object instanceof Page);
}

function kindOf(object: object, key: string): Field['kind'] {
  if (key === 'id') return 'id';
  if (key === 'dmaAddr' || key === 'address') return 'dma';
  if (key === 'writes' && object instanceof Page) return 'writes';
  if (key === 'payloads') return 'list of pairs';
  return PATTERN_PAIRS.has(key) ? 'pairs' : 'plain';
}

/**
 * The objects of a world as a graph, without names and addresses. All fields of their classes are read, so that the
 * objects of a new system are part of the state without any change here.
 */
export class StateNodes {
  readonly nodes: StateNode[] = [];
  private readonly positions = new Map<unknown, number>();
  private readonly waiting: object[] = [];

  constructor(private readonly world: World) {}

  /** Adds an object with all objects that it leads to. Returns its position. */
  add(object: object): number {
    const position = this.positionOf(object);
    for (let next = this.waiting.pop(); next !== undefined; next = this.waiting.pop()) this.read(next);
    return position;
  }

  private positionOf(object: object): number {
    const known = this.positions.get(object);
    if (known !== undefined) return known;
    this.waiting.push(object);
    return this.newNode(object);
  }

  private newNode(key: unknown): number {
    const position = this.nodes.length;
    this.positions.set(key, position);
    this.nodes.push({ own: [], edges: [], unordered: -1 });
    return position;
  }

  /** The position of a node that is only equal to itself: for a write's pattern, or for a DMA address. */
  private token(name: string): number {
    const known = this.positions.get(name);
    if (known !== undefined) return known;
    const position = this.newNode(name);
    this.nodes[position].own.push(numbered(name.slice(0, 1)));
    return position;
  }

  private read(object: object): void {
    const node = this.nodes[this.positions.get(object) as number];
    const layout = layoutOf(object);
    node.own.push(layout.number);
    for (const field of layout.fields) this.readField(node, field, (object as Record<string, unknown>)[field.name]);
    if (object instanceof DmaTable) this.readTable(node, object);
    // Addresses themselves are left out, but it matters whether they need more than 32 bits.
    else if (object instanceof Device) node.own.push(Math.floor(object.nextAddress / 2 ** 32));
    else if (object instanceof PagePool) node.own.push((object.holdCnt - object.releaseCnt) | 0);
    else if (object instanceof SkbData) node.own.push(object.page === null ? -1 : object.head - object.page.address);
    else if (object instanceof SkBuff) node.own.push(object.ledgerData === object.data ? 1 : 0);
  }

  private readTable(node: StateNode, table: DmaTable): void {
    node.unordered = node.edges.length;
    for (const mapping of table.all()) node.edges.push(numbered('mapping'), this.positionOf(mapping));
  }

  private readField(node: StateNode, { kind, edge }: Field, value: unknown): void {
    switch (kind) {
      case 'id':
        // 0 means that there is none.
        node.own.push(value === 0 ? 0 : 1);
        return;
      case 'dma':
        if (value === 0) node.own.push(0);
        else node.edges.push(edge, this.token(`d${value as number}`));
        return;
      case 'pairs':
        this.readPairs(node, edge, value as readonly number[]);
        return;
      case 'list of pairs':
        for (const pairs of value as readonly (readonly number[])[]) this.readPairs(node, edge, pairs);
        return;
      case 'writes':
        this.readWrites(node, edge, value as readonly number[]);
        return;
      case 'plain':
        this.readValue(node, edge, value);
    }
  }

  private readValue(node: StateNode, edge: number, value: unknown): void {
    switch (typeof value) {
      case 'number':
        node.own.push(value);
        return;
      case 'boolean':
        node.own.push(value ? 1 : 0);
        return;
      case 'string':
        node.own.push(numbered(value));
        return;
      case 'object':
        if (value === null) node.own.push(-2);
        else if (Array.isArray(value)) {
          node.own.push(value.length);
          for (const element of value) this.readValue(node, edge, element);
        } else node.edges.push(edge, this.positionOf(value));
        return;
      default:
        node.own.push(-3);
    }
  }

  private readPairs(node: StateNode, edge: number, pairs: readonly number[]): void {
    node.own.push(pairs.length);
    for (let i = 0; i < pairs.length; i += 2) this.readBytes(node, edge, pairs[i], pairs[i + 1]);
  }

  /** Disjoint triples (from, to, address in the pattern). Their order has no meaning. */
  private readWrites(node: StateNode, edge: number, writes: readonly number[]): void {
    node.own.push(writes.length);
    const starts: number[] = [];
    for (let i = 0; i < writes.length; i += 3) starts.push(i);
    starts.sort((a, b) => writes[a] - writes[b]);
    for (const i of starts) {
      node.own.push(writes[i]);
      this.readBytes(node, edge, writes[i + 2], writes[i + 1] - writes[i]);
    }
  }

  /** Bytes of the pattern are identified by the write that they belong to, other bytes by their values. */
  private readBytes(node: StateNode, edge: number, from: number, length: number): void {
    if (from >= PATTERN_BYTES) {
      let h = 0;
      for (let i = 0; i < length; i++) h = (Math.imul(h, 31) + this.world.memory.bytes[from + i]) | 0;
      node.own.push(-1, length, h);
      return;
    }
    let best = 0;
    let least = PATTERN_PERIOD;
    for (let stamp = 0; stamp < this.world.stamp; stamp++) {
      const offset = (from - patternStart(stamp)) & (PATTERN_PERIOD - 1);
      if (offset < least) {
        least = offset;
        best = stamp;
      }
    }
    node.own.push(least, length);
    node.edges.push(edge, this.token(`w${best}`));
  }
}
