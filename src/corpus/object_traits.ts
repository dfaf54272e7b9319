import type { Page } from '../model/structs/page';
import type { Handle, Kind, ObjectOf } from '../model/world/kinds';
import * as core from './core_traits';
import * as outside from './outside_traits';
import * as system from './system_traits';

/** No object has more traits. */
export const TRAITS_MAX = 16;

/** The traits and the memory of objects of one kind, for features. */
interface KindTraits<T> {
  /** Fills `traits` from 0 on, returns their number. */
  readonly traits: (object: T, traits: Uint8Array) => number;
  /** The page that holds the object's memory; null where there is none. */
  readonly memory: (object: T) => Page | null;
}

const none = (): null => null;

const KIND_TRAITS: { readonly [K in Kind]: KindTraits<ObjectOf[K]> } = {
  skb: { traits: core.skbTraits, memory: core.skbMemory },
  page: { traits: core.pageTraits, memory: ({ page }) => page },
  pool: { traits: core.poolTraits, memory: none },
  device: { traits: core.deviceTraits, memory: none },
  sock: { traits: core.sockTraits, memory: none },
  uarg: { traits: core.uargTraits, memory: none },
  frag_cache: { traits: () => 0, memory: none },
  mapping: { traits: core.mappingTraits, memory: none },
  napi: { traits: system.napiTraits, memory: none },
  rxq: { traits: system.rxqTraits, memory: none },
  xdp: { traits: system.xdpTraits, memory: ({ page }) => page },
  frame: { traits: system.frameTraits, memory: ({ page }) => page },
  cpumap: { traits: system.cpumapTraits, memory: none },
  netdev: { traits: system.netdevTraits, memory: none },
  umem: { traits: system.umemTraits, memory: none },
  xsk: { traits: system.xskTraits, memory: none },
  pipe: { traits: system.pipeTraits, memory: none },
  mm: { traits: system.mmTraits, memory: none },
  file: { traits: system.fileTraits, memory: none },
  port: { traits: system.portTraits, memory: none },
  fd: { traits: outside.fdTraits, memory: none },
  link: { traits: outside.linkTraits, memory: none },
};

function kindTraitsOf({ kind }: Handle): KindTraits<Handle['object']> {
  return KIND_TRAITS[kind] as KindTraits<Handle['object']>;
}

/**
 * The traits of an object that memory rules depend on, each as a small number: the bucket of its dataref, whether it is
 * marked for recycling, its owner. A corpus on disk is keyed by them, so the numbers never change. Nothing is
 * allocated, because this runs for every object of every command.
 * @param traits - filled from 0 on
 * @returns the number of traits
 */
export function traitsOf(handle: Handle, traits: Uint8Array): number {
  return kindTraitsOf(handle).traits(handle.object, traits);
}

/** The relation of two objects: the same, or their memory is one page, of one pool, of different ones. */
export function relationOf(one: Handle | null, other: Handle | null): number {
  if (one === null || other === null) return 0;
  if (one.object === other.object) return 1;
  const a = kindTraitsOf(one).memory(one.object);
  const b = kindTraitsOf(other).memory(other.object);
  if (a === null || b === null) return 2;
  if (a === b) return 3;
  if (a.pp === null) return b.pp === null ? 4 : 5;
  return b.pp === null ? 6 : a.pp === b.pp ? 7 : 8;
}
