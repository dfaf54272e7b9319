import { kfreeSkb } from '../../net/core/skbuff/free/skb_free';
import { xdpReturnFrame, xdpReturnFrameRxNapi } from '../../net/core/xdp/xdp_return';
import type { CpuMapEntry } from '../../structs/cpu_map_entry';
import type { XdpFrame } from '../../structs/xdp_frame';
import { CONTEXT_SOFTIRQ, type World } from '../../world/world';

/**
 * cpu_map_kthread_run() with a program that redirects every packet to a device (cpu_map_bpf_prog_run_xdp, xdp_do_flush,
 * bq_xmit_all). The device takes the first `taken` frames of the flush, and has sent them at once; bq_xmit_all returns
 * the others as if the NAPI of their pool ran here. Skbs of generic XDP are dropped. Returns how many frames the device
 * refused.
 */
export function cpuMapKthreadRedirect(world: World, entry: CpuMapEntry, taken: number): number {
  const frames: XdpFrame[] = [];
  world.context = CONTEXT_SOFTIRQ;
  world.onRemoteCpu = true;
  for (let item = entry.ring.consume(); item !== undefined; item = entry.ring.consume()) {
    if (item.frame !== null) frames.push(item.frame);
    else kfreeSkb(world, item.skb);
  }
  // xdp_set_return_frame_no_direct() ... xdp_do_flush() ... xdp_clear_return_frame_no_direct()
  const noDirect = world.rules.cpumapForbidsDirectUntilFlush;
  frames.forEach((frame, i) => {
    if (i < taken) xdpReturnFrame(world, frame);
    else xdpReturnFrameRxNapi(world, frame, noDirect);
  });
  world.onRemoteCpu = false;
  return Math.max(0, frames.length - taken);
}
