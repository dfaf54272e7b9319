import type { CpuMapEntry } from '../../model/structs/cpu_map_entry';
import type { XdpBuff } from '../../model/structs/xdp_buff';
import type { XdpFrame } from '../../model/structs/xdp_frame';
import type { XdpRxqInfo } from '../../model/structs/xdp_rxq_info';
import type { World } from '../../model/world/world';
import { holdPage, holdSkb } from './walk';

export function walkXdpBuffs(world: World): void {
  for (const { object } of world.namesOf('xdp')) walkBuff(object as XdpBuff);
}

export function walkFrames(world: World): void {
  for (const { object } of world.namesOf('frame')) walkFrame(object as XdpFrame);
}

/** The AF_XDP pool of a queue pins the pages of its chunks. */
export function walkRxqs(world: World): void {
  for (const { object } of world.namesOf('rxq')) {
    const { xsk } = (object as XdpRxqInfo).mem;
    if (xsk !== null) for (const chunk of xsk.chunks) holdPage(chunk.page, false);
  }
}

export function walkCpuMaps(world: World): void {
  for (const { object } of world.namesOf('cpumap')) walkCpuMap(object as CpuMapEntry);
}

function walkCpuMap(entry: CpuMapEntry): void {
  for (const frame of entry.bulk) walkFrame(frame);
  for (const item of entry.ring.items) {
    if (item.frame !== null) walkFrame(item.frame);
    else holdSkb(item.skb);
  }
  for (const skb of entry.received) holdSkb(skb);
}

function walkBuff(xdp: XdpBuff): void {
  // Chunks of user memory stay their pool's.
  if (xdp.chunk !== null) return;
  holdPage(xdp.page, xdp.ofPool);
  const { frags, nrFrags } = xdp.sinfo;
  for (let i = 0; i < nrFrags; i++) holdPage(frags[i].page, frags[i].ofPool);
}

/** Counts one holder of a frame: a name or a queue. Two holders of one frame drop its pages twice. */
export function walkFrame(frame: XdpFrame): void {
  holdPage(frame.page, frame.ofPool);
  const { frags, nrFrags } = frame.sinfo;
  for (let i = 0; i < nrFrags; i++) holdPage(frags[i].page, frags[i].ofPool);
}
