import type { Device } from '../model/structs/device';
import type { Napi } from '../model/structs/napi';
import type { NetDev } from '../model/structs/netdev';
import type { DmaMapping, Page, PageRef } from '../model/structs/page';
import type { PagePool } from '../model/structs/page_pool';
import {
  SKB_DATAREF_MASK,
  SKB_DATAREF_SHIFT,
  SKBFL_ALL_ZEROCOPY,
  type SkBuff,
} from '../model/structs/sk_buff';
import type { Sock } from '../model/structs/sock';
import type { Uarg } from '../model/structs/uarg';
import type { Umem } from '../model/structs/umem';
import type { Handle } from '../model/world/world';
import type { XdpSock } from '../model/structs/xdp_sock';
import type { CpuMapEntry } from "../model/structs/cpu_map_entry";
import type { MvnetaPort } from "../model/structs/mvneta_port";
import type { Pipe } from "../model/structs/pipe";
import type { TmpFile } from "../model/structs/tmp_file";
import type { UserMapping } from "../model/structs/user_mapping";
import type { XdpBuff } from "../model/structs/xdp_buff";
import type { XdpFrame } from "../model/structs/xdp_frame";
import type { XdpRxqInfo } from "../model/structs/xdp_rxq_info";
import { skbHeadlen, skbTailroom } from "../model/net/core/skbuff/skbuff_inlines";

/** No object has more traits. */
export const TRAITS_MAX = 16;

/** PP_ALLOC_CACHE_SIZE: a pool's cache is full. */
const CACHE_FULL = 128;
/** MAX_SKB_FRAGS of the kernels that we model; a build with another number has other full skbs, and the same traits. */
const FRAGS_FULL = 17;

/**
 * The traits of an object that memory rules turn on, each as a small number: which bucket its dataref is in, whether it is marked for
 * recycling, who owns it. Flat and without an allocation: this runs for every object of every command.
 * @param traits - filled from 0 on
 * @returns how many
 */
export function shapeOf({ kind, object }: Handle, traits: Uint8Array): number {
  switch (kind) {
    case 'skb':
      return shapeOfSkb(object as SkBuff, traits);
    case 'page':
      return shapeOfPage(object as PageRef, traits);
    case 'pool':
      return shapeOfPool(object as PagePool, traits);
    case 'sock':
      return shapeOfSock(object as Sock, traits);
    default:
      return shapeOfOther(kind, object, traits);
  }
}

/** 0, 1, 2, 3 and more. */
function few(n: number): number {
  return n <= 0 ? 0 : n < 3 ? n : 3;
}

/** None, some, all that there is room for. */
function filled(n: number, room: number): number {
  return n === 0 ? 0 : n < room ? 1 : 2;
}

function bit(value: boolean): number {
  return value ? 1 : 0;
}

/** Where memory comes from: none, the page allocator, a pool, the page cache, a user. */
function originOf(page: Page | null): number {
  if (page === null) return 0;
  if (page.user !== null) return 4;
  if (page.file !== null) return 3;
  return page.pp === null ? 1 : 2;
}

function shapeOfSkb(skb: SkBuff, traits: Uint8Array): number {
  const { data } = skb;
  // A shell whose head was released has none.
  if (data === null) return 0;
  const nohdr = data.dataref >> SKB_DATAREF_SHIFT;
  const { nrFrags, fragList } = data;
  traits[0] = few(data.dataref & SKB_DATAREF_MASK) | (bit(nohdr > 0) << 2);
  traits[1] = bit(skb.cloned);
  traits[2] = few(skb.users);
  traits[3] = nrFrags < 2 ? nrFrags : nrFrags < FRAGS_FULL ? 2 : 3;
  traits[4] = fragList === null ? 0 : fragList.next === null ? 1 : 2;
  traits[5] = bit(skb.ppRecycle || skb.memInfo !== null) | (bit(skb.owesMark) << 1);
  traits[6] = bit(skb.headFrag) | (originOf(data.page) << 1);
  traits[7] = bit(skb.pfmemalloc);
  traits[8] = skb.destructor;
  traits[9] = data.flags & SKBFL_ALL_ZEROCOPY;
  traits[10] = nrFrags === 0 ? 0 : originOf(data.frags[0].page) | (originOf(data.frags[nrFrags - 1].page) << 3);
  traits[11] = skb.len === 0 ? 0 : skbHeadlen(skb) === 0 ? 1 : skb.dataLen === 0 ? 2 : 3;
  traits[12] = bit(skb.dataOffset > 0) | (bit(skbTailroom(skb) > 0) << 1);
  traits[13] = bit(skb.gro !== null) | (bit(data.gsoSize > 0) << 1) | (bit(skb.next !== null) << 2);
  traits[14] = skb.fclone | (bit(skb.tx !== null) << 2) | (bit(data.handedOut || data.headShared) << 3);
  return 15;
}

