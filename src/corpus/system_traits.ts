import type { CpuMapEntry } from '../model/structs/cpu_map_entry';
import type { MvnetaPort } from '../model/structs/mvneta_port';
import type { Napi } from '../model/structs/napi';
import type { NetDev } from '../model/structs/netdev';
import type { Pipe } from '../model/structs/pipe';
import type { TmpFile } from '../model/structs/tmp_file';
import type { Umem } from '../model/structs/umem';
import type { UserMapping } from '../model/structs/user_mapping';
import type { XdpBuff } from '../model/structs/xdp_buff';
import type { XdpFrame } from '../model/structs/xdp_frame';
import type { XdpRxqInfo } from '../model/structs/xdp_rxq_info';
import type { XdpSock } from '../model/structs/xdp_sock';
import { bit, few, filled, FRAGS_FULL, originOf } from './trait_values';

export function xdpTraits(xdp: XdpBuff, traits: Uint8Array): number {
  traits[0] = xdp.flags;
  traits[1] = bit(xdp.ofPool) | (originOf(xdp.page) << 1);
  traits[2] = xdp.rxq.mem.type;
  traits[3] = bit(xdp.chunk !== null) | (bit(xdp.linearized) << 1) | (bit(xdp.readOnly) << 2);
  traits[4] = xdp.dataMeta > xdp.data ? 0 : 1 + bit(xdp.dataMeta < xdp.data);
  traits[5] = filled(xdp.sinfo.nrFrags, FRAGS_FULL);
  traits[6] = few(xdp.page.refcount);
  return 7;
}

export function frameTraits(frame: XdpFrame, traits: Uint8Array): number {
  traits[0] = frame.flags;
  traits[1] = bit(frame.ofPool) | (originOf(frame.page) << 1);
  traits[2] = frame.mem.type;
  traits[3] = bit(frame.metasize > 0) | (bit(frame.devRx !== null) << 1);
  traits[4] = filled(frame.sinfo.nrFrags, FRAGS_FULL);
  traits[5] = few(frame.page.refcount) | (few(frame.page.ppRefCount) << 2);
  return 6;
}

export function napiTraits(napi: Napi, traits: Uint8Array): number {
  traits[0] = bit(napi.gro) | (bit(napi.groFraglist) << 1) | (bit(napi.groUdpFwd) << 2);
  traits[1] = napi.groBitmask === 0 ? 0 : 1 + bit((napi.groBitmask & (napi.groBitmask - 1)) !== 0);
  traits[2] = few(napi.rxList.length);
  traits[3] = few(napi.received.length);
  traits[4] = bit(napi.skb !== null);
  traits[5] = napi.refused + 1;
  traits[6] = napi.merge === null ? 0 : 1 + napi.merge.how;
  traits[7] = few(napi.completed.length);
  return 8;
}

export function xskTraits(xs: XdpSock, traits: Uint8Array): number {
  traits[0] = bit(xs.skb !== null) | (bit(xs.drainCont) << 1) | (bit(xs.closed) << 2);
  traits[1] = filled(xs.tx.producer - xs.tx.cachedCons, xs.tx.nentries);
  traits[2] = few(xs.tx.invalidDescs);
  traits[3] = few(xs.completed);
  traits[4] = few(xs.discarded);
  traits[5] = few(xs.umem.reserved.length);
  traits[6] = few(xs.umem.sockets.length);
  return 7;
}

export function umemTraits(umem: Umem, traits: Uint8Array): number {
  const { cq } = umem;
  traits[0] = few(umem.sockets.length);
  traits[1] = filled(umem.reserved.length, cq.nentries);
  traits[2] = filled(cq.cachedProd - cq.consumer, cq.nentries);
  traits[3] = bit(umem.unaligned) | (bit(umem.dead) << 1) | (bit(umem.muddled) << 2);
  traits[4] = bit(umem.netdev !== null) | (bit(umem.dmaMap !== null) << 1);
  traits[5] = umem.mappedQueues.reduce((count, mapped) => count + bit(mapped), 0);
  return 6;
}

export function portTraits(port: MvnetaPort, traits: Uint8Array): number {
  traits[0] = bit(port.running) | (bit(port.releasesOnPass) << 1) | (bit(port.pool !== null) << 2);
  traits[1] = filled(port.occupied, port.ringSize);
  traits[2] = filled(port.tx.length, port.txSize);
  traits[3] = few(port.delivered.length);
  traits[4] = port.prog;
  traits[5] = few(port.refillNum);
  traits[6] = bit(port.mtu > 1500) | (few(port.stats.refillError) << 1);
  traits[7] = bit(port.device.gone);
  return 8;
}

export function rxqTraits(rxq: XdpRxqInfo, traits: Uint8Array): number {
  traits[0] = rxq.mem.type;
  traits[1] = bit(rxq.fragSize > 0);
  return 2;
}

export function pipeTraits(pipe: Pipe, traits: Uint8Array): number {
  traits[0] = filled(pipe.buffers.length, pipe.slots);
  traits[1] = few(pipe.readers);
  return 2;
}

export function fileTraits(file: TmpFile, traits: Uint8Array): number {
  traits[0] = few(file.pages.length);
  return 1;
}

export function cpumapTraits({ bulk, ring }: CpuMapEntry, traits: Uint8Array): number {
  traits[0] = few(bulk.length);
  traits[1] = filled(ring.items.length, ring.size);
  return 2;
}

export function netdevTraits(netdev: NetDev, traits: Uint8Array): number {
  traits[0] = netdev.mode;
  traits[1] = few(netdev.held.length);
  traits[2] = bit(netdev.noLinear) | (bit(netdev.neededHeadroom > 0) << 1) | (bit(netdev.neededTailroom > 0) << 2);
  return 3;
}

export function mmTraits(mm: UserMapping, traits: Uint8Array): number {
  traits[0] = few(mm.queue.length);
  traits[1] = bit(mm.pages.some((page) => page !== null)) | (bit(mm.consumed > 0) << 1);
  traits[2] = bit(mm.recvSkipHint > 0) | (bit(mm.copybufLen > 0) << 1);
  return 3;
}
