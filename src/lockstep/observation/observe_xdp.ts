import type { SystemKind } from '../../model/world/systems';
import { xdpBuffHasFrags, xdpDataMetaUnsupported, xdpGetMetalen } from '../../model/net/core/xdp/xdp_buff';
import { xdpFrameHasFrags } from '../../model/net/core/xdp/xdp_frame';
import type { XdpSharedInfo } from '../../model/structs/xdp_shared_info';
import type { World } from '../../model/world/world';
import { type Observer } from './observe';
import { hashStretch } from './hash';
import type { SystemObserver } from './system_observer';
import type { CpuMapEntry } from '../../model/structs/cpu_map_entry';
import type { XdpBuff } from '../../model/structs/xdp_buff';
import type { XdpFrame } from '../../model/structs/xdp_frame';
import type { XdpRxqInfo } from '../../model/structs/xdp_rxq_info';

const NONE = 0xffffffff;

/** The same words as kernel/skbcheck_xdp_observe.c writes. */
export const XDP_OBSERVERS: Partial<Record<SystemKind, SystemObserver>> = {
  rxq(observer, _world, object) {
    const rxq = object as XdpRxqInfo;
    observer.word(rxq.regState);
    observer.word(rxq.mem.type);
    observer.word(rxq.mem.id !== 0 ? 1 : 0);
    observer.word(rxq.fragSize);
    observer.word(rxq.mem.xsk !== null ? rxq.mem.xsk.freeList.length : NONE);
  },
  xdp(observer, world, object) {
    const xdp = object as XdpBuff;
    observer.page(world, xdp.page);
    observer.word(xdp.dataHardStart);
    observer.word(xdp.data - xdp.dataHardStart);
    observer.word(xdp.dataEnd - xdp.data);
    observer.word(xdpDataMetaUnsupported(xdp) ? NONE : xdp.data - xdp.dataMeta);
    observer.word(xdp.frameSz);
    observer.word(xdp.flags);
    frags(observer, world, xdp.sinfo, xdpBuffHasFrags(xdp));
    const hashed = observer.hashes(xdp);
    observer.word(
      hashed ? hashPacket(world, xdp, xdpGetMetalen(xdp), xdp.dataEnd - xdp.data, xdpBuffHasFrags(xdp)) : 0,
    );
  },
  frame(observer, world, object) {
    const frame = object as XdpFrame;
    observer.page(world, frame.page);
    observer.word(frame.at);
    observer.word(frame.headroom);
    observer.word(frame.len);
    observer.word(frame.metasize);
    observer.word(frame.frameSz);
    observer.word(frame.flags);
    observer.word(frame.mem.type);
    observer.word(frame.mem.id !== 0 ? 1 : 0);
    frags(observer, world, frame.sinfo, xdpFrameHasFrags(frame));
    const hashed = observer.hashes(frame);
    observer.word(hashed ? hashPacket(world, frame, frame.metasize, frame.len, xdpFrameHasFrags(frame)) : 0);
  },
  cpumap(observer, world, object) {
    const entry = object as CpuMapEntry;
    observer.word(entry.bulk.length);
    observer.word(entry.ring.items.length);
    observer.word(entry.received.length);
    for (const skb of entry.received) {
      observer.makeRoom();
      observer.skb(world, skb);
    }
  },
};

function frags(observer: Observer, world: World, sinfo: XdpSharedInfo, hasFrags: boolean): void {
  if (!hasFrags) {
    observer.word(0);
    return;
  }
  observer.word(sinfo.nrFrags);
  observer.word(sinfo.xdpFragsSize);
  for (let i = 0; i < sinfo.nrFrags; i++) {
    observer.page(world, sinfo.frags[i].page);
    observer.word(sinfo.frags[i].offset);
    observer.word(sinfo.frags[i].size);
  }
}

/** Metadata, the linear part, each frag: as they lie in memory. */
function hashPacket(world: World, packet: XdpBuff | XdpFrame, metalen: number, len: number, hasFrags: boolean): number {
  const data = packet.page.address + packet.data;
  let h = hashStretch(world, 0, data - metalen, metalen);
  h = hashStretch(world, h, data, len);
  const { nrFrags, frags: list } = packet.sinfo;
  for (let i = 0; hasFrags && i < nrFrags; i++)
    h = hashStretch(world, h, list[i].page.address + list[i].offset, list[i].size);
  return h;
}
