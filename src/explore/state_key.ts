import { KINDS, type World } from '../model/world/world';
import { StateNodes, type StateNode } from './state_nodes';

/**
 * Rounds in which a node's colour takes in its neighbours' colours. More rounds find more equal worlds; no number
 * confuses two different ones.
 */
const ROUNDS = 3;

/** A world without the names of its objects and the order in which they were made. */
export interface State {
  /** Worlds with the same key differ in names only, up to a hash of 64 bits. */
  readonly key: string;
  /** Handle numbers in the order of the key: the same position in two worlds of one key is the same object. */
  readonly handles: readonly number[];
}

/**
 * The state of a world. Its objects form a graph. Each node gets a colour from its own values and its neighbours, some
 * steps far, and colours put the names in an order. The graph is then written from the names on, with each object
 * numbered where it is first met, so that equal worlds give equal texts. Names of one colour are written in the order
 * of their numbers. Where colours are too weak, one state counts as two, never two as one.
 */
export function stateOf(world: World): State {
  const graph = new StateNodes(world);
  const names = world.names.map(({ id, kind, object }) => ({
    id,
    kind: KINDS.indexOf(kind),
    at: graph.add(object),
  }));
  const held = ownRoots(world).map((root) => (root === null ? -1 : graph.add(root)));
  const listed = listsOf(world).flatMap((list) => list.map((object) => graph.add(object)));
  const { nodes } = graph;
  const rooted = nodes.map(() => 0);
  for (const { kind, at } of names) rooted[at] = (rooted[at] + mix(kind + 1, 77)) | 0;
  held.forEach((at, i) => {
    if (at >= 0) rooted[at] = (rooted[at] + mix(i + 1, 99)) | 0;
  });
  const colours = coloursOf(nodes, rooted);
  names.sort((a, b) => a.kind - b.kind || colours[a.at] - colours[b.at] || a.id - b.id);
  const writing = new Writing(nodes, colours);
  writing.number(world.pressure);
  writing.number(world.napiSmallOffset);
  writing.number(names.length);
  for (const { kind, at } of names) {
    writing.number(kind);
    writing.root(at);
  }
  for (const at of held) writing.root(at);
  writing.sets();
  for (const at of writing.sorted(listed)) writing.root(at);
  writing.sets();
  writing.sets();
  return { key: writing.key(), handles: names.map(({ id }) => id) };
}

/** Objects that the kernel holds although no name of the program refers to them. */
function ownRoots({ defaultDevice, napiFragCache, napiSmallPage }: World): (object | null)[] {
  return [defaultDevice, napiFragCache, napiSmallPage];
}

/** All live objects. Objects that nothing reaches any more are leaked, and part of the state. */
function listsOf(world: World): (readonly object[])[] {
  const { systems } = world;
  const core = [world.pages, world.datas, world.skbs, world.pools, world.devices, world.socks, world.uargs];
  if (systems.live === 0) return [...core, world.fragCaches];
  return [...core, world.fragCaches, ...Object.values(systems).filter(isListOfObjects)];
}

function isListOfObjects(value: unknown): value is readonly object[] {
  return Array.isArray(value) && value.every((element) => typeof element === 'object' && !Array.isArray(element));
}

function coloursOf(nodes: readonly StateNode[], rooted: readonly number[]): number[] {
  let colours = nodes.map(({ own }, i) => {
    let h = rooted[i];
    for (const value of own) h = mix(h, value);
    return h;
  });
  for (let round = 0; round < ROUNDS; round++) {
    const next = [...colours];
    nodes.forEach(({ edges, unordered }, from) => {
      for (let i = 0; i < edges.length; i += 2) {
        const field = edges[i];
        const to = edges[i + 1];
        const place = unordered >= 0 && i >= unordered ? unordered : i;
        next[from] = (next[from] + mix(mix(field, place), colours[to])) | 0;
        next[to] = (next[to] + mix(mix(~field, place), colours[from])) | 0;
      }
    });
    colours = next;
  }
  return colours;
}

