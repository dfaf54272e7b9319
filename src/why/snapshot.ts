import type { Frag } from '../model/structs/sk_buff';
import { SYSTEM_KINDS } from '../model/world/kinds';
import type { World } from '../model/world/world';
import { COLLECTORS } from './references/collectors';
import { Collector, type Reference } from './references/reference';

export type Fact = number | boolean | string;
/**
 * The fields of an object by the kernel's names, so far as they are plain values; a field that leads to an object is
 * its key.
 */
export type Facts = Readonly<Record<string, Fact>>;

/** A frag as data. */
export interface FragFacts {
  readonly page: string;
  readonly offset: number;
  readonly size: number;
  /** The end of the buffer that the frag was given; 0: not known. */
  readonly bufferEnd: number;
}

/** The world at one moment: objects with their fields, and all references with their holders. */
export interface Snapshot {
  /** By key: all live objects. */
  readonly objects: ReadonlyMap<string, Facts>;
  readonly references: readonly Reference[];
  /** By key of the object: the program's names of it. */
  readonly names: ReadonlyMap<string, readonly string[]>;
  /** By key of a head: its frags. */
  readonly frags: ReadonlyMap<string, readonly FragFacts[]>;
  /** By key of a head: the members of its frag_list. */
  readonly members: ReadonlyMap<string, readonly string[]>;
  /** The mappings of all devices. */
  readonly mappings: readonly MappingFacts[];
}

/** A live DMA mapping as data. */
export interface MappingFacts {
  readonly device: string;
  readonly page: string;
  readonly address: number;
  readonly size: number;
}

/** Scratch of walks and observations, and positions in lists: not of the kernel. */
const RANGES = /cpu_owned$|device_dirty$/;
const RANGES_MAX = 8;
const SCRATCH = /^(seen|index$|touched|hashed|ledger|id$|kindNumber)/;

export function snapshotOf(world: World, names: readonly string[]): Snapshot {
  const keys = keysOf(world);
  const objects = new Map<string, Facts>();
  for (const [object, key] of keys) objects.set(key, factsOf(object, keys));
  const collector = new Collector(world, names);
  for (const collect of COLLECTORS) collect(collector);
  return {
    objects,
    references: collector.references,
    names: namesOf(world, names, keys),
    frags: fragsIn(world),
    mappings: world.devices.flatMap((device) =>
      device.mappings.all().map(({ page, address, size }) => ({
        ...{ device: `device#${device.id}`, page: `page#${page.id}`, address, size },
      })),
    ),
    members: new Map(world.datas.map(({ id, fragList }) => [`data#${id}`, membersOf(fragList)] as const)),
  };
}

/** Frags of heads, and of packets that are no skbs. */
function fragsIn(world: World): Map<string, readonly FragFacts[]> {
  const frags = new Map<string, readonly FragFacts[]>();
  const { xdpBuffs, frames } = world.systems;
  const add = (key: string, list: readonly Parameters<typeof fragFacts>[0][], count: number): void => {
    frags.set(key, list.slice(0, count).map(fragFacts));
  };
  for (const data of world.datas) add(`data#${data.id}`, data.frags, data.nrFrags);
  for (const { id, sinfo } of xdpBuffs) add(`xdp#${id}`, sinfo.frags, sinfo.nrFrags);
  for (const { id, sinfo } of frames) add(`frame#${id}`, sinfo.frags, sinfo.nrFrags);
  return frags;
}

function fragFacts({ page, offset, size, bufferEnd }: Pick<Frag, 'page' | 'offset' | 'size' | 'bufferEnd'>): FragFacts {
  return { page: `page#${page.id}`, offset, size, bufferEnd };
}

const MEMBERS_MAX = 64;

function membersOf(first: { readonly id: number; readonly next: unknown } | null): string[] {
  const members: string[] = [];
  for (let member = first; member !== null && members.length < MEMBERS_MAX; member = member.next as typeof first)
    members.push(`skb#${member.id}`);
  return members;
}

/** All live objects, and freed ones that a live name leads to. */
function keysOf(world: World): Map<object, string> {
  const keys = new Map<object, string>();
  const add = (kind: string, list: readonly unknown[]): void => {
    for (const one of list) {
      const object = one as { readonly id: number };
      keys.set(object, `${kind}#${object.id}`);
    }
  };
  add('page', world.pages);
  add('data', world.datas);
  add('skb', world.skbs);
  add('pool', world.pools);
  add('device', world.devices);
  add('sock', world.socks);
  add('uarg', world.uargs);
  add('frag_cache', world.fragCaches);
  for (const kind of SYSTEM_KINDS) add(kind, world.systems.byKind[kind]);
  return keys;
}

function factsOf(object: object, keys: ReadonlyMap<object, string>): Facts {
  const facts: Record<string, Fact> = {};
  collect(facts, '', object, keys);
  return facts;
}

/** Rings and counters that are structs of their own inside an object: one level is enough. */
function collect(facts: Record<string, Fact>, prefix: string, object: object, keys: ReadonlyMap<object, string>): void {
  for (const [name, value] of Object.entries(object) as [string, unknown][]) {
    if (SCRATCH.test(name)) continue;
    const field = prefix + snakeCase(name);
    if (typeof value === 'number' || typeof value === 'boolean') facts[field] = value;
    else if (Array.isArray(value)) collectList(facts, field, value);
    else if (typeof value === 'object' && value !== null) {
      const key = keys.get(value);
      if (key !== undefined) facts[field] = key;
      else if (prefix === '' && 'id' in value) facts[field] = 'freed';
      else if (prefix === '') collect(facts, `${field}.`, value, keys);
    }
  }
}

/** Ranges of bytes, which are short lists of numbers, by their text; other lists by their length. */
function collectList(facts: Record<string, Fact>, field: string, list: readonly unknown[]): void {
  const isRanges = RANGES.test(field) && list.length <= RANGES_MAX;
  if (isRanges) facts[field] = list.join(' ');
  else facts[`${field}.length`] = list.length;
}

/** `dataLen` is `data_len` in the kernel. */
function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function namesOf(world: World, names: readonly string[], keys: ReadonlyMap<object, string>): Map<string, string[]> {
  const byKey = new Map<string, string[]>();
  for (const { id, kind, object } of world.names) {
    // A name of a page or a mapping is a reference, and not the page's own name.
    const key = kind === 'page' || kind === 'mapping' ? undefined : keys.get(object);
    if (key !== undefined) byKey.set(key, [...(byKey.get(key) ?? []), names[id] ?? `name ${id}`]);
  }
  return byKey;
}
