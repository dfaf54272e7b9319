import { Device } from '../model/structs/device';
import { DmaTable } from '../model/structs/dma_table';
import { patternStart, PATTERN_PERIOD, PATTERN_WRITE_MAX } from '../model/world/memory';
import { Page } from '../model/structs/page';
import { PagePool } from '../model/structs/page_pool';
import { SkbData, SkBuff } from '../model/structs/sk_buff';
import type { World } from '../model/world/world';

/** From here on addresses hold what was written, and not the pattern. */
const PATTERN_BYTES = PATTERN_PERIOD + PATTERN_WRITE_MAX;

/** Numbers that only tell one object from another, scratch of walks, and counts on which no behaviour and no invariant depends. */
const IGNORED: ReadonlySet<string> = new Set([
  ...['index', 'touched', 'touchedId', 'hashedInObservation', 'nextAddress', 'copybuf', 'ledgerData'],
  ...['maps', 'unmaps', 'syncsForDevice', 'syncsForCpu', 'holdCnt', 'releaseCnt', 'head', 'frag0'],
]);
/** Pairs of (where in the pattern, length). */
const PATTERN_PAIRS: ReadonlySet<string> = new Set(['payload', 'metaPayload', 'written', 'copied']);

/** An object of the world: what it is and has by itself, and which others it leads to by which way. */
export interface StateNode {
  /** Numbers, in an order that follows from the object's class. */
  readonly own: number[];
  /** Pairs of (way, position of the other). */
  readonly ways: number[];
  /** Ways from here on in pairs: a set, whose order says nothing. -1: none. */
  unordered: number;
}

/** Small numbers for names of classes and ways: the same for all worlds of one process. */
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
  readonly way: number;
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
    .map((key): Field => ({ name: key, way: numbered(`.${key}`), kind: kindOf(object, key) }));
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
 * The objects of a world as a graph, without what names and addresses they have. By the fields of their classes, whatever they
 * are: what a new system keeps is part of the state without being named here.
 */
export class StateNodes {
  readonly nodes: StateNode[] = [];
  private readonly positions = new Map<unknown, number>();
  private readonly waiting: object[] = [];

  constructor(private readonly world: World) {}

  /** The position of an object, and of all that it leads to. */
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
    this.nodes.push({ own: [], ways: [], unordered: -1 });
    return position;
  }

  /** Something that is the same wherever it is met, and nothing else: a write's pattern, an address of a device. */
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
    // Addresses have no names, but whether they need more than 32 bits matters.
    else if (object instanceof Device) node.own.push(Math.floor(object.nextAddress / 2 ** 32));
    else if (object instanceof PagePool) node.own.push((object.holdCnt - object.releaseCnt) | 0);
    else if (object instanceof SkbData) node.own.push(object.page === null ? -1 : object.head - object.page.address);
    else if (object instanceof SkBuff) node.own.push(object.ledgerData === object.data ? 1 : 0);
  }

  private readTable(node: StateNode, table: DmaTable): void {
    node.unordered = node.ways.length;
    for (const mapping of table.all()) node.ways.push(numbered('mapping'), this.positionOf(mapping));
  }

  private readField(node: StateNode, { kind, way }: Field, value: unknown): void {
    switch (kind) {
      case 'id':
        // Where 0 means that there is none.
        node.own.push(value === 0 ? 0 : 1);
        return;
      case 'dma':
        if (value === 0) node.own.push(0);
        else node.ways.push(way, this.token(`d${value as number}`));
        return;
      case 'pairs':
        this.readPairs(node, way, value as readonly number[]);
        return;
      case 'list of pairs':
        for (const pairs of value as readonly (readonly number[])[]) this.readPairs(node, way, pairs);
        return;
      case 'writes':
        this.readWrites(node, way, value as readonly number[]);
        return;
      case 'plain':
        this.readValue(node, way, value);
    }
  }

  private readValue(node: StateNode, way: number, value: unknown): void {
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
          for (const element of value) this.readValue(node, way, element);
        } else node.ways.push(way, this.positionOf(value));
        return;
      default:
        node.own.push(-3);
    }
  }

  private readPairs(node: StateNode, way: number, pairs: readonly number[]): void {
    node.own.push(pairs.length);
    for (let i = 0; i < pairs.length; i += 2) this.readBytes(node, way, pairs[i], pairs[i + 1]);
  }

  /** Triples (from, to, where in the pattern), disjoint: their order says nothing. */
  private readWrites(node: StateNode, way: number, writes: readonly number[]): void {
    node.own.push(writes.length);
    const starts: number[] = [];
    for (let i = 0; i < writes.length; i += 3) starts.push(i);
    starts.sort((a, b) => writes[a] - writes[b]);
    for (const i of starts) {
      node.own.push(writes[i]);
      this.readBytes(node, way, writes[i + 2], writes[i + 1] - writes[i]);
    }
  }

  /** Bytes of a pattern write are known by the write; those that are no pattern by what they are. */
  private readBytes(node: StateNode, way: number, from: number, length: number): void {
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
    node.ways.push(way, this.token(`w${best}`));
  }
}
