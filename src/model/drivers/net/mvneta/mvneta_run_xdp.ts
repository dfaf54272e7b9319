import { bpfXdpAdjustHead, bpfXdpAdjustTail } from '../../../net/core/filter/bpf_xdp_adjust';
import { dmaUnmapPage } from '../../../kernel/dma/dma_map';
import type { DevFlushList } from '../../../kernel/bpf/devmap';
import { mvnetaXdpPutBuff } from './mvneta_xdp_put_buff';
import { mvnetaXdpXmitBack } from './mvneta_xdp_xmit';
import { slicePayload } from '../../../lib/payload';
import { dropXdpBuff, xdpBuffHasFrags, xdpGetBuffLen } from '../../../net/core/xdp/xdp_buff';
import type { World } from '../../../world/world';
import { MVNETA_SKB_HEADROOM, type MvnetaPort } from '../../../structs/mvneta_port';
import type { XdpBuff } from '../../../structs/xdp_buff';

export const XDP_ABORTED = 0;
export const XDP_DROP = 1;
export const XDP_PASS = 2;
export const XDP_TX = 3;
export const XDP_REDIRECT = 4;

/** The attached program's actions on every packet of one poll. */
export interface ProgramRun {
  readonly verdict: number;
  readonly target: MvnetaPort | null;
  /**
   * The arguments of bpf_xdp_adjust_head() and bpf_xdp_adjust_tail(): bytes taken off the head, and, negative, off the
   * tail.
   */
  readonly head: number;
  readonly tail: number;
}

/**
 * mvneta_run_xdp(). Returns true for MVNETA_XDP_PASS: the packet goes on to the stack.
 *
 * @param frameSz - bytes of the packet, FCS left out
 * @param synced - bytes of the first buffer that were synced for the CPU
 */
export function mvnetaRunXdp(
  world: World,
  port: MvnetaPort,
  xdp: XdpBuff,
  frameSz: number,
  synced: number,
  run: ProgramRun,
  flushList: DevFlushList,
): boolean {
  const stats = port.stats;
  // mvneta (6.1, 6.12) counts up to data_end, and so forgets the FCS, which mvneta_swbm_rx_frame synced for the CPU
  // too.
  const len = world.rules.driverReturnsSyncedFcs ? synced : xdp.dataEnd - xdp.dataHardStart - MVNETA_SKB_HEADROOM;
  const dataLen = xdp.dataEnd - xdp.data;
  const fragsBefore = fragsOf(xdp);
  if (run.head !== 0 && bpfXdpAdjustHead(world, xdp, run.head) === 0)
    xdp.payload = slicePayload(xdp.payload, run.head, Infinity);
  if (run.tail !== 0) bpfXdpAdjustTail(world, xdp, run.tail);
  xdp.payload = slicePayload(xdp.payload, 0, xdpGetBuffLen(xdp));
  port.seenByProgram++;
  // "Due xdp_adjust_tail: DMA sync for_device cover max len CPU touch"
  const sync = Math.max(xdp.dataEnd - xdp.dataHardStart - MVNETA_SKB_HEADROOM, len);
  // The xdp_buff stays on the driver's stack even if a frame was made of it.
  const { page, data, dataEnd } = xdp;
  const nrFrags = world.rules.driverCountsFragsAfterProgram ? fragsOf(xdp) : fragsBefore;
  const putBuff = (): void => {
    if (!xdp.freed) dropXdpBuff(world, xdp);
    mvnetaXdpPutBuff(world, port, page, xdp.sinfo, nrFrags, sync);
  };
  switch (run.verdict) {
    case XDP_PASS:
      stats.xdpPass++;
      return true;
    case XDP_REDIRECT:
      if (!world.rules.driverLeavesPoolMapping)
        dmaUnmapPage(world, port.device, page.dmaAddr, world.abi.pageSize, false);
      if (flushList.redirect(world, run.target, xdp) === 0) stats.xdpRedirect++;
      else {
        port.redirectErr++;
        putBuff();
      }
      break;
    case XDP_TX:
      if (!mvnetaXdpXmitBack(world, port, xdp) && world.rules.driverPutsUnsentTx) putBuff();
      break;
    default:
      putBuff();
      stats.xdpDrop++;
      break;
  }
  stats.rxBytes += frameSz + dataEnd - data - dataLen;
  stats.rxPackets++;
  return false;
}

/** Returns the number of frags: 0 unless xdp_buff_has_frags(). */
export function fragsOf(xdp: XdpBuff): number {
  return xdpBuffHasFrags(xdp) ? xdp.sinfo.nrFrags : 0;
}
