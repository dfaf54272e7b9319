import type { World } from '../../../model/world/world';
import type { Step } from '../step';

/** A thread of the kernel takes a frame within this time: the machine has nothing else to do. */
const WAIT_MS = 2;
const WAITS = 2;

/** Steps after which a frame has come out that a program of XDP handed to a thread of the kernel: xdp_redirect. */
export function cpumapWaitSteps(world: World): Step[] {
  if (!world.namesOf('link').some(({ object }) => object.hasCpumap)) return [];
  return Array.from({ length: WAITS }, (): Step => ({ op: 'syscall', name: 'poll', args: [0, 0, WAIT_MS] }));
}
