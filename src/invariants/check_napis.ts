import { GRO_NORMAL_BATCH, MAX_GRO_SKBS, type Napi } from '../model/napi';
import type { World } from '../model/world';

/** Buckets hold MAX_GRO_SKBS at most and are counted right; what waits for the stack is less than a batch (net/core/gro.c). */
export function checkNapis(world: World): number {
  for (const napi of world.systems.napis) checkNapi(world, napi);
  return world.systems.napis.length;
}

function checkNapi(world: World, napi: Napi): void {
  napi.groHash.forEach(({ list, count }, bucket) => {
    if (list.length > MAX_GRO_SKBS) violate(world, napi, `bucket ${bucket} holds ${list.length} packets`);
    if (list.length !== count)
      violate(world, napi, `bucket ${bucket} holds ${list.length} packets, its count is ${count}`);
    const bit = (napi.groBitmask & (1 << bucket)) !== 0;
    if (bit !== list.length > 0) violate(world, napi, `gro_bitmask is wrong about bucket ${bucket}`);
  });
  if (napi.rxList.length > GRO_NORMAL_BATCH || napi.rxCount >= GRO_NORMAL_BATCH)
    violate(world, napi, `${napi.rxList.length} packets of ${napi.rxCount} segments wait on rx_list`);
  if (napi.rxCount < napi.rxList.length)
    violate(world, napi, `rx_count is ${napi.rxCount}, but ${napi.rxList.length} packets wait`);
}

function violate(world: World, napi: Napi, what: string): void {
  world.violate('ring-bounds', 'napi', `napi#${napi.id}: ${what}`);
}
