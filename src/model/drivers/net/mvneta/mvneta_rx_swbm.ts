import { buildSkb } from '../../../net/core/skbuff/alloc/build_skb';
import { DevFlushList } from '../../../kernel/bpf/devmap';
import { dmaSyncSingleForCpu } from '../../../kernel/dma/dma_map';
import { fragsOf, mvnetaRunXdp, type ProgramRun } from './mvneta_run_xdp';
import { mvnetaRxRefillQueue } from './mvneta_rx_refill';
import { mvnetaDeliver, mvnetaSwbmBuildSkb } from './mvneta_swbm_build_skb';
import { mvnetaXdpPutBuff } from './mvneta_xdp_put_buff';
import { mvnetaMaxRxBufSize } from './mvneta_port';
import { concatPayload, slicePayload } from '../../../lib/payload';
import type { Page } from '../../../structs/page';
import { pagePoolPutPage } from '../../../net/core/page_pool/page_pool_put';
import type { PagePool } from '../../../structs/page_pool';
import { subtractRange } from '../../../lib/ranges';
import type { SkBuff } from '../../../structs/sk_buff';
import { dropXdpBuff, markPfmemalloc, xdpPrepareBuff } from '../../../net/core/xdp/xdp_buff';
import type { World } from '../../../world/world';
import {
  MVNETA_MH_SIZE,
  MVNETA_SKB_HEADROOM,
  PROG_NONE,
  RXD_ERR_SUMMARY,
  RXD_FIRST_DESC,
  RXD_LAST_DESC,
  type MvnetaPort,
  type RxDesc,
} from '../../../structs/mvneta_port';
import { XDP_FLAGS_HAS_FRAGS, type XdpBuff } from '../../../structs/xdp_buff';
import type { XdpRxqInfo } from '../../../structs/xdp_rxq_info';
import { ETH_FCS_LEN } from '../../../structs/if_ether';

/** The state of one poll: the locals of mvneta_rx_swbm. */
class RxPoll {
  /** xdp_buf.data_hard_start is set: a packet is being put together. */
  xdp: XdpBuff | null = null;
  /** Bytes of the packet that are still to come, FCS included. */
  size = 0;
  frameSz = 0;
  /** Bytes of the first buffer that were synced for the CPU. */
  synced = 0;
}

/**
 * mvneta_rx_swbm(): looks at up to `budget` descriptors. Their packets run through the program or become skbs. Then it
 * fills the ring again.
 *
 * @param run - the actions of the attached program; ignored when none is attached
 */
export function mvnetaRxSwbm(world: World, port: MvnetaPort, budget: number, run: ProgramRun): void {
  const poll = new RxPoll();
  const flushList = new DevFlushList();
  const redirects = port.stats.xdpRedirect;
  const todo = Math.min(budget, port.occupied);
  for (let done = 0; done < todo; done++) {
    const desc = port.descs[port.nextDesc];
    port.nextDesc = (port.nextDesc + 1) % port.ringSize;
    port.refillNum++;
    rxDescriptor(world, port, poll, desc, run, flushList);
  }
  // The budget ended in the middle of a packet: it is lost.
  if (poll.xdp !== null) {
    port.brokenPackets++;
    dropPacket(world, port, poll, -1);
  }
  if (port.stats.xdpRedirect !== redirects && world.rules.driverFlushesRedirects) flushList.flush(world);
  const refilled = mvnetaRxRefillQueue(world, port);
  // mvneta_rxq_desc_num_update()
  port.occupied -= todo;
  port.nonOccupied += refilled;
}

function rxDescriptor(
  world: World,
  port: MvnetaPort,
  poll: RxPoll,
  desc: RxDesc,
  run: ProgramRun,
  flushList: DevFlushList,
): void {
  if ((desc.status & RXD_FIRST_DESC) !== 0) {
    // The buffer stays in its descriptor.
    if ((desc.status & RXD_ERR_SUMMARY) !== 0) {
      port.brokenPackets++;
      return;
    }
    poll.size = desc.dataSize;
    poll.frameSz = poll.size - ETH_FCS_LEN;
    swbmRxFrame(world, port, poll, desc);
  } else if (poll.xdp === null) {
    desc.mapped = false;
    pagePoolPutPage(world, port.pool as PagePool, desc.page as Page, -1, true);
    return;
  } else swbmAddRxFragment(world, port, poll, desc, poll.xdp);
  if ((desc.status & RXD_LAST_DESC) === 0) return;
  const xdp = poll.xdp as XdpBuff;
  let early: SkBuff | null = null;
  if (port.prog !== PROG_NONE) {
    if (!world.rules.driverBuildsSkbAfterProgram) early = buildSkb(world, xdp.page, 0, world.abi.pageSize);
    if (!mvnetaRunXdp(world, port, xdp, poll.frameSz, poll.synced, run, flushList)) {
      poll.xdp = null;
      return;
    }
  }
  const skb = mvnetaSwbmBuildSkb(world, port, xdp, early);
  if (skb === null) {
    if (world.rules.buildSkbFailurePutsBuffers) dropPacket(world, port, poll, -1);
    else forgetPacket(world, poll);
    if (!world.rules.driverForgetsFailedBuffer) desc.mapped = true;
    port.stats.skbAllocError++;
    port.stats.rxDropped++;
    return;
  }
  port.stats.rxBytes += skb.len;
  port.stats.rxPackets++;
  mvnetaDeliver(world, port, skb, xdp);
  poll.xdp = null;
}

