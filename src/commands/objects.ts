import { bindHandle, dropHandle, objectOf } from '../model/world/handles';
import type { Id, ObjectOf } from '../model/world/kinds';
import type { World } from '../model/world/world';

/* The object that an argument names, by kind. */

export function skbOf(world: World, id: Id<'skb'>): ObjectOf['skb'] {
  return objectOf(world, id, 'skb');
}

export function pageOf(world: World, id: Id<'page'>): ObjectOf['page'] {
  return objectOf(world, id, 'page');
}

export function poolOf(world: World, id: Id<'pool'>): ObjectOf['pool'] {
  return objectOf(world, id, 'pool');
}

export function deviceOf(world: World, id: Id<'device'>): ObjectOf['device'] {
  return objectOf(world, id, 'device');
}

export function sockOf(world: World, id: Id<'sock'>): ObjectOf['sock'] {
  return objectOf(world, id, 'sock');
}

export function uargOf(world: World, id: Id<'uarg'>): ObjectOf['uarg'] {
  return objectOf(world, id, 'uarg');
}

export function fragCacheOf(world: World, id: Id<'frag_cache'>): ObjectOf['frag_cache'] {
  return objectOf(world, id, 'frag_cache');
}

export function mappingOf(world: World, id: Id<'mapping'>): ObjectOf['mapping'] {
  return objectOf(world, id, 'mapping');
}

export function netdevOf(world: World, id: Id<'netdev'>): ObjectOf['netdev'] {
  return objectOf(world, id, 'netdev');
}

export function umemOf(world: World, id: Id<'umem'>): ObjectOf['umem'] {
  return objectOf(world, id, 'umem');
}

export function xskOf(world: World, id: Id<'xsk'>): ObjectOf['xsk'] {
  return objectOf(world, id, 'xsk');
}

export function napiOf(world: World, id: Id<'napi'>): ObjectOf['napi'] {
  return objectOf(world, id, 'napi');
}

export function rxqOf(world: World, id: Id<'rxq'>): ObjectOf['rxq'] {
  return objectOf(world, id, 'rxq');
}

export function xdpOf(world: World, id: Id<'xdp'>): ObjectOf['xdp'] {
  return objectOf(world, id, 'xdp');
}

export function frameOf(world: World, id: Id<'frame'>): ObjectOf['frame'] {
  return objectOf(world, id, 'frame');
}

export function cpumapOf(world: World, id: Id<'cpumap'>): ObjectOf['cpumap'] {
  return objectOf(world, id, 'cpumap');
}

export function pipeOf(world: World, id: Id<'pipe'>): ObjectOf['pipe'] {
  return objectOf(world, id, 'pipe');
}

export function mmOf(world: World, id: Id<'mm'>): ObjectOf['mm'] {
  return objectOf(world, id, 'mm');
}

export function fileOf(world: World, id: Id<'file'>): ObjectOf['file'] {
  return objectOf(world, id, 'file');
}

export function portOf(world: World, id: Id<'port'>): ObjectOf['port'] {
  return objectOf(world, id, 'port');
}

export { bindHandle as giveHandle, dropHandle as consume };
