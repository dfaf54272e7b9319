import type { World } from '../../world/world';
import { ptrRingBatch } from '../../net/core/page_pool/ptr_ring';
import { CpuMapRing, CpuMapEntry } from '../../structs/cpu_map_entry';

/** __cpu_map_entry_alloc(), without its failures: a control path. */
export function cpuMapEntryAlloc(world: World, qsize: number, prog: number): CpuMapEntry {
  const entry = new CpuMapEntry();
  entry.id = world.newId();
  entry.qsize = qsize;
  entry.prog = prog;
  entry.ring = new CpuMapRing(qsize, ptrRingBatch(world, qsize));
  return world.addSystem(world.systems.cpumaps, entry);
}