/** Hashes the graph from its roots. */
class Writing {
  private a = 1;
  private b = 2;
  private met = 0;
  private readonly metAs: Int32Array;
  private readonly waiting: number[] = [];
  private readonly later: number[] = [];

  constructor(
    private readonly nodes: readonly StateNode[],
    private readonly colours: readonly number[],
  ) {
    this.metAs = new Int32Array(nodes.length);
  }

  number(value: number): void {
    this.a = mix(this.a, value);
    this.b = mix2(this.b, value);
  }

  root(at: number): void {
    if (at < 0) {
      this.number(0);
      return;
    }
    this.reach(at);
    for (let next = this.waiting.pop(); next !== undefined; next = this.waiting.pop()) this.node(next);
  }

  /**
   * Visits the sets that were met. Their elements differ only by the nodes that they lead to, so sets come after all
   * else has a number.
   */
  sets(): void {
    for (let at = this.later.shift(); at !== undefined; at = this.later.shift()) {
      this.elements(this.nodes[at]);
      for (let next = this.waiting.pop(); next !== undefined; next = this.waiting.pop()) this.node(next);
    }
  }

  key(): string {
    return `${(this.a >>> 0).toString(36)}.${(this.b >>> 0).toString(36)}`;
  }

  private reach(at: number): void {
    if (this.metAs[at] === 0) {
      this.metAs[at] = ++this.met;
      this.waiting.push(at);
    }
    this.number(this.metAs[at]);
  }

  private node(at: number): void {
    const { own, edges, unordered } = this.nodes[at];
    this.number(own.length);
    for (const value of own) this.number(value);
    this.number(edges.length);
    const ordered = unordered < 0 ? edges.length : unordered;
    for (let i = 0; i < ordered; i += 2) {
      this.number(edges[i]);
      this.reach(edges[i + 1]);
    }
    if (unordered >= 0) this.later.push(at);
  }

  private elements({ edges, unordered }: StateNode): void {
    const rest: number[] = [];
    for (let i = unordered; i < edges.length; i += 2) rest.push(edges[i + 1]);
    for (const other of this.sorted(rest)) this.reach(other);
  }

  /** Sorted by colour, then by the number of the node and of the nodes that it leads to, then by position. */
  sorted(positions: readonly number[]): number[] {
    const ranks = new Map(positions.map((at) => [at, this.rankOf(at)]));
    const byRank = (x: number, y: number): number => compareRanks(ranks.get(x) ?? [], ranks.get(y) ?? []);
    return [...positions].sort((x, y) => this.colours[x] - this.colours[y] || byRank(x, y) || x - y);
  }

  private rankOf(at: number): number[] {
    if (this.metAs[at] !== 0) return [this.metAs[at]];
    const { edges } = this.nodes[at];
    // Larger than every number, so that nodes with a number come first.
    const rank = [this.nodes.length + 1];
    for (let i = 1; i < edges.length; i += 2) rank.push(this.metAs[edges[i]]);
    return rank;
  }
}

function compareRanks(one: readonly number[], other: readonly number[]): number {
  for (let i = 0; i < one.length && i < other.length; i++) if (one[i] !== other[i]) return one[i] - other[i];
  return one.length - other.length;
}

function mix(h: number, value: number): number {
  let x = Math.imul(h ^ value ^ high(value), 0x9e3779b1);
  x = Math.imul(x ^ (x >>> 15), 0x85ebca6b);
  return (x ^ (x >>> 13)) + 0x6d2b79f5;
}

function mix2(h: number, value: number): number {
  let x = Math.imul(h ^ (value + 0x165667b1) ^ high(value), 0xc2b2ae35);
  x = Math.imul(x ^ (x >>> 16), 0x27d4eb2f);
  return (x ^ (x >>> 14)) + 0x3c6ef372;
}

/** The bits of a number that bit operations cut off. */
function high(value: number): number {
  return Number.isInteger(value) && value >= -0x80000000 && value <= 0xffffffff
    ? 0
    : Math.trunc(value / 0x100000000) | 0;
}