function shapeOfPage({ page, offset, size, ofPool }: PageRef, traits: Uint8Array): number {
  traits[0] = few(page.refcount);
  traits[1] = bit(ofPool) | (originOf(page) << 1);
  traits[2] = few(page.ppRefCount);
  traits[3] = few(page.mappings);
  traits[4] = bit(page.pfmemalloc);
  traits[5] = bit(page.order > 0) | (bit(page.compound) << 1);
  traits[6] = bit(page.deviceDirty.length > 0);
  traits[7] = bit(offset > 0) | (bit(offset + size < 4096 << page.order) << 1);
  traits[8] = page.pp === null ? 0 : 1 + bit(page.pp.destroyCnt > 0);
  return 9;
}

function shapeOfPool(pool: PagePool, traits: Uint8Array): number {
  traits[0] = filled(pool.cache.length, CACHE_FULL);
  traits[1] = filled(pool.ring.length, pool.poolSize);
  traits[2] = few(pool.destroyCnt) | (bit(pool.releasePending) << 2);
  traits[3] = pool.flags;
  traits[4] = few(pool.holdCnt - pool.releaseCnt);
  traits[5] = bit(pool.fragPage !== null) | (bit(pool.napi) << 1) | (bit(pool.dmaSync) << 2);
  traits[6] = few(pool.userCnt) | (bit(pool.order > 0) << 2);
  traits[7] = pool.dmaDir;
  traits[8] = bit(pool.device?.gone === true) | (bit(pool.offset > 0) << 1);
  return 9;
}

function shapeOfSock(sk: Sock, traits: Uint8Array): number {
  traits[0] = bit(sk.wmemAlloc > sk.self) | (bit(sk.rmemAlloc > 0) << 1);
  traits[1] = few(sk.refcnt);
  traits[2] = few(sk.errorQueue.length);
  traits[3] = few(sk.writeQueue.length);
  traits[4] = bit(sk.frag.page !== null) | (bit(sk.memCharged > 0) << 1) | (bit(sk.wmemQueued > 0) << 2);
  return 5;
}

function shapeOfOther(kind: Handle['kind'], object: Handle['object'], traits: Uint8Array): number {
  switch (kind) {
    case 'xdp':
      return shapeOfXdp(object as XdpBuff, traits);
    case 'frame':
      return shapeOfFrame(object as XdpFrame, traits);
    case 'napi':
      return shapeOfNapi(object as Napi, traits);
    case 'xsk':
      return shapeOfXsk(object as XdpSock, traits);
    case 'umem':
      return shapeOfUmem(object as Umem, traits);
    case 'port':
      return shapeOfPort(object as MvnetaPort, traits);
    default:
      return shapeOfSmall(kind, object, traits);
  }
}

function shapeOfXdp(xdp: XdpBuff, traits: Uint8Array): number {
  traits[0] = xdp.flags;
  traits[1] = bit(xdp.ofPool) | (originOf(xdp.page) << 1);
  traits[2] = xdp.rxq.mem.type;
  traits[3] = bit(xdp.chunk !== null) | (bit(xdp.linearized) << 1) | (bit(xdp.readOnly) << 2);
  traits[4] = xdp.dataMeta > xdp.data ? 0 : 1 + bit(xdp.dataMeta < xdp.data);
  traits[5] = filled(xdp.sinfo.nrFrags, FRAGS_FULL);
  traits[6] = few(xdp.page.refcount);
  return 7;
}

function shapeOfFrame(frame: XdpFrame, traits: Uint8Array): number {
  traits[0] = frame.flags;
  traits[1] = bit(frame.ofPool) | (originOf(frame.page) << 1);
  traits[2] = frame.mem.type;
  traits[3] = bit(frame.metasize > 0) | (bit(frame.devRx !== null) << 1);
  traits[4] = filled(frame.sinfo.nrFrags, FRAGS_FULL);
  traits[5] = few(frame.page.refcount) | (few(frame.page.ppRefCount) << 2);
  return 6;
}