/** Calls mvneta_xdp_put_buff() on the packet that is being put together. */
function dropPacket(world: World, port: MvnetaPort, poll: RxPoll, syncLen: number): void {
  const xdp = poll.xdp as XdpBuff;
  forgetPacket(world, poll);
  mvnetaXdpPutBuff(world, port, xdp.page, xdp.sinfo, fragsOf(xdp), syncLen);
}

/** Empties the xdp_buff on the driver's stack for the next packet: xdp_buf.data_hard_start = NULL. */
function forgetPacket(world: World, poll: RxPoll): void {
  dropXdpBuff(world, poll.xdp as XdpBuff);
  poll.xdp = null;
}

function syncForCpu(world: World, port: MvnetaPort, desc: RxDesc, len: number): Page {
  const page = desc.page as Page;
  if (world.rules.driverSyncsForCpu) dmaSyncSingleForCpu(world, port.device, page.dmaAddr, MVNETA_SKB_HEADROOM, len);
  desc.mapped = false;
  // An earlier packet left bytes around this one. Every reader writes them before it reads them.
  page.deviceDirty = subtractRange(page.deviceDirty, 0, MVNETA_SKB_HEADROOM);
  page.deviceDirty = subtractRange(page.deviceDirty, MVNETA_SKB_HEADROOM + len, world.abi.pageSize);
  return page;
}

/** mvneta_swbm_rx_frame(): the first buffer becomes the xdp_buff. */
function swbmRxFrame(world: World, port: MvnetaPort, poll: RxPoll, desc: RxDesc): void {
  const len = Math.min(poll.size, mvnetaMaxRxBufSize(world));
  const dataLen = (poll.size > len ? len : len - ETH_FCS_LEN) - MVNETA_MH_SIZE;
  poll.size -= len;
  const page = syncForCpu(world, port, desc, len);
  const headroom = MVNETA_SKB_HEADROOM + MVNETA_MH_SIZE;
  const xdp = xdpPrepareBuff(world, port.rxq as XdpRxqInfo, page, 0, world.abi.pageSize, headroom, dataLen, false);
  xdp.ofPool = true;
  xdp.bufferEnd = world.abi.pageSize;
  xdp.payload = slicePayload(desc.written, MVNETA_MH_SIZE, dataLen);
  poll.xdp = xdp;
  poll.synced = len;
}

/** mvneta_swbm_add_rx_fragment(). A buffer with nothing but the FCS goes back at once. */
function swbmAddRxFragment(world: World, port: MvnetaPort, poll: RxPoll, desc: RxDesc, xdp: XdpBuff): void {
  const len = Math.min(poll.size, mvnetaMaxRxBufSize(world));
  const dataLen = poll.size > len ? len : len - ETH_FCS_LEN;
  const page = syncForCpu(world, port, desc, len);
  const sinfo = xdp.sinfo;
  if (dataLen > 0 && sinfo.nrFrags < world.abi.maxSkbFrags) {
    sinfo.frags[sinfo.nrFrags++] = {
      page,
      offset: MVNETA_SKB_HEADROOM,
      size: dataLen,
      bufferEnd: world.abi.pageSize,
      ofPool: true,
    };
    xdp.flags |= XDP_FLAGS_HAS_FRAGS;
    // mvneta (6.1, 6.12) sets xdp_frags_size = *size at the first frag, which counts the FCS as well.
    if (world.rules.driverCountsFcs && sinfo.nrFrags === 1) sinfo.xdpFragsSize = poll.size;
    else if (!world.rules.driverCountsFcs) sinfo.xdpFragsSize += dataLen;
    if (page.pfmemalloc) markPfmemalloc(xdp);
    xdp.payload = concatPayload(xdp.payload, slicePayload(desc.written, 0, dataLen));
  } else if (world.rules.driverPutsUnlinkedFrag) pagePoolPutPage(world, port.pool as PagePool, page, -1, true);
  poll.size -= len;
}
