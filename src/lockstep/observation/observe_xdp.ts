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
import { rowWriter } from './row_writer';

const writeRxq = rowWriter(RXQ_ROW);
const writeXdp = rowWriter(XDP_ROW);
const writeFrame = rowWriter(FRAME_ROW);
const writeCpumap = rowWriter(CPUMAP_ROW);
const writeFrag = rowWriter(FRAG_ROW);

export const XDP_OBSERVERS = { rxq: observeRxq, xdp: observeXdp, frame: observeFrame, cpumap: observeCpumap };

function observeRxq(out: ObservationWords, _world: World, object: HandleObject): void {
  const { regState, mem, fragSize } = object as XdpRxqInfo;
  writeRxq(out, {
    reg_state: regState,
    'mem type': mem.type,
    'has mem id': mem.id !== 0 ? 1 : 0,
    frag_size: fragSize,
    'xsk free buffers': mem.xsk !== null ? mem.xsk.freeList.length : NO_HANDLE,
  });
}

function observeXdp(out: ObservationWords, world: World, object: HandleObject): void {
  const xdp = object as XdpBuff;
  const len = xdp.dataEnd - xdp.data;
  const hasFrags = xdpBuffHasFrags(xdp);
  out.page(world, xdp.page);
  writeXdp(out, {
    data_hard_start: xdp.dataHardStart,
    headroom: xdp.data - xdp.dataHardStart,
    len,
    metalen: xdpDataMetaUnsupported(xdp) ? NO_HANDLE : xdp.data - xdp.dataMeta,
    frame_sz: xdp.frameSz,
    flags: xdp.flags,
  });
  frags(out, world, xdp.sinfo, hasFrags);
  out.word(out.hashes(xdp) ? hashPacket(world, xdp, xdpGetMetalen(xdp), len, hasFrags) : 0);
}

function observeFrame(out: ObservationWords, world: World, object: HandleObject): void {
  const frame = object as XdpFrame;
  const hasFrags = xdpFrameHasFrags(frame);
  out.page(world, frame.page);
  writeFrame(out, {
    at: frame.at,
    headroom: frame.headroom,
    len: frame.len,
    metasize: frame.metasize,
    frame_sz: frame.frameSz,
    flags: frame.flags,
    'mem type': frame.mem.type,
    'has mem id': frame.mem.id !== 0 ? 1 : 0,
  });
  frags(out, world, frame.sinfo, hasFrags);
  out.word(out.hashes(frame) ? hashPacket(world, frame, frame.metasize, frame.len, hasFrags) : 0);
}

function observeCpumap(out: ObservationWords, world: World, object: HandleObject): void {
  const { bulk, ring, received } = object as CpuMapEntry;
  writeCpumap(out, { 'bulk count': bulk.length, 'ring count': ring.items.length, received: received.length });
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
    writeFrag(out, { offset, size });
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
