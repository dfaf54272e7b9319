import type { World } from '../../world/world';
import { CpuMapRing, CpuMapEntry } from '../../structs/cpu_map_entry';

/** sizeof(void *) entries in two cache lines: __ptr_ring_set_size. */
const BATCH_CACHE_LINES = 2;

/** __cpu_map_entry_alloc(), without its failures: a control path. */
export function cpuMapEntryAlloc(world: World, qsize: number, prog: number): CpuMapEntry {
  const entry = new CpuMapEntry();
  entry.id = world.newId();
  entry.qsize = qsize;
  entry.prog = prog;
  const batch = (world.abi.smpCacheBytes * BATCH_CACHE_LINES) / world.abi.wordSize;
  entry.ring = new CpuMapRing(qsize, batch > qsize >> 1 ? 1 : batch);
  return world.addSystem(world.systems.cpumaps, entry);
}
