import { xdpBuffHasFrags, xdpDataMetaUnsupported, xdpGetMetalen } from '../../model/net/core/xdp/xdp_buff';
import { xdpFrameHasFrags } from '../../model/net/core/xdp/xdp_frame';
import type { XdpSharedInfo } from '../../model/structs/xdp_shared_info';
import type { HandleObject, World } from '../../model/world/world';
import { NO_HANDLE } from '../../protocol/exec';
import { CPUMAP_ROW, FRAME_ROW, RXQ_ROW, XDP_ROW } from '../../protocol/words/xdp';
import { FRAG_ROW } from '../../protocol/words/structs';
import { hashStretch } from './hash';
import type { ObservationWords } from './observation_words';
import type { CpuMapEntry } from '../../model/structs/cpu_map_entry';
import type { XdpBuff } from '../../model/structs/xdp_buff';
import type { XdpFrame } from '../../model/structs/xdp_frame';
import type { XdpRxqInfo } from '../../model/structs/xdp_rxq_info';

export const XDP_OBSERVERS = { rxq: observeRxq, xdp: observeXdp, frame: observeFrame, cpumap: observeCpumap };

function observeRxq(out: ObservationWords, _world: World, object: HandleObject): void {
  const { regState, mem, fragSize } = object as XdpRxqInfo;
  out
    .row(RXQ_ROW)
    .put('reg_state', regState)
    .put('mem type', mem.type)
    .put('has mem id', mem.id !== 0 ? 1 : 0)
    .put('frag_size', fragSize)
    .put('xsk free buffers', mem.xsk !== null ? mem.xsk.freeList.length : NO_HANDLE)
    .end();
}

function observeXdp(out: ObservationWords, world: World, object: HandleObject): void {
  const xdp = object as XdpBuff;
  const len = xdp.dataEnd - xdp.data;
  const hasFrags = xdpBuffHasFrags(xdp);
  out.page(world, xdp.page);
  out
    .row(XDP_ROW)
    .put('data_hard_start', xdp.dataHardStart)
    .put('headroom', xdp.data - xdp.dataHardStart)
    .put('len', len)
    .put('metalen', xdpDataMetaUnsupported(xdp) ? NO_HANDLE : xdp.data - xdp.dataMeta)
    .put('frame_sz', xdp.frameSz)
    .put('flags', xdp.flags)
    .end();
  frags(out, world, xdp.sinfo, hasFrags);
  out.word(out.hashes(xdp) ? hashPacket(world, xdp, xdpGetMetalen(xdp), len, hasFrags) : 0);
}

function observeFrame(out: ObservationWords, world: World, object: HandleObject): void {
  const frame = object as XdpFrame;
  const hasFrags = xdpFrameHasFrags(frame);
  out.page(world, frame.page);
  out
    .row(FRAME_ROW)
    .put('at', frame.at)
    .put('headroom', frame.headroom)
    .put('len', frame.len)
    .put('metasize', frame.metasize)
    .put('frame_sz', frame.frameSz)
    .put('flags', frame.flags)
    .put('mem type', frame.mem.type)
    .put('has mem id', frame.mem.id !== 0 ? 1 : 0)
    .end();
  frags(out, world, frame.sinfo, hasFrags);
  out.word(out.hashes(frame) ? hashPacket(world, frame, frame.metasize, frame.len, hasFrags) : 0);
}

function observeCpumap(out: ObservationWords, world: World, object: HandleObject): void {
  const { bulk, ring, received } = object as CpuMapEntry;
  out
    .row(CPUMAP_ROW)
    .put('bulk count', bulk.length)
    .put('ring count', ring.items.length)
    .put('received', received.length)
    .end();
  for (const skb of received) {
    out.makeRoom();
    out.skb(world, skb);
  }
}

function frags(out: ObservationWords, world: World, sinfo: XdpSharedInfo, hasFrags: boolean): void {
  if (!hasFrags) {
    out.word(0);
    return;
  }
  out.word(sinfo.nrFrags);
  out.word(sinfo.xdpFragsSize);
  for (let i = 0; i < sinfo.nrFrags; i++) {
    const { page, offset, size } = sinfo.frags[i];
    out.page(world, page);
    out.row(FRAG_ROW).put('offset', offset).put('size', size).end();
  }
}

/** Hashes the metadata, the linear part and each frag as they lie in memory. */
function hashPacket(world: World, packet: XdpBuff | XdpFrame, metalen: number, len: number, hasFrags: boolean): number {
  const data = packet.page.address + packet.data;
  let h = hashStretch(world, 0, data - metalen, metalen);
  h = hashStretch(world, h, data, len);
  const { nrFrags, frags: list } = packet.sinfo;
  for (let i = 0; hasFrags && i < nrFrags; i++)
    h = hashStretch(world, h, list[i].page.address + list[i].offset, list[i].size);
  return h;
}