function shapeOfNapi(napi: Napi, traits: Uint8Array): number {
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

function shapeOfXsk(xs: XdpSock, traits: Uint8Array): number {
  traits[0] = bit(xs.skb !== null) | (bit(xs.drainCont) << 1) | (bit(xs.closed) << 2);
  traits[1] = filled(xs.tx.producer - xs.tx.cachedCons, xs.tx.nentries);
  traits[2] = few(xs.tx.invalidDescs);
  traits[3] = few(xs.completed);
  traits[4] = few(xs.discarded);
  traits[5] = few(xs.umem.reserved.length);
  traits[6] = few(xs.umem.sockets.length);
  return 7;
}

function shapeOfUmem(umem: Umem, traits: Uint8Array): number {
  const { cq } = umem;
  traits[0] = few(umem.sockets.length);
  traits[1] = filled(umem.reserved.length, cq.nentries);
  traits[2] = filled(cq.cachedProd - cq.consumer, cq.nentries);
  traits[3] = bit(umem.unaligned) | (bit(umem.dead) << 1) | (bit(umem.muddled) << 2);
  traits[4] = bit(umem.netdev !== null) | (bit(umem.dmaMap !== null) << 1);
  traits[5] = umem.mappedQueues.reduce((count, mapped) => count + bit(mapped), 0);
  return 6;
}

function shapeOfPort(port: MvnetaPort, traits: Uint8Array): number {
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

function shapeOfSmall(kind: Handle['kind'], object: Handle['object'], traits: Uint8Array): number {
  switch (kind) {
    case 'uarg': {
      const uarg = object as Uarg;
      traits[0] = few(uarg.refcnt);
      traits[1] = bit(uarg.completed) | (bit(uarg.pinned.length > 0) << 1);
      traits[2] = uarg.flags;
      return 3;
    }
    case 'mapping': {
      const mapping = object as DmaMapping;
      traits[0] = mapping.direction;
      traits[1] = bit(mapping.cpuOwned.length > 0) | (bit(mapping.device.gone) << 1);
      return 2;
    }
    case 'device':
      traits[0] = bit((object as Device).gone) | (bit((object as Device).maps > (object as Device).unmaps) << 1);
      return 1;
    case 'rxq':
      traits[0] = (object as XdpRxqInfo).mem.type;
      traits[1] = bit((object as XdpRxqInfo).fragSize > 0);
      return 2;
    case 'pipe':
      traits[0] = filled((object as Pipe).buffers.length, (object as Pipe).slots);
      traits[1] = few((object as Pipe).readers);
      return 2;
    case 'file':
      traits[0] = few((object as TmpFile).pages.length);
      return 1;
    case 'cpumap':
      traits[0] = few((object as CpuMapEntry).bulk.length);
      traits[1] = filled((object as CpuMapEntry).ring.items.length, (object as CpuMapEntry).ring.size);
      return 2;
    case 'netdev': {
      const netdev = object as NetDev;
      traits[0] = netdev.mode;
      traits[1] = few(netdev.held.length);
      traits[2] = bit(netdev.noLinear) | (bit(netdev.neededHeadroom > 0) << 1) | (bit(netdev.neededTailroom > 0) << 2);
      return 3;
    }
    case 'mm': {
      const mm = object as UserMapping;
      traits[0] = few(mm.queue.length);
      traits[1] = bit(mm.pages.some((page) => page !== null)) | (bit(mm.consumed > 0) << 1);
      traits[2] = bit(mm.recvSkipHint > 0) | (bit(mm.copybufLen > 0) << 1);
      return 3;
    }
    default:
      return 0;
  }
}

/** What two objects have to do with each other: the same, their memory the same page, of the same pool, of different ones. */
export function relationOf(one: Handle | null, other: Handle | null): number {
  if (one === null || other === null) return 0;
  if (one.object === other.object) return 1;
  const a = memoryOf(one);
  const b = memoryOf(other);
  if (a === null || b === null) return 2;
  if (a === b) return 3;
  if (a.pp === null) return b.pp === null ? 4 : 5;
  return b.pp === null ? 6 : a.pp === b.pp ? 7 : 8;
}

/** The page of an object: of an skb that of its last frag, else of its head. */
function memoryOf({ kind, object }: Handle): Page | null {
  switch (kind) {
    case 'skb': {
      const { data } = object as SkBuff;
      if (data === null) return null;
      return data.nrFrags > 0 ? data.frags[data.nrFrags - 1].page : data.page;
    }
    case 'page':
      return (object as PageRef).page;
    case 'xdp':
      return (object as XdpBuff).page;
    case 'frame':
      return (object as XdpFrame).page;
    default:
      return null;
  }
}
