import type { World } from '../../model/world/world';
import type { Holds } from './holds';
import type { CpuMapEntry } from '../../model/structs/cpu_map_entry';
import type { XdpBuff } from '../../model/structs/xdp_buff';
import type { XdpFrame } from '../../model/structs/xdp_frame';
import type { XdpRxqInfo } from '../../model/structs/xdp_rxq_info';

/** What packets hold that are in the hands of drivers, and what the AF_XDP pools of queues pin. */
export function walkXdp(world: World, holds: Holds): void {
  for (const { object } of world.namesOf('xdp')) walkBuff(object as XdpBuff, holds);
  for (const { object } of world.namesOf('frame')) walkFrame(object as XdpFrame, holds);
  for (const { object } of world.namesOf('rxq')) {
    const { xsk } = (object as XdpRxqInfo).mem;
    if (xsk !== null) for (const chunk of xsk.chunks) holds.page(chunk.page, false);
  }
  for (const { object } of world.namesOf('cpumap')) walkCpuMap(object as CpuMapEntry, holds);
}

function walkCpuMap(entry: CpuMapEntry, holds: Holds): void {
  for (const frame of entry.bulk) walkFrame(frame, holds);
  for (const item of entry.ring.items) {
    if (item.frame !== null) walkFrame(item.frame, holds);
    else holds.skb(item.skb);
  }
  for (const skb of entry.received) holds.skb(skb);
}

function walkBuff(xdp: XdpBuff, holds: Holds): void {
  // Chunks of user memory stay their pool's.
  if (xdp.chunk !== null) return;
  holds.page(xdp.page, xdp.ofPool);
  const { frags, nrFrags } = xdp.sinfo;
  for (let i = 0; i < nrFrags; i++) holds.page(frags[i].page, frags[i].ofPool);
}

/** One holder of a frame: a name, a queue. Who holds it twice drops its pages twice. */
export function walkFrame(frame: XdpFrame, holds: Holds): void {
  holds.page(frame.page, frame.ofPool);
  const { frags, nrFrags } = frame.sinfo;
  for (let i = 0; i < nrFrags; i++) holds.page(frags[i].page, frags[i].ofPool);
}
